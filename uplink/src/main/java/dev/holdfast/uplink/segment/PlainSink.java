package dev.holdfast.uplink.segment;

import java.io.IOException;

/** Takes authenticated plain bytes in order; blocks while its reader is slow. */
public interface PlainSink {
  /** Takes bytes; the array may be reused as soon as the call returns. */
  void write(byte[] bytes, int offset, int length) throws IOException;
}
