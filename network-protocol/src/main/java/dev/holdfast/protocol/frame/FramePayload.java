package dev.holdfast.protocol.frame;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the payloads of all frames but {@link Frame.ShareBytes}; malformed ones end in an unchecked
 * exception.
 */
final class FramePayload {
  private FramePayload() {}

  static Frame read(FrameType type, int exchange, ByteBuf in) {
    return switch (type) {
      case PUT_BEGIN ->
          new Frame.PutBegin(
              exchange, readBytes(in), HashAlgorithm.ofId(in.readUnsignedByte()), in.readInt());
      case ORDER -> new Frame.Order(exchange, in.readUnsignedShort(), readHash(in));
      case PUT_FINISH ->
          new Frame.PutFinish(exchange, readLayout(in), readHash(in), readHash(in), readPath(in));
      case CANCEL -> new Frame.Cancel(exchange);
      case GET -> readGet(exchange, in);
      case DELETE -> new Frame.Delete(exchange, readPieceIds(in));
      case LIST_PIECES ->
          new Frame.ListPieces(
              exchange, readFlag(in) ? readPieceId(in) : null, in.readUnsignedShort());
      case RECEIPT -> new Frame.Receipt(exchange, readBytes(in));
      case PROOF ->
          new Frame.Proof(exchange, new ShareProof(readPath(in), readPath(in)), readLayout(in));
      case DONE -> new Frame.Done(exchange);
      case CANCELLED -> new Frame.Cancelled(exchange);
      case DELETED -> new Frame.Deleted(exchange, in.readInt());
      case PIECES -> readPieces(exchange, in);
      case REFUSED ->
          new Frame.Refused(
              exchange, in.readUnsignedShort(), new String(readBytes(in), StandardCharsets.UTF_8));
      case SHARE_BYTES ->
          throw new IllegalArgumentException("piece bytes are passed on as they arrive");
    };
  }

  private static Frame.Get readGet(int exchange, ByteBuf in) {
    byte[] limit = readBytes(in);
    int depth = in.readUnsignedShort();
    Bytes32 preimage = readHash(in);
    boolean proofs = readFlag(in);
    int count = readCount(in, Frame.MAX_RANGES, "ranges");
    List<ShareRange> ranges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ranges.add(new ShareRange(in.readInt(), in.readInt(), in.readInt()));
    }
    return new Frame.Get(exchange, limit, depth, preimage, ranges, proofs);
  }

  private static Frame.Pieces readPieces(int exchange, ByteBuf in) {
    boolean more = readFlag(in);
    int count = readCount(in, Frame.MAX_PIECES, "pieces");
    List<ListedPiece> pieces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pieces.add(new ListedPiece(readPieceId(in), in.readLong(), in.readLong()));
    }
    return new Frame.Pieces(exchange, pieces, more);
  }

  private static List<PieceId> readPieceIds(ByteBuf in) {
    int count = readCount(in, Frame.MAX_PIECES, "piece ids");
    List<PieceId> pieces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pieces.add(readPieceId(in));
    }
    return pieces;
  }

  private static byte[] readBytes(ByteBuf in) {
    return readExactly(in, in.readUnsignedShort());
  }

  private static Bytes32 readHash(ByteBuf in) {
    return Bytes32.of(readExactly(in, Bytes32.LENGTH));
  }

  private static PieceId readPieceId(ByteBuf in) {
    return PieceId.of(readExactly(in, PieceId.LENGTH));
  }

  private static ShareLayout readLayout(ByteBuf in) {
    return ShareLayout.read(ByteBuffer.wrap(readExactly(in, ShareLayout.LENGTH)));
  }

  private static List<byte[]> readPath(ByteBuf in) {
    int count = in.readUnsignedByte();
    if (count > ShareProof.MAX_PATH) {
      throw new IllegalArgumentException(
          count + " hashes in a path, at most " + ShareProof.MAX_PATH);
    }
    List<byte[]> path = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      path.add(readExactly(in, SegmentTree.HASH_BYTES));
    }
    return path;
  }

  private static byte[] readExactly(ByteBuf in, int length) {
    // Checked before the allocation: the length is a peer's word.
    if (length > in.readableBytes()) {
      throw new IndexOutOfBoundsException();
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private static boolean readFlag(ByteBuf in) {
    int flag = in.readUnsignedByte();
    if (flag > 1) {
      throw new IllegalArgumentException("a flag is 0 or 1, not " + flag);
    }
    return flag == 1;
  }

  private static int readCount(ByteBuf in, int most, String what) {
    int count = in.readUnsignedShort();
    if (count > most) {
      throw new IllegalArgumentException(count + " " + what + ", at most " + most);
    }
    return count;
  }
}
