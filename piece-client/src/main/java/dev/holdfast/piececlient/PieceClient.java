package dev.holdfast.piececlient;

import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the piece protocol with storage nodes. Thread-safe.
 *
 * <p>Puts and reads are asynchronous and wait for ever on a silent node: the caller watches their
 * progress and cancels. The other calls block, for virtual threads. A node's refusal is a {@link
 * dev.holdfast.protocol.error.HoldfastException} with the node's code; a node that does not answer
 * is a {@link NodeUnreachableException}.
 */
public final class PieceClient {
  private final PieceConnections connections;

  /**
   * @param connections stays the caller's to close
   */
  public PieceClient(PieceConnections connections) {
    this.connections = connections;
  }

  /**
   * Begins to put a piece.
   *
   * @param shareBytes share size of every stripe but the last
   * @param evenIfFailed whether a node that failed a moment ago is dialled all the same
   * @param changed told that bytes were sent or the put ended, often, on an event loop: must not
   *     block
   */
  public PieceUpload beginPut(
      LimitSession session,
      HashAlgorithm hash,
      int shareBytes,
      boolean evenIfFailed,
      Runnable changed) {
    PieceUpload upload = new PieceUpload(connections, session, hash, shareBytes, changed);
    upload.begin(evenIfFailed);
    return upload;
  }

  /**
   * Begins to read ranges of a piece, in the order of the slots.
   *
   * @param proofs whether each share comes with its path to the segment root; every slot is a whole
   *     share then
   * @param evenIfFailed whether a node that failed a moment ago is dialled all the same
   */
  public PieceRead beginGet(
      LimitSession session,
      List<ShareSlot> slots,
      boolean proofs,
      boolean evenIfFailed,
      PieceReadListener listener) {
    PieceRead read = new PieceRead(connections, session, slots, proofs, listener);
    read.begin(evenIfFailed);
    return read;
  }

  /**
   * Reads one whole share with its proof; dials the node even if it failed a moment ago.
   *
   * @param shareBytes size of that stripe's share
   */
  public FetchedShare fetchShareProof(
      LimitSession session, int stripe, int shareBytes, Duration timeout)
      throws IOException, InterruptedException {
    byte[] share = new byte[shareBytes];
    CompletableFuture<ShareProof> proven = new CompletableFuture<>();
    PieceRead read =
        new PieceRead(
            connections,
            session,
            List.of(new ShareSlot(new ShareRange(stripe, 0, shareBytes), share, 0)),
            true,
            new PieceReadListener() {
              private @Nullable ShareProof received;

              @Override
              public void filled(int index, Frame.@Nullable Proof proof) {
                received = proof == null ? null : proof.proof();
              }

              @Override
              public void ended(@Nullable Throwable failure) {
                ShareProof proof = received;
                if (failure == null && proof != null) {
                  proven.complete(proof);
                } else {
                  proven.completeExceptionally(
                      failure == null ? new IOException("no proof came") : failure);
                }
              }
            });
    read.begin(true);
    ShareProof proof = Call.await(read.exchange(), proven, timeout);
    return new FetchedShare(session.limit().pieceId().pieceNumber(), stripe, share, proof);
  }

  /**
   * Moves pieces to the node's trash; for a satellite with its own identity. Deleting an absent
   * piece is no error.
   *
   * @param pieces at most {@link Frame#MAX_PIECES}
   * @return how many of them were there
   */
  public int delete(NodeTarget node, List<PieceId> pieces, Duration timeout)
      throws IOException, InterruptedException {
    Call call = new Call(connections, node, exchange -> new Frame.Delete(exchange, pieces));
    Frame answer = call.await(timeout);
    if (answer instanceof Frame.Deleted deleted) {
      return deleted.count();
    }
    throw unexpected(node, answer);
  }

  /**
   * The pieces after one, in the order of their ids; for a satellite with its own identity.
   *
   * @param after null: from the first
   * @param limit 1 to {@link Frame#MAX_PIECES}
   */
  public PiecePage list(NodeTarget node, @Nullable PieceId after, int limit, Duration timeout)
      throws IOException, InterruptedException {
    Call call =
        new Call(connections, node, exchange -> new Frame.ListPieces(exchange, after, limit));
    Frame answer = call.await(timeout);
    if (answer instanceof Frame.Pieces page) {
      return new PiecePage(page.pieces(), page.more());
    }
    throw unexpected(node, answer);
  }

  private static NodeUnreachableException unexpected(NodeTarget node, Frame answer) {
    return new NodeUnreachableException(
        node,
        NodeUnreachableException.Reason.PROTOCOL,
        "it answered with " + answer.getClass().getSimpleName());
  }
}
