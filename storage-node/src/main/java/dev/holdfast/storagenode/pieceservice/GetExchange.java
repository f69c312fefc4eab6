package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.storagenode.piecestore.StoredPiece;
import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Ranges of one piece going out, as the disk has them: nothing is hashed, so that a healthy read
 * costs none of it and a damaged share proves itself wrong to whoever checks. For one thread.
 */
final class GetExchange {
  /** Bytes read and sent at a time. */
  static final int CHUNK_BYTES = 64 << 10;

  private final PieceServiceContext context;
  private final Frame.Get get;

  GetExchange(PieceServiceContext context, Frame.Get get) {
    this.context = context;
    this.get = get;
  }

  /** Where frames go; waits while the client does not take them. */
  interface Outlet {
    /** An empty buffer to fill and send. */
    ByteBuf buffer(int bytes);

    /** Sends a frame; returns false when the exchange was cancelled or the client is gone. */
    boolean send(Frame frame);
  }

  /**
   * Checks the request, charges it, and sends all ranges. Returns false when it was stopped on the
   * way.
   */
  boolean run(Outlet outlet) {
    LimitVerifier.Verified limit = context.limits().verify(get.limit(), false);
    context.orders().pay(limit.signed(), get.depth(), get.preimage());
    try (StoredPiece piece = context.store().open(limit.limit().pieceId())) {
      if (piece == null) {
        throw new HoldfastException(
            ErrorCode.PIECE_NOT_FOUND,
            "Piece " + limit.limit().pieceId() + " is not on this node.");
      }
      long bytes = check(piece.header().layout(), limit.limit().pieceBytes());
      context.orders().charge(limit.signed(), bytes, true);
      return send(piece, outlet);
    } catch (EOFException e) {
      throw new HoldfastException(
          ErrorCode.PIECE_NOT_FOUND,
          "Piece " + limit.limit().pieceId() + " is no longer whole on this node.",
          e);
    } catch (IOException e) {
      throw new HoldfastException(
          ErrorCode.STORAGE_FAILED,
          "The node's disk failed to read piece " + limit.limit().pieceId() + ".",
          e);
    }
  }

  private long check(ShareLayout layout, long pieceBytes) {
    if (layout.pieceBytes() != pieceBytes) {
      throw new HoldfastException(
          ErrorCode.SIZES_DISAGREE,
          "The piece has "
              + layout.pieceBytes()
              + " bytes here, by the order limit "
              + pieceBytes
              + ".");
    }
    long bytes = 0;
    for (ShareRange range : get.ranges()) {
      boolean valid = get.proofs() ? range.isWhole(layout) : range.fits(layout);
      if (!valid) {
        throw new HoldfastException(
            ErrorCode.RANGE_INVALID,
            range
                + " is not "
                + (get.proofs() ? "a whole share" : "inside a share")
                + " of "
                + layout
                + ".");
      }
      bytes += range.length();
    }
    return bytes;
  }

  private boolean send(StoredPiece piece, Outlet outlet) throws IOException {
    ShareLayout layout = piece.header().layout();
    List<byte[]> leaves = get.proofs() ? leaves(piece) : List.of();
    for (ShareRange range : get.ranges()) {
      long at = range.pieceOffset(layout);
      int left = range.length();
      while (left > 0) {
        int run = Math.min(left, CHUNK_BYTES);
        if (!outlet.send(new Frame.ShareBytes(get.exchange(), read(piece, at, run, outlet)))) {
          return false;
        }
        at += run;
        left -= run;
      }
      if (get.proofs() && !outlet.send(proof(piece, leaves, range.stripe()))) {
        return false;
      }
    }
    return outlet.send(new Frame.Done(get.exchange()));
  }

  private static ByteBuf read(StoredPiece piece, long at, int length, Outlet outlet)
      throws IOException {
    ByteBuf buffer = outlet.buffer(length);
    boolean filled = false;
    try {
      ByteBuffer target = buffer.internalNioBuffer(buffer.writerIndex(), length);
      piece.read(at, target);
      buffer.writerIndex(buffer.writerIndex() + length);
      filled = true;
      return buffer;
    } finally {
      if (!filled) {
        buffer.release();
      }
    }
  }

  private Frame.Proof proof(StoredPiece piece, List<byte[]> leaves, int stripe) {
    ShareLayout layout = piece.header().layout();
    ShareProof proof =
        new ShareProof(
            SegmentTree.leafPath(layout.hash(), leaves, stripe),
            piece.header().piecePath().stream().map(Bytes32::toByteArray).toList());
    return new Frame.Proof(get.exchange(), proof, layout);
  }

  /**
   * The leaves as they were when the piece was stored, or, if that table is damaged, of what is
   * there now.
   */
  private static List<byte[]> leaves(StoredPiece piece) throws IOException {
    List<Bytes32> stored = piece.leaves();
    if (stored != null) {
      return stored.stream().map(Bytes32::toByteArray).toList();
    }
    ShareLayout layout = piece.header().layout();
    PieceHasher hasher =
        new PieceHasher(layout.hash(), layout.shareBytes(), piece.header().id().pieceNumber());
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    for (long at = 0; at < layout.pieceBytes(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(CHUNK_BYTES, layout.pieceBytes() - at));
      piece.read(at, buffer);
      hasher.update(buffer.flip());
    }
    var _ = hasher.root();
    return hasher.leaves();
  }
}
