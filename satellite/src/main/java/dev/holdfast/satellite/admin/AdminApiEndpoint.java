package dev.holdfast.satellite.admin;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.wire.AdminApiGrpc;
import dev.holdfast.protocol.wire.CreateApiKeyRequest;
import dev.holdfast.protocol.wire.CreateApiKeyResponse;
import dev.holdfast.protocol.wire.CreateInvitationRequest;
import dev.holdfast.protocol.wire.CreateInvitationResponse;
import dev.holdfast.protocol.wire.CreateProjectRequest;
import dev.holdfast.protocol.wire.CreateProjectResponse;
import dev.holdfast.protocol.wire.DescribeNetworkRequest;
import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import dev.holdfast.protocol.wire.DescribedNode;
import dev.holdfast.satellite.deletions.DurableDeletions;
import dev.holdfast.satellite.metadata.UsageTotals;
import dev.holdfast.satellite.nodes.Invitations;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.RegisteredNode;
import dev.holdfast.satellite.nodeselection.NodeSelector;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the operator; must stand behind {@link AdminToken}. Thread-safe; blocks, so it runs on
 * virtual threads.
 */
public final class AdminApiEndpoint extends AdminApiGrpc.AdminApiImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(AdminApiEndpoint.class);
  private static final int UUID_BYTES = 16;

  private final SatelliteId satelliteId;
  private final ProjectOffice projects;
  private final SatelliteState state;
  private final Invitations invitations;
  private final NodeRegistry registry;
  private final NodeSelector selector;
  private final DurableDeletions deletions;
  private final InstantSource clock;

  public AdminApiEndpoint(
      SatelliteId satelliteId,
      ProjectOffice projects,
      SatelliteState state,
      Invitations invitations,
      NodeRegistry registry,
      NodeSelector selector,
      DurableDeletions deletions,
      InstantSource clock) {
    this.satelliteId = satelliteId;
    this.projects = projects;
    this.state = state;
    this.invitations = invitations;
    this.registry = registry;
    this.selector = selector;
    this.deletions = deletions;
    this.clock = clock;
  }

  @Override
  public void createProject(
      CreateProjectRequest request, StreamObserver<CreateProjectResponse> observer) {
    answer(
        observer,
        () -> {
          UUID id =
              projects.createProject(
                  request.getName(), Bytes32.of(request.getRecoveryPublicKey().toByteArray()));
          ByteBuffer bytes =
              ByteBuffer.allocate(UUID_BYTES)
                  .putLong(id.getMostSignificantBits())
                  .putLong(id.getLeastSignificantBits());
          return CreateProjectResponse.newBuilder()
              .setProjectId(ByteString.copyFrom(bytes.flip()))
              .build();
        });
  }

  @Override
  public void createApiKey(
      CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> observer) {
    answer(
        observer,
        () -> {
          if (request.getProjectId().size() != UUID_BYTES) {
            throw new HoldfastException(
                ErrorCode.BAD_REQUEST,
                "a project id has %d bytes, not %d"
                    .formatted(UUID_BYTES, request.getProjectId().size()));
          }
          ByteBuffer bytes = request.getProjectId().asReadOnlyByteBuffer();
          UUID projectId = new UUID(bytes.getLong(), bytes.getLong());
          return CreateApiKeyResponse.newBuilder()
              .setApiKey(ByteString.copyFrom(projects.createApiKey(projectId)))
              .build();
        });
  }

  @Override
  public void createInvitation(
      CreateInvitationRequest request, StreamObserver<CreateInvitationResponse> observer) {
    answer(
        observer,
        () ->
            CreateInvitationResponse.newBuilder()
                .setToken(
                    invitations.issue(
                        request.getOperator(), Duration.ofMillis(request.getValidMillis())))
                .build());
  }

  @Override
  public void describeNetwork(
      DescribeNetworkRequest request, StreamObserver<DescribeNetworkResponse> observer) {
    answer(observer, this::describe);
  }

  private DescribeNetworkResponse describe() {
    UsageTotals usage = state.usage();
    DescribeNetworkResponse.Builder response =
        DescribeNetworkResponse.newBuilder()
            .setSatelliteId(ByteString.copyFrom(satelliteId.bytes()))
            .setScheme(state.scheme().text())
            .setEligibleNodes(selector.eligibleCount())
            .setDatabaseKind(state.databaseKind())
            .setDatabasePid(state.databasePid())
            .setSatelliteOnlyBytes(usage.inlineBytes())
            .setPendingDeletions(deletions.pendingCount())
            .setObjectCount(usage.objects());
    Instant now = clock.instant();
    registry.nodes().stream()
        .sorted(Comparator.comparingInt(RegisteredNode::alias))
        .forEach(node -> response.addNodes(describe(node, now)));
    return response.build();
  }

  private DescribedNode describe(RegisteredNode node, Instant now) {
    Duration offlineAfter = registry.config().offlineAfter();
    return DescribedNode.newBuilder()
        .setNodeId(ByteString.copyFrom(node.id().bytes()))
        .setAddress(node.address().toString())
        .setStanding(node.standing(now, offlineAfter).text())
        .setStandingReason(node.standingReason(now, offlineAfter))
        .setUsedBytes(node.space().usedBytes())
        .setTrashBytes(node.space().trashBytes())
        .setAvailableBytes(node.space().availableBytes())
        .setFailures(node.failures())
        .setLastCheckInMillis(node.lastCheckIn().toEpochMilli())
        .setOperator(node.operator())
        .build();
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> body) {
    T response;
    try {
      response = body.get();
    } catch (HoldfastException e) {
      observer.onError(GrpcErrors.toGrpc(e));
      return;
    } catch (IllegalArgumentException e) {
      observer.onError(
          GrpcErrors.toGrpc(
              new HoldfastException(
                  ErrorCode.BAD_REQUEST, "the request cannot be read: " + e.getMessage(), e)));
      return;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("an operator's call failed");
      observer.onError(GrpcErrors.toGrpc(e));
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }
}
