package dev.holdfast.satellite.nodeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.order.NodeKeyDerivation;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.wire.AdminApiGrpc;
import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.ConfirmPiecesRequest;
import dev.holdfast.protocol.wire.CreateApiKeyRequest;
import dev.holdfast.protocol.wire.CreateInvitationRequest;
import dev.holdfast.protocol.wire.CreateProjectRequest;
import dev.holdfast.protocol.wire.DescribeNetworkRequest;
import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import dev.holdfast.protocol.wire.NodeApiGrpc;
import dev.holdfast.protocol.wire.SettleOrdersRequest;
import dev.holdfast.protocol.wire.SettledOrder;
import dev.holdfast.protocol.wire.SpaceReport;
import dev.holdfast.satellite.admin.AdminToken;
import dev.holdfast.satellite.admin.ProjectOffice;
import dev.holdfast.satellite.admin.SatelliteState;
import dev.holdfast.satellite.audit.MemorySegments;
import dev.holdfast.satellite.database.SatelliteDatabase;
import dev.holdfast.satellite.database.TestDatabase;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.metadata.UsageTotals;
import dev.holdfast.satellite.nodes.NodesConfig;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.ScriptedDialer;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.orders.PieceOffer;
import dev.holdfast.satellite.runtime.NodePlane;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import dev.holdfast.satellite.secrets.SecretPurpose;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's and the operator's services over real TLS with a real database. */
class ControlPlaneIT {
  private static final long GIB = 1L << 30;
  private static final UUID PROJECT = new UUID(1, 2);

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private final TestClock clock = new TestClock();
  private final SatelliteDatabase database = TestDatabase.fresh();
  private final MemorySegments segments = new MemorySegments();
  private final PeerIdentity satellite = PeerIdentity.generate(PeerRole.SATELLITE, random);
  private final List<ManagedChannel> channels = new ArrayList<>();
  private SatelliteSecrets secrets;
  private NodePlane plane;
  private Server server;
  private AdminToken token;

