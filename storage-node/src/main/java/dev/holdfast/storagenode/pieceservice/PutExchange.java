package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.order.PieceReceipt;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.storagenode.piecestore.PieceFacts;
import dev.holdfast.storagenode.piecestore.PieceHeader;
import dev.holdfast.storagenode.piecestore.PiecePut;
import java.nio.ByteBuffer;

/**
 * One piece coming in: every byte is paid before it is taken, hashed as it is stored, and the
 * receipt is given when root and path are proven and the disk has synced. For one thread.
 */
final class PutExchange implements AutoCloseable {
  private final PieceServiceContext context;
  private final LimitVerifier.Verified limit;
  private final PiecePut put;
  private final PieceHasher hasher;

  private PutExchange(
      PieceServiceContext context, LimitVerifier.Verified limit, PiecePut put, PieceHasher hasher) {
    this.context = context;
    this.limit = limit;
    this.put = put;
    this.hasher = hasher;
  }

  static PutExchange begin(PieceServiceContext context, Frame.PutBegin frame) {
    LimitVerifier.Verified limit = context.limits().verify(frame.limit(), true);
    PieceHasher hasher =
        new PieceHasher(frame.hash(), frame.shareBytes(), limit.limit().pieceId().pieceNumber());
    context.orders().beginPut(limit.signed());
    PiecePut put =
        context
            .store()
            .beginPut(limit.limit().pieceId(), frame.shareBytes(), limit.limit().ceilingBytes());
    return new PutExchange(context, limit, put, hasher);
  }

  void pay(Frame.Order order) {
    context.orders().pay(limit.signed(), order.depth(), order.preimage());
  }

  void take(ByteBuffer bytes) {
    context.orders().charge(limit.signed(), bytes.remaining(), false);
    hasher.update(bytes.duplicate());
    put.write(bytes);
  }

  /** Verifies what came, makes it durable, and answers the serialized receipt. */
  byte[] finish(Frame.PutFinish finish) {
    ShareLayout layout = finish.layout();
    check(finish, layout);
    PieceFacts facts =
        new PieceFacts(
            finish.pieceRoot(),
            finish.segmentRoot(),
            finish.piecePath().stream().map(Bytes32::of).toList(),
            hasher.leaves().stream().map(Bytes32::of).toList(),
            limit.limit().ownerCommitment(),
            limit.limit().pieceExpires());
    PieceHeader stored = put.commit(layout, facts);
    PieceReceipt receipt =
        new PieceReceipt(
            limit.limit().epoch(),
            limit.signed().hash(),
            stored.pieceRoot(),
            stored.segmentRoot(),
            stored.layout().pieceBytes(),
            stored.received(),
            stored.sequence());
    return receipt.toBytes(limit.keys().receiptKey());
  }

  private void check(Frame.PutFinish finish, ShareLayout layout) {
    if (hasher.hashedBytes() < layout.pieceBytes()) {
      throw new HoldfastException(
          ErrorCode.PIECE_TRUNCATED,
          "The piece has "
              + layout.pieceBytes()
              + " bytes by its layout, "
              + hasher.hashedBytes()
              + " came.");
    }
    if (!hasher.matches(layout)) {
      throw new HoldfastException(
          ErrorCode.SIZES_DISAGREE,
          "The layout "
              + layout
              + " does not fit the "
              + hasher.hashedBytes()
              + " bytes that came as they were announced.");
    }
    byte[] root = hasher.root();
    if (!Bytes32.of(root).equals(finish.pieceRoot())) {
      throw new HoldfastException(
          ErrorCode.PIECE_ALTERED,
          "The bytes that came have the root "
              + Bytes32.of(root)
              + ", announced was "
              + finish.pieceRoot()
              + ".");
    }
    int number = limit.limit().pieceId().pieceNumber();
    if (!SegmentTree.verifyPiece(
        layout, number, root, finish.piecePath(), finish.segmentRoot().toByteArray())) {
      throw new HoldfastException(
          ErrorCode.PIECE_ALTERED,
          "The path does not lead from piece "
              + number
              + " to the segment root "
              + finish.segmentRoot()
              + ".");
    }
  }

  /** Discards the piece unless it was finished. */
  @Override
  public void close() {
    put.close();
    context.orders().endPut(limit.signed());
  }
}
