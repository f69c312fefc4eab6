package dev.holdfast.storagenode.contact;

import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.ConfirmPiecesRequest;
import dev.holdfast.protocol.wire.ConfirmPiecesResponse;
import dev.holdfast.protocol.wire.NodeApiGrpc;
import dev.holdfast.protocol.wire.SettleOrdersRequest;
import dev.holdfast.protocol.wire.SettleOrdersResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Calls to the satellite over mutual TLS, pinned to its id. Every call has a deadline and is made
 * once; who calls decides about another try. Thread-safe; blocks.
 */
public final class SatelliteLink implements SatelliteCalls, AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  private final ManagedChannel channel;

  public SatelliteLink(PeerAddress satellite, PeerIdentity identity, TlsKey tlsKey) {
    this.channel = PeerTls.dialSatellite(satellite, identity, tlsKey);
  }

  @Override
  public CheckInResponse checkIn(CheckInRequest request) {
    // After a failure the channel would wait up to two minutes before it dials again.
    channel.resetConnectBackoff();
    return call(stub -> stub.checkIn(request));
  }

  @Override
  public ConfirmPiecesResponse confirmPieces(ConfirmPiecesRequest request) {
    return call(stub -> stub.confirmPieces(request));
  }

  @Override
  public SettleOrdersResponse settleOrders(SettleOrdersRequest request) {
    return call(stub -> stub.settleOrders(request));
  }

  private <T> T call(Function<NodeApiGrpc.NodeApiBlockingStub, T> request) {
    try {
      return request.apply(
          NodeApiGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      HoldfastException refusal = GrpcErrors.fromGrpc(e);
      throw refusal;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
