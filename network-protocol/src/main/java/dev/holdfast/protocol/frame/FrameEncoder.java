package dev.holdfast.protocol.frame;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.piece.PieceId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes frames. The bytes of a {@link Frame.ShareBytes} are not copied: a header goes before the
 * caller's buffer, which is released after the write. Shareable.
 */
@io.netty.channel.ChannelHandler.Sharable
public final class FrameEncoder extends MessageToMessageEncoder<Frame> {
  public FrameEncoder() {
    super(Frame.class);
  }

  @Override
  protected void encode(ChannelHandlerContext context, Frame frame, List<Object> out) {
    if (frame instanceof Frame.ShareBytes share) {
      int length = share.data().readableBytes();
      checkPayload(length);
      ByteBuf header = context.alloc().ioBuffer(Frame.HEADER_BYTES);
      header.writeInt(length + 5).writeByte(FrameType.SHARE_BYTES.id()).writeInt(share.exchange());
      out.add(header);
      out.add(share.data().retain());
      return;
    }
    ByteBuf buffer = context.alloc().ioBuffer(512);
    boolean written = false;
    try {
      buffer.writeInt(0).writeByte(typeOf(frame).id()).writeInt(frame.exchange());
      writePayload(frame, buffer);
      checkPayload(buffer.readableBytes() - Frame.HEADER_BYTES);
      buffer.setInt(0, buffer.readableBytes() - 4);
      out.add(buffer);
      written = true;
    } finally {
      if (!written) {
        buffer.release();
      }
    }
  }

  private static FrameType typeOf(Frame frame) {
    return switch (frame) {
      case Frame.PutBegin _ -> FrameType.PUT_BEGIN;
      case Frame.Order _ -> FrameType.ORDER;
      case Frame.ShareBytes _ -> FrameType.SHARE_BYTES;
      case Frame.PutFinish _ -> FrameType.PUT_FINISH;
      case Frame.Cancel _ -> FrameType.CANCEL;
      case Frame.Get _ -> FrameType.GET;
      case Frame.Delete _ -> FrameType.DELETE;
      case Frame.ListPieces _ -> FrameType.LIST_PIECES;
      case Frame.Receipt _ -> FrameType.RECEIPT;
      case Frame.Proof _ -> FrameType.PROOF;
      case Frame.Done _ -> FrameType.DONE;
      case Frame.Cancelled _ -> FrameType.CANCELLED;
      case Frame.Deleted _ -> FrameType.DELETED;
      case Frame.Pieces _ -> FrameType.PIECES;
      case Frame.Refused _ -> FrameType.REFUSED;
    };
  }

  private static void writePayload(Frame frame, ByteBuf out) {
    switch (frame) {
      case Frame.PutBegin put -> {
        writeBytes(out, put.limit());
        out.writeByte(put.hash().id()).writeInt(put.shareBytes());
      }
      case Frame.Order order -> {
        out.writeShort(order.depth());
        writeHash(out, order.preimage());
      }
      case Frame.PutFinish finish -> {
        out.writeBytes(finish.layout().toByteArray());
        writeHash(out, finish.segmentRoot());
        writeHash(out, finish.pieceRoot());
        writePath(out, finish.piecePath());
      }
      case Frame.Get get -> writeGet(out, get);
      case Frame.Delete delete -> {
        checkCount(delete.pieces().size(), Frame.MAX_PIECES, "piece ids");
        out.writeShort(delete.pieces().size());
        delete.pieces().forEach(piece -> writePieceId(out, piece));
      }
      case Frame.ListPieces list -> {
        PieceId after = list.after();
        out.writeByte(after == null ? 0 : 1);
        if (after != null) {
          writePieceId(out, after);
        }
        out.writeShort(list.limit());
      }
      case Frame.Receipt receipt -> writeBytes(out, receipt.receipt());
      case Frame.Proof proof -> {
        writePath(out, proof.proof().leafPath());
        writePath(out, proof.proof().piecePath());
        out.writeBytes(proof.layout().toByteArray());
      }
      case Frame.Deleted deleted -> out.writeInt(deleted.count());
      case Frame.Pieces pieces -> {
        checkCount(pieces.pieces().size(), Frame.MAX_PIECES, "pieces");
        out.writeByte(pieces.more() ? 1 : 0);
        out.writeShort(pieces.pieces().size());
        for (ListedPiece piece : pieces.pieces()) {
          writePieceId(out, piece.pieceId());
          out.writeLong(piece.sizeBytes()).writeLong(piece.receivedMillis());
        }
      }
      case Frame.Refused refused -> {
        out.writeShort(refused.codeId());
        writeBytes(out, cut(refused.message()));
      }
      case Frame.ShareBytes _, Frame.Cancel _, Frame.Done _, Frame.Cancelled _ -> {}
    }
  }

  private static void writeGet(ByteBuf out, Frame.Get get) {
    checkCount(get.ranges().size(), Frame.MAX_RANGES, "ranges");
    writeBytes(out, get.limit());
    out.writeShort(get.depth());
    writeHash(out, get.preimage());
    out.writeByte(get.proofs() ? 1 : 0);
    out.writeShort(get.ranges().size());
    for (ShareRange range : get.ranges()) {
      out.writeInt(range.stripe()).writeInt(range.offset()).writeInt(range.length());
    }
  }

  private static void writeBytes(ByteBuf out, byte[] bytes) {
    checkCount(bytes.length, 65_535, "bytes in one field");
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  private static void writeHash(ByteBuf out, Bytes32 hash) {
    out.writeBytes(hash.toByteArray());
  }

  private static void writePieceId(ByteBuf out, PieceId piece) {
    out.writeBytes(piece.toByteArray());
  }

  private static void writePath(ByteBuf out, List<byte[]> path) {
    checkCount(path.size(), 255, "hashes in a path");
    out.writeByte(path.size());
    for (byte[] hash : path) {
      checkCount(hash.length, SegmentTree.HASH_BYTES, "bytes in a hash");
      out.writeBytes(hash);
    }
  }

  private static byte[] cut(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= Frame.MAX_MESSAGE_BYTES) {
      return bytes;
    }
    int end = Frame.MAX_MESSAGE_BYTES;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static void checkPayload(int length) {
    checkCount(length, Frame.MAX_PAYLOAD_BYTES, "bytes of payload");
  }

  private static void checkCount(int count, int most, String what) {
    if (count > most) {
      throw new IllegalArgumentException(
          "A frame has at most " + most + " " + what + ", not " + count + ".");
    }
  }
}
