package dev.holdfast.satellite.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.PieceReceipt;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.OwnerCommitment;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.nodes.TestNodes;
import dev.holdfast.satellite.nodeselection.NodeSelector;
import dev.holdfast.satellite.nodeselection.UploadOutcomes;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import dev.holdfast.satellite.secrets.SecretPurpose;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderLimitsTest {
  private static final long CEILING = 1 << 20;
  private static final Bytes32 OWNER = Bytes32.parse("ab".repeat(32));
  private static final Bytes32 SEGMENT_ROOT = Bytes32.parse("cd".repeat(32));
  private static final Bytes32 PIECE_ROOT = Bytes32.parse("ef".repeat(32));
  private static final SatelliteId SATELLITE = SatelliteId.parse("11".repeat(32));

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private final TestClock clock = new TestClock();
  private final NodeRegistry registry = TestNodes.registry(clock);
  private final Set<PieceId> bad = new HashSet<>();
  private final RootPieceId root = RootPieceId.random(random);
  private OrderKeys keys;
  private LimitForge forge;
  private OrderLimits limits;

  @BeforeEach
  void open() {
    use(SatelliteSecrets.open(folder.resolve("secrets"), random));
    for (int alias = 1; alias <= 10; alias++) {
      registry.show(TestNodes.node(alias, clock.instant()));
    }
  }

  @Test
  void offersFreshPutLimitsThatNodesAccept() {
    List<PieceOffer> offers = limits.offerPuts(request(8, 10));
    assertThat(offers).hasSize(10);
    assertThat(offers).extracting(PieceOffer::nodeId).doesNotHaveDuplicates();
    for (int i = 0; i < offers.size(); i++) {
      PieceOffer offer = offers.get(i);
      SignedOrderLimit signed = SignedOrderLimit.parse(offer.orderLimit().toByteArray());
      OrderLimit limit = signed.limit();
      assertThat(offer.pieceNumber()).isEqualTo(i);
      assertThat(limit.nodeId()).isEqualTo(offer.nodeId());
      assertThat(limit.pieceId()).isEqualTo(new PieceId(root, i));
      assertThat(limit.action()).isEqualTo(PieceAction.PUT);
      assertThat(limit.ceilingBytes()).isEqualTo(CEILING);
      assertThat(limit.expires()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
      assertThat(limit.ownerCommitment())
          .isEqualTo(OwnerCommitment.of(OWNER.toByteArray(), limit.pieceId()));
      assertThat(signed.verify(keys.current(offer.nodeId()).limitKey())).isTrue();
      OrderChain chain = OrderChain.of(limit, SecretBytes.copyOf(offer.chainSeed().toByteArray()));
      assertThat(OrderChain.verify(limit, chain.length(), chain.preimage(chain.length()))).isTrue();
      assertThat(offer.toString()).doesNotContain(offer.chainSeed().toString());
    }
  }

  @Test
  void refusesAnUploadBelowItsMinimum() {
    clock.advance(Duration.ofMinutes(2));
    assertRefused(() -> limits.offerPuts(request(8, 10)), ErrorCode.TOO_FEW_NODES);
    assertThat(limits.offerPuts(request(0, 3))).isEmpty();
  }

  @Test
  void acceptsTheReceiptOfAnOfferedNode() {
    PieceOffer offer = offer();
    VerifiedReceipt verified = limits.verify(uploaded(offer, receipt(offer, 1)), root);
    assertThat(verified.nodeId()).isEqualTo(offer.nodeId());
    assertThat(verified.nodeAlias()).isEqualTo(offer.nodeAlias());
    assertThat(verified.pieceNumber()).isZero();
    assertThat(verified.pieceBytes()).isEqualTo(1000);
    assertThat(verified.segmentRoot()).isEqualTo(SEGMENT_ROOT);
  }

  @Test
  void refusesEveryAlteredByteOfALimit() {
    PieceOffer offer = offer();
    byte[] receipt = receipt(offer, 1);
    byte[] limit = offer.orderLimit().toByteArray();
    for (int i = 0; i < limit.length; i++) {
      byte[] altered = limit.clone();
      altered[i] ^= 1;
      assertThatThrownBy(() ->
              limits.verify(
                  new UploadedPiece(ByteString.copyFrom(altered), ByteString.copyFrom(receipt)),
                  root))
          .as("byte %d", i)
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e ->
                  assertThat(e.code())
                      .isIn(
                          ErrorCode.LIMIT_ALTERED,
                          ErrorCode.LIMIT_FOREIGN_SATELLITE,
                          ErrorCode.LIMIT_UNKNOWN_EPOCH));
    }
  }

  @Test
  void refusesEveryAlteredByteOfAReceipt() {
    PieceOffer offer = offer();
    byte[] receipt = receipt(offer, 1);
    for (int i = 0; i < receipt.length; i++) {
      byte[] altered = receipt.clone();
      altered[i] ^= 1;
      assertRefused(() -> limits.verify(uploaded(offer, altered), root), ErrorCode.RECEIPT_INVALID);
    }
    assertRefused(
        () -> limits.verify(uploaded(offer, new byte[3]), root), ErrorCode.RECEIPT_INVALID);
  }

  @Test
  void refusesALimitThatTheNodeForgedWithItsOwnKey() {
    PieceOffer offer = offer();
    OrderLimit real = SignedOrderLimit.parse(offer.orderLimit().toByteArray()).limit();
    SignedOrderLimit forged =
        terms(real, SATELLITE, clock.instant(), real.ceilingBytes() * 8)
            .withAnchor(PIECE_ROOT)
            .sign(keys.current(offer.nodeId()).limitKey());
    byte[] receipt = receipt(forged, 1, keys.current(offer.nodeId()).receiptKey(), clock.instant());
    assertRefused(() -> limits.verify(uploaded(forged, receipt), root), ErrorCode.LIMIT_ALTERED);
  }

  @Test
  void refusesALimitOfAnotherSatellite() {
    PieceOffer offer = offer();
    OrderLimit real = SignedOrderLimit.parse(offer.orderLimit().toByteArray()).limit();
    SignedOrderLimit foreign =
        terms(real, SatelliteId.parse("22".repeat(32)), clock.instant(), real.ceilingBytes())
            .sign(keys.current(offer.nodeId()).limitKey());
    byte[] receipt =
        receipt(foreign, 1, keys.current(offer.nodeId()).receiptKey(), clock.instant());
    assertRefused(
        () -> limits.verify(uploaded(foreign, receipt), root), ErrorCode.LIMIT_FOREIGN_SATELLITE);
  }

  @Test
  void refusesALimitForReading() {
    PieceOffer offer = limits.offerGets(segment(10)).getFirst();
    assertRefused(
        () -> limits.verify(uploaded(offer, receipt(offer, 1)), root),
        ErrorCode.LIMIT_WRONG_ACTION);
  }

  @Test
  void refusesAReceiptForAnotherSegmentOrLimitOrNode() {
    PieceOffer offer = offer();
    PieceOffer other = limits.offerPuts(request(1, 2)).getLast();
    assertRefused(
        () -> limits.verify(uploaded(offer, receipt(offer, 1)), RootPieceId.random(random)),
        ErrorCode.RECEIPT_INVALID);
    assertRefused(
        () -> limits.verify(uploaded(offer, receipt(other, 1)), root), ErrorCode.RECEIPT_INVALID);
    SignedOrderLimit limit = SignedOrderLimit.parse(offer.orderLimit().toByteArray());
    byte[] byOther =
        receipt(limit, 1, keys.current(TestNodes.id(77)).receiptKey(), clock.instant());
    assertRefused(() -> limits.verify(uploaded(offer, byOther), root), ErrorCode.RECEIPT_INVALID);
  }

  @Test
  void refusesStaleReceipts() {
    PieceOffer offer = offer();
    byte[] receipt = receipt(offer, 1);
    clock.advance(Duration.ofMinutes(59));
    assertThat(limits.verify(uploaded(offer, receipt), root).nodeId()).isEqualTo(offer.nodeId());
    clock.advance(Duration.ofMinutes(1));
    assertRefused(() -> limits.verify(uploaded(offer, receipt), root), ErrorCode.LIMIT_EXPIRED);
  }

  @Test
  void refusesReceiptsDatedOutsideTheLimit() {
    PieceOffer offer = offer();
    SignedOrderLimit limit = SignedOrderLimit.parse(offer.orderLimit().toByteArray());
    MacKey key = keys.current(offer.nodeId()).receiptKey();
    byte[] early = receipt(limit, 1, key, clock.instant().minus(Duration.ofMinutes(3)));
    byte[] late = receipt(limit, 1, key, clock.instant().plus(Duration.ofMinutes(3)));
    assertRefused(() -> limits.verify(uploaded(offer, early), root), ErrorCode.RECEIPT_INVALID);
    assertRefused(() -> limits.verify(uploaded(offer, late), root), ErrorCode.RECEIPT_INVALID);
  }

  @Test
  void refusesMoreBytesThanTheCeiling() {
    PieceOffer offer = offer();
    SignedOrderLimit limit = SignedOrderLimit.parse(offer.orderLimit().toByteArray());
    byte[] receipt =
        new PieceReceipt(1, limit.hash(), PIECE_ROOT, SEGMENT_ROOT, CEILING + 1, clock.instant(), 1)
            .toBytes(keys.current(offer.nodeId()).receiptKey());
    assertRefused(
        () -> limits.verify(uploaded(offer, receipt), root), ErrorCode.LIMIT_CEILING_EXCEEDED);
  }

  @Test
  void acceptsReceiptsOfTheEpochBeforeAndRefusesUnknownOnes() {
    PieceOffer offer = offer();
    SatelliteSecrets.rotate(folder.resolve("secrets"), SecretPurpose.ORDER_LIMITS, random);
    use(SatelliteSecrets.open(folder.resolve("secrets"), random));
    assertThat(keys.currentEpoch()).isEqualTo(2);
    assertThat(limits.verify(uploaded(offer, receipt(offer, 1)), root).nodeId())
        .isEqualTo(offer.nodeId());
    PieceOffer fresh = offer();
    assertThat(limits.verify(uploaded(fresh, receipt(fresh, 2)), root).nodeId())
        .isEqualTo(fresh.nodeId());
    assertThat(keys.all(offer.nodeId()))
        .extracting(OrderKeys.NodeKeys::epoch)
        .containsExactly(2, 1);
    use(SatelliteSecrets.open(folder.resolve("other"), random));
    assertRefused(
        () -> limits.verify(uploaded(fresh, receipt(fresh, 1)), root),
        ErrorCode.LIMIT_UNKNOWN_EPOCH);
  }

  @Test
  void offersReadsOfAllPiecesAndDropsTheHopelessWhileEnoughRemain() {
    StoredSegment segment = segment(10);
    assertThat(limits.offerGets(segment)).hasSize(10);
    for (int number = 0; number < 4; number++) {
      bad.add(new PieceId(root, number));
    }
    assertThat(limits.offerGets(segment))
        .extracting(PieceOffer::pieceNumber)
        .containsExactly(4, 5, 6, 7, 8, 9);
    bad.add(new PieceId(root, 4));
    assertThat(limits.offerGets(segment))
        .extracting(PieceOffer::pieceNumber)
        .containsExactly(5, 6, 7, 8, 9, 0, 1, 2, 3, 4);
  }

  @Test
  void readLimitsAllowAskingEverythingTwice() {
    PieceOffer offer = limits.offerGets(segment(10)).getFirst();
    OrderLimit limit = SignedOrderLimit.parse(offer.orderLimit().toByteArray()).limit();
    assertThat(limit.action()).isEqualTo(PieceAction.GET);
    assertThat(limit.pieceBytes()).isEqualTo(200);
    assertThat(limit.ceilingBytes()).isEqualTo(400);
  }

  @Test
  void auditLimitsPayForOneShare() {
    StoredSegment segment = segment(10);
    OrderLimits.AuditLimit audit =
        limits.issueAudit(segment, new PieceId(root, 3), TestNodes.node(4, clock.instant()), 1);
    assertThat(audit.limit().limit().action()).isEqualTo(PieceAction.GET_AUDIT);
    assertThat(audit.limit().limit().ceilingBytes()).isEqualTo(100);
    assertThat(audit.chain().length()).isEqualTo(1);
  }

  private void use(SatelliteSecrets secrets) {
    keys = new OrderKeys(secrets);
    forge = new LimitForge(SATELLITE, keys, clock, random);
    UploadOutcomes outcomes = new UploadOutcomes();
    limits =
        new OrderLimits(
            forge,
            keys,
            registry,
            new NodeSelector(registry, outcomes, clock, random),
            outcomes,
            (piece, _) -> bad.contains(piece),
            OrdersConfig.of(Duration.ofHours(1), Duration.ofMinutes(2)),
            clock);
  }

  private PieceOffer offer() {
    return limits.offerPuts(request(1, 1)).getFirst();
  }

  private PutOfferRequest request(int minimum, int count) {
    return new PutOfferRequest(
        root, IntStream.range(0, count).boxed().toList(), minimum, CEILING, null, OWNER, Set.of());
  }

  private StoredSegment segment(int pieces) {
    return new StoredSegment(
        root,
        SEGMENT_ROOT,
        new ShareLayout(HashAlgorithm.SHA_256, 100, 100, 2, pieces),
        new RedundancyScheme(1, 4, 6, 8, 10),
        OWNER,
        IntStream.range(0, pieces).mapToObj(number -> new PlacedPiece(number, number + 1)).toList(),
        null);
  }

  private OrderLimit terms(OrderLimit like, SatelliteId satellite, Instant created, long ceiling) {
    return OrderLimit.terms(
        satellite,
        like.epoch(),
        SerialNumber.draw(created, random),
        created,
        created.plus(Duration.ofHours(1)),
        like.nodeId(),
        PieceAction.PUT,
        like.pieceId(),
        ceiling,
        0,
        null,
        like.ownerCommitment());
  }

  private byte[] receipt(PieceOffer offer, int epoch) {
    SignedOrderLimit limit = SignedOrderLimit.parse(offer.orderLimit().toByteArray());
    return receipt(
        limit, epoch, keys.find(epoch, offer.nodeId()).orElseThrow().receiptKey(), clock.instant());
  }

  private static byte[] receipt(SignedOrderLimit limit, int epoch, MacKey key, Instant nodeTime) {
    return new PieceReceipt(epoch, limit.hash(), PIECE_ROOT, SEGMENT_ROOT, 1000, nodeTime, 1)
        .toBytes(key);
  }

  private static UploadedPiece uploaded(PieceOffer offer, byte[] receipt) {
    return new UploadedPiece(offer.orderLimit(), ByteString.copyFrom(receipt));
  }

  private static UploadedPiece uploaded(SignedOrderLimit limit, byte[] receipt) {
    return new UploadedPiece(ByteString.copyFrom(limit.serialized()), ByteString.copyFrom(receipt));
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
