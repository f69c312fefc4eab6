package dev.holdfast.satellite.nodeapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.ConfirmPiecesRequest;
import dev.holdfast.protocol.wire.ConfirmPiecesResponse;
import dev.holdfast.protocol.wire.NodeApiGrpc;
import dev.holdfast.protocol.wire.NodeKeys;
import dev.holdfast.protocol.wire.SettleOrdersRequest;
import dev.holdfast.protocol.wire.SettleOrdersResponse;
import dev.holdfast.protocol.wire.SettledOrder;
import dev.holdfast.protocol.wire.SpaceReport;
import dev.holdfast.satellite.nodes.CheckIn;
import dev.holdfast.satellite.nodes.NodeAddress;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.NodeSpace;
import dev.holdfast.satellite.nodes.RegisteredNode;
import dev.holdfast.satellite.orders.OrderKeys;
import dev.holdfast.satellite.orders.Settlement;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers nodes. Every call needs the client certificate of a node; see {@link NodeConnections}.
 * Thread-safe; blocks, so it runs on virtual threads.
 */
public final class NodeApiEndpoint extends NodeApiGrpc.NodeApiImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(NodeApiEndpoint.class);

  private final NodeRegistry registry;
  private final OrderKeys keys;
  private final PieceConfirmation confirmation;
  private final Settlement settlement;
  private final InstantSource clock;

  public NodeApiEndpoint(
      NodeRegistry registry,
      OrderKeys keys,
      PieceConfirmation confirmation,
      Settlement settlement,
      InstantSource clock) {
    this.registry = registry;
    this.keys = keys;
    this.confirmation = confirmation;
    this.settlement = settlement;
    this.clock = clock;
  }

  @Override
  public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
    answer(
        observer,
        () -> {
          ConnectedNode peer = NodeConnections.require();
          RegisteredNode node = registry.checkIn(peer.id(), peer.tlsSerial(), read(request));
          Instant now = clock.instant();
          CheckInResponse.Builder response =
              CheckInResponse.newBuilder()
                  .setSatelliteTimeMillis(now.toEpochMilli())
                  .setStanding(node.standing(now, registry.config().offlineAfter()).text())
                  .setStandingReason(node.standingReason(now, registry.config().offlineAfter()))
                  .setCheckInIntervalMillis(registry.config().checkInInterval().toMillis())
                  .setCommitWindowMillis(registry.config().confirmAfter().toMillis());
          for (OrderKeys.NodeKeys epoch : keys.all(node.id())) {
            response.addKeys(
                NodeKeys.newBuilder()
                    .setEpoch(epoch.epoch())
                    .setLimitKey(ByteString.copyFrom(epoch.limitKey().secret().expose()))
                    .setReceiptKey(ByteString.copyFrom(epoch.receiptKey().secret().expose())));
          }
          return response.build();
        });
  }

  @Override
  public void confirmPieces(
      ConfirmPiecesRequest request, StreamObserver<ConfirmPiecesResponse> observer) {
    answer(
        observer,
        () -> {
          RegisteredNode node = requireRegistered();
          List<PieceId> pieces = new ArrayList<>(request.getPieceIdsCount());
          for (ByteString piece : request.getPieceIdsList()) {
            pieces.add(PieceId.of(piece.toByteArray()));
          }
          return ConfirmPiecesResponse.newBuilder()
              .addAllReferenced(confirmation.areReferenced(node, pieces))
              .build();
        });
  }

  @Override
  public void settleOrders(
      SettleOrdersRequest request, StreamObserver<SettleOrdersResponse> observer) {
    answer(
        observer,
        () -> {
          RegisteredNode node = requireRegistered();
          List<Settlement.HandedIn> orders = new ArrayList<>(request.getOrdersCount());
          for (SettledOrder order : request.getOrdersList()) {
            orders.add(
                new Settlement.HandedIn(
                    order.getOrderLimit().toByteArray(),
                    order.getBytesServed(),
                    order.getDepth(),
                    order.getPreimage().toByteArray()));
          }
          return SettleOrdersResponse.newBuilder()
              .setSettledBytes(settlement.settle(node, request.getWindow(), orders))
              .build();
        });
  }

  private RegisteredNode requireRegistered() {
    ConnectedNode peer = NodeConnections.require();
    NodeId id = peer.id();
    RegisteredNode node =
        registry
            .find(id)
            .orElseThrow(() ->
                new HoldfastException(
                    ErrorCode.PEER_NOT_AUTHORIZED,
                    "node %s is not registered here; check in with an invitation first"
                        .formatted(id)));
    registry.requireSerial(node, peer.tlsSerial());
    return node;
  }

  private static CheckIn read(CheckInRequest request) {
    SpaceReport space = request.getSpace();
    return new CheckIn(
        request.getInvitation().isEmpty() ? null : request.getInvitation(),
        NodeAddress.parse(request.getAdvertisedAddress()),
        request.getSoftwareVersion(),
        new NodeSpace(
            space.getAllocatedBytes(),
            space.getUsedBytes(),
            space.getTrashBytes(),
            space.getReclaimableBytes(),
            space.getAvailableBytes()),
        Instant.ofEpochMilli(request.getNodeTimeMillis()),
        request.getAcceptsUploads());
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
      LOG.atError().setCause(e).log("a node's call failed");
      observer.onError(GrpcErrors.toGrpc(e));
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }
}
