package dev.holdfast.protocol.frame;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Reads frames. Runs of piece bytes are passed on as they arrive, as retained slices of what the
 * socket gave, so a {@link Frame.ShareBytes} on the wire may come out as several; all other frames
 * are short and come out whole. After a malformed frame it throws {@code frame-invalid} (wrapped in
 * Netty's {@code DecoderException}) once and ignores what follows: close the connection.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
  private int shareExchange;
  private int shareBytesLeft;
  private boolean failed;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (shareBytesLeft > 0) {
      passShareBytes(in, out);
      return;
    }
    if (in.readableBytes() < Frame.HEADER_BYTES) {
      return;
    }
    int at = in.readerIndex();
    long length = in.getUnsignedInt(at) - 5;
    if (length < 0 || length > Frame.MAX_PAYLOAD_BYTES) {
      fail(
          "A frame's payload has 0 to " + Frame.MAX_PAYLOAD_BYTES + " bytes, not " + length + ".",
          null);
    }
    int typeId = in.getUnsignedByte(at + 4);
    int exchange = in.getInt(at + 5);
    FrameType type = FrameType.ofId(typeId);
    if (type == null) {
      fail("Unknown frame type " + typeId + ".", null);
    } else if (type == FrameType.SHARE_BYTES) {
      in.skipBytes(Frame.HEADER_BYTES);
      shareExchange = exchange;
      shareBytesLeft = (int) length;
      if (in.isReadable() && shareBytesLeft > 0) {
        passShareBytes(in, out);
      }
    } else if (in.readableBytes() >= Frame.HEADER_BYTES + length) {
      in.skipBytes(Frame.HEADER_BYTES);
      ByteBuf payload = in.readSlice((int) length);
      try {
        Frame frame = FramePayload.read(type, exchange, payload);
        if (payload.isReadable()) {
          throw new IllegalArgumentException(payload.readableBytes() + " bytes too many");
        }
        out.add(frame);
      } catch (IndexOutOfBoundsException e) {
        fail("A frame of type " + type + " is cut off after " + length + " bytes.", e);
      } catch (IllegalArgumentException e) {
        fail("A frame of type " + type + " is malformed: " + e.getMessage(), e);
      }
    }
  }

  private void passShareBytes(ByteBuf in, List<Object> out) {
    int run = Math.min(shareBytesLeft, in.readableBytes());
    if (run > 0) {
      out.add(new Frame.ShareBytes(shareExchange, in.readRetainedSlice(run)));
      shareBytesLeft -= run;
    }
  }

  private void fail(String message, @org.jspecify.annotations.Nullable Throwable cause) {
    failed = true;
    throw new HoldfastException(ErrorCode.FRAME_INVALID, message, cause);
  }
}
