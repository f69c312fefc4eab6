package dev.holdfast.satellite.nodes;

import dev.holdfast.piececlient.FetchedShare;
import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.piececlient.NodeTarget;
import dev.holdfast.piececlient.PieceClient;
import dev.holdfast.piececlient.PieceClientConfig;
import dev.holdfast.piececlient.PieceConnections;
import dev.holdfast.piececlient.PiecePage;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.ListedPiece;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.tls.PeerTls;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Dials nodes by the piece protocol as the satellite itself. Thread-safe. */
public final class PieceServiceDialer implements NodeDialer, AutoCloseable {

  private static final Duration SHARE_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration BATCH_TIMEOUT = Duration.ofSeconds(30);

  private final PieceConnections connections;
  private final PieceClient client;

  /**
   * @param own the satellite's identity, by which nodes know that they may obey
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public PieceServiceDialer(
      PeerIdentity own, TlsKey key, InstantSource clock, LongSupplier nanoTime) {
    this.connections =
        new PieceConnections(PieceClientConfig.DEFAULT, PeerTls.client(own, key), clock, nanoTime);
    this.client = new PieceClient(connections);
  }

  @Override
  public void delete(RegisteredNode node, List<PieceId> pieces) throws NodeUnreachableException {
    try {
      var _ = client.delete(target(node), pieces, BATCH_TIMEOUT);
    } catch (IOException | HoldfastException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public ShareAnswer fetchShare(
      RegisteredNode node, SignedOrderLimit limit, OrderChain chain, int stripe, int shareBytes) {
    try {
      FetchedShare share =
          client.fetchShareProof(
              new LimitSession(target(node), limit, chain), stripe, shareBytes, SHARE_TIMEOUT);
      return new ShareAnswer.Share(
          (layout, segmentRoot) -> share.proves(layout, segmentRoot.toByteArray()));
    } catch (HoldfastException e) {
      return new ShareAnswer.Refused(e.code());
    } catch (IOException e) {
      return new ShareAnswer.Unreachable(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ShareAnswer.Unreachable("the satellite is stopping");
    }
  }

  @Override
  public PieceList list(RegisteredNode node, @Nullable PieceId after, int limit)
      throws NodeUnreachableException {
    try {
      PiecePage page = client.list(target(node), after, limit, BATCH_TIMEOUT);
      return new PieceList(page.pieces().stream().map(ListedPiece::pieceId).toList(), page.more());
    } catch (IOException | HoldfastException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void close() {
    connections.close();
  }

  private static NodeTarget target(RegisteredNode node) {
    return new NodeTarget(node.id(), node.address().host(), node.address().port());
  }

  private static NodeUnreachableException unreachable(Exception cause) {
    return new NodeUnreachableException(String.valueOf(cause.getMessage()), cause);
  }

  private static NodeUnreachableException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new NodeUnreachableException("the satellite is stopping", cause);
  }
}