  @BeforeEach
  void start() throws Exception {
    secrets = SatelliteSecrets.open(folder.resolve("secrets"), random);
    plane =
        new NodePlane(
            database.database(),
            secrets,
            satellite.satelliteId(),
            NodesConfig.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofHours(1)),
            segments,
            new ScriptedDialer(),
            clock,
            random);
    plane.start();
    token = AdminToken.open(folder.resolve("admin-token"), random);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .sslContext(PeerTls.grpcServer(satellite, satellite.issueTlsKey(clock, random)))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMetadataSize(PeerTls.MAX_METADATA_BYTES)
            .maxInboundMessageSize(PeerTls.MAX_MESSAGE_BYTES)
            .addService(plane.nodeApi())
            .addService(plane.adminApi(token, new TestOffice(), new TestState()))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.shutdownNow();
    plane.close();
    database.close();
  }

  @Test
  void aNodeJoinsGetsItsKeysAndIsDescribed() throws Exception {
    PeerIdentity identity = PeerIdentity.generate(PeerRole.NODE, random);
    NodeApiGrpc.NodeApiBlockingStub node = node(identity);
    CheckInResponse joined = node.checkIn(checkIn(invite("alice"), "127.0.0.1:7001"));
    assertThat(joined.getStanding()).isEqualTo("online");
    assertThat(joined.getCheckInIntervalMillis()).isEqualTo(10_000);
    assertThat(joined.getCommitWindowMillis()).isGreaterThan(3_600_000);
    assertThat(joined.getSatelliteTimeMillis()).isEqualTo(clock.instant().toEpochMilli());
    assertThat(joined.getKeysCount()).isEqualTo(1);
    SecretBytes secret = secrets.current(SecretPurpose.ORDER_LIMITS);
    assertThat(joined.getKeys(0).getLimitKey().toByteArray())
        .isEqualTo(NodeKeyDerivation.limitKey(secret, 1, identity.nodeId()).secret().expose());
    assertThat(joined.getKeys(0).getReceiptKey().toByteArray())
        .isEqualTo(NodeKeyDerivation.receiptKey(secret, 1, identity.nodeId()).secret().expose());

    DescribeNetworkResponse network =
        admin(adminToken()).describeNetwork(DescribeNetworkRequest.getDefaultInstance());
    assertThat(network.getSatelliteId().toByteArray()).isEqualTo(satellite.id().toByteArray());
    assertThat(network.getScheme()).isEqualTo("4/6/8/10");
    assertThat(network.getEligibleNodes()).isEqualTo(1);
    assertThat(network.getDatabaseKind()).isEqualTo("embedded");
    assertThat(network.getSatelliteOnlyBytes()).isEqualTo(9);
    assertThat(network.getObjectCount()).isEqualTo(7);
    assertThat(network.getNodesList())
        .singleElement()
        .satisfies(described -> {
          assertThat(described.getOperator()).isEqualTo("alice");
          assertThat(described.getAddress()).isEqualTo("127.0.0.1:7001");
          assertThat(described.getStanding()).isEqualTo("online");
          assertThat(described.getAvailableBytes()).isEqualTo(GIB);
        });
    clock.advance(Duration.ofMinutes(1));
    assertThat(
            admin(adminToken())
                .describeNetwork(DescribeNetworkRequest.getDefaultInstance())
                .getNodes(0)
                .getStanding())
        .isEqualTo("offline");
  }

  @Test
  void callsWithoutANodesCertificateAreRefused() {
    NodeApiGrpc.NodeApiBlockingStub nobody =
        NodeApiGrpc.newBlockingStub(channel(PeerTls.dialSatellite(address(), null, null)));
    assertRefused(
        () -> nobody.checkIn(checkIn("", "127.0.0.1:7001")), ErrorCode.PEER_NOT_AUTHORIZED);
    PeerIdentity other = PeerIdentity.generate(PeerRole.SATELLITE, random);
    NodeApiGrpc.NodeApiBlockingStub satelliteCaller = node(other);
    assertRefused(
        () -> satelliteCaller.checkIn(checkIn("", "127.0.0.1:7001")),
        ErrorCode.PEER_NOT_AUTHORIZED);
    NodeApiGrpc.NodeApiBlockingStub stranger = node(PeerIdentity.generate(PeerRole.NODE, random));
    assertRefused(
        () -> stranger.checkIn(checkIn("", "127.0.0.1:7001")), ErrorCode.PEER_NOT_AUTHORIZED);
    assertRefused(
        () -> stranger.confirmPieces(ConfirmPiecesRequest.getDefaultInstance()),
        ErrorCode.PEER_NOT_AUTHORIZED);
  }

  @Test
  void aConnectionWithAnOlderTlsKeyIsRefused() throws Exception {
    PeerIdentity identity = PeerIdentity.generate(PeerRole.NODE, random);
    NodeApiGrpc.NodeApiBlockingStub older = node(identity);
    NodeApiGrpc.NodeApiBlockingStub newer = node(identity);
    older.checkIn(checkIn(invite("alice"), "127.0.0.1:7001"));
    newer.checkIn(checkIn("", "127.0.0.1:7001"));
    assertRefused(
        () -> older.checkIn(checkIn("", "127.0.0.1:7001")), ErrorCode.PEER_NOT_AUTHORIZED);
    assertRefused(
        () -> older.confirmPieces(ConfirmPiecesRequest.getDefaultInstance()),
        ErrorCode.PEER_NOT_AUTHORIZED);
  }

  @Test
  void nonsenseIsABadRequest() throws Exception {
    NodeApiGrpc.NodeApiBlockingStub node = node(PeerIdentity.generate(PeerRole.NODE, random));
    assertRefused(() -> node.checkIn(checkIn("", "no address")), ErrorCode.BAD_REQUEST);
    node.checkIn(checkIn(invite("alice"), "127.0.0.1:7001"));
    assertRefused(
        () ->
            node.confirmPieces(
                ConfirmPiecesRequest.newBuilder()
                    .addPieceIds(ByteString.copyFromUtf8("short"))
                    .build()),
        ErrorCode.BAD_REQUEST);
  }

  @Test
  void confirmsOnlyWhatIsCountedOnTheAskingNode() throws Exception {
    NodeApiGrpc.NodeApiBlockingStub first = joined("alice");
    joined("bob");
    RootPieceId root = RootPieceId.random(random);
    segments.put(
        new StoredSegment(
            root,
            Bytes32.ZERO,
            new ShareLayout(HashAlgorithm.SHA_256, 16, 16, 1, 4),
            new RedundancyScheme(1, 1, 2, 3, 4),
            Bytes32.ZERO,
            List.of(new PlacedPiece(0, 1), new PlacedPiece(1, 2)),
            null));
    List<PieceId> asked =
        List.of(
            new PieceId(root, 1), new PieceId(root, 0), new PieceId(RootPieceId.random(random), 0));
    ConfirmPiecesRequest.Builder request = ConfirmPiecesRequest.newBuilder();
    asked.forEach(piece -> request.addPieceIds(ByteString.copyFrom(piece.toByteArray())));
    assertThat(first.confirmPieces(request.build()).getReferencedList())
        .containsExactly(false, true, false);
  }

  @Test
  void settlesAWindowOnce() throws Exception {
    NodeApiGrpc.NodeApiBlockingStub node = joined("alice");
    RootPieceId root = RootPieceId.random(random);
    StoredSegment segment =
        new StoredSegment(
            root,
            Bytes32.ZERO,
            new ShareLayout(HashAlgorithm.SHA_256, 100_000, 100_000, 2, 4),
            new RedundancyScheme(1, 1, 2, 3, 4),
            Bytes32.ZERO,
            List.of(new PlacedPiece(0, 1)),
            null);
    PieceOffer offer = plane.limits().offerGets(segment).getFirst();
    SignedOrderLimit limit = SignedOrderLimit.parse(offer.orderLimit().toByteArray());
    OrderChain chain =
        OrderChain.of(limit.limit(), SecretBytes.copyOf(offer.chainSeed().toByteArray()));
    long window = SerialNumber.windowOf(clock.instant());
    SettledOrder order =
        SettledOrder.newBuilder()
            .setOrderLimit(offer.orderLimit())
            .setBytesServed(120_000)
            .setDepth(2)
            .setPreimage(ByteString.copyFrom(chain.preimage(2)))
            .build();
    SettleOrdersRequest batch =
        SettleOrdersRequest.newBuilder().setWindow(window).addOrders(order).build();
    assertRefused(() -> node.settleOrders(batch), ErrorCode.ORDER_INVALID);
    clock.advance(Duration.ofHours(4));
    assertRefused(
        () -> node.settleOrders(batch.toBuilder().addOrders(order).build()),
        ErrorCode.ORDER_INVALID);
    assertRefused(
        () -> node.settleOrders(changed(batch, order.toBuilder().setBytesServed(131_073))),
        ErrorCode.ORDER_INVALID);
    assertRefused(
        () -> node.settleOrders(changed(batch, order.toBuilder().setBytesServed(-1))),
        ErrorCode.ORDER_INVALID);
    assertRefused(
        () -> node.settleOrders(changed(batch, order.toBuilder().setDepth(3))),
        ErrorCode.ORDER_INVALID);
    assertRefused(
        () -> node.settleOrders(batch.toBuilder().setWindow(window - 1).build()),
        ErrorCode.ORDER_INVALID);
    NodeApiGrpc.NodeApiBlockingStub other = joined("bob");
    assertRefused(() -> other.settleOrders(batch), ErrorCode.LIMIT_FOREIGN_NODE);
    assertThat(node.settleOrders(batch).getSettledBytes()).isEqualTo(120_000);
    assertThat(node.settleOrders(batch).getSettledBytes())
        .as("the answer was lost")
        .isEqualTo(120_000);
    assertRefused(
        () -> node.settleOrders(changed(batch, order.toBuilder().setBytesServed(119_999))),
        ErrorCode.WINDOW_ALREADY_SETTLED);
  }

  @Test
  void theOperatorNeedsTheToken() throws Exception {
    assertThat(Files.getPosixFilePermissions(folder.resolve("admin-token")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    for (String wrong : List.of("", "00".repeat(32), adminToken().substring(2), "not hex")) {
      assertRefused(
          () -> admin(wrong).createInvitation(CreateInvitationRequest.getDefaultInstance()),
          ErrorCode.ADMIN_TOKEN_INVALID);
    }
    AdminApiGrpc.AdminApiBlockingStub without =
        AdminApiGrpc.newBlockingStub(channel(PeerTls.dialSatellite(address(), null, null)));
    assertRefused(
        () -> without.describeNetwork(DescribeNetworkRequest.getDefaultInstance()),
        ErrorCode.ADMIN_TOKEN_INVALID);
    AdminToken reopened = AdminToken.open(folder.resolve("admin-token"), random);
    assertThat(reopened.toString()).doesNotContain(adminToken());
  }

  @Test
  void theOperatorMakesProjectsAndKeys() throws Exception {
    AdminApiGrpc.AdminApiBlockingStub admin = admin(adminToken());
    ByteString id =
        admin
            .createProject(
                CreateProjectRequest.newBuilder()
                    .setName("photos")
                    .setRecoveryPublicKey(ByteString.copyFrom(new byte[32]))
                    .build())
            .getProjectId();
    assertThat(id.size()).isEqualTo(16);
    assertThat(
            admin
                .createApiKey(CreateApiKeyRequest.newBuilder().setProjectId(id).build())
                .getApiKey()
                .toStringUtf8())
        .isEqualTo("key of " + PROJECT);
    assertRefused(
        () -> admin.createApiKey(CreateApiKeyRequest.getDefaultInstance()), ErrorCode.BAD_REQUEST);
    assertRefused(
        () -> admin.createProject(CreateProjectRequest.newBuilder().setName("photos").build()),
        ErrorCode.BAD_REQUEST);
  }

  private static SettleOrdersRequest changed(
      SettleOrdersRequest batch, SettledOrder.Builder order) {
    return batch.toBuilder().setOrders(0, order).build();
  }

  private NodeApiGrpc.NodeApiBlockingStub joined(String operator) throws Exception {
    NodeApiGrpc.NodeApiBlockingStub node = node(PeerIdentity.generate(PeerRole.NODE, random));
    node.checkIn(checkIn(invite(operator), "127.0.0.1:7001"));
    return node;
  }

  private NodeApiGrpc.NodeApiBlockingStub node(PeerIdentity identity) {
    return NodeApiGrpc.newBlockingStub(
        channel(PeerTls.dialSatellite(address(), identity, identity.issueTlsKey(clock, random))));
  }

  private AdminApiGrpc.AdminApiBlockingStub admin(String adminToken) {
    Metadata headers = new Metadata();
    headers.put(AdminToken.HEADER, adminToken);
    return AdminApiGrpc.newBlockingStub(channel(PeerTls.dialSatellite(address(), null, null)))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private ManagedChannel channel(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  private PeerAddress address() {
    return new PeerAddress(satellite.id(), "127.0.0.1", server.getPort());
  }

  private String adminToken() throws Exception {
    return Files.readString(folder.resolve("admin-token")).strip();
  }

  private String invite(String operator) throws Exception {
    return admin(adminToken())
        .createInvitation(
            CreateInvitationRequest.newBuilder()
                .setOperator(operator)
                .setValidMillis(Duration.ofDays(1).toMillis())
                .build())
        .getToken();
  }

  private CheckInRequest checkIn(String invitation, String advertised) {
    return CheckInRequest.newBuilder()
        .setInvitation(invitation)
        .setAdvertisedAddress(advertised)
        .setSoftwareVersion("test")
        .setSpace(SpaceReport.newBuilder().setAllocatedBytes(GIB).setAvailableBytes(GIB))
        .setNodeTimeMillis(clock.instant().toEpochMilli())
        .setAcceptsUploads(true)
        .build();
  }

  private static void assertRefused(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(GrpcErrors.fromGrpc(e).code()).isEqualTo(code));
  }

  private static final class TestOffice implements ProjectOffice {
    @Override
    public UUID createProject(String name, Bytes32 recoveryPublicKey) {
      return PROJECT;
    }

    @Override
    public byte[] createApiKey(UUID projectId) {
      return ("key of " + projectId).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static final class TestState implements SatelliteState {
    @Override
    public RedundancyScheme scheme() {
      return new RedundancyScheme(1, 4, 6, 8, 10);
    }

    @Override
    public String databaseKind() {
      return "embedded";
    }

    @Override
    public long databasePid() {
      return 1;
    }

    @Override
    public UsageTotals usage() {
      return new UsageTotals(7, 8, 9);
    }
  }
}
