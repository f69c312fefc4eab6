package dev.holdfast.uplink;

import java.io.IOException;
import java.io.OutputStream;

/** An object version opened for reading: always the same version, whatever is written meanwhile. */
public interface ObjectDownload extends AutoCloseable {
  ObjectStat stat();

  /** First plain byte that will be delivered, after resolution of the asked range. */
  long offset();

  /** Plain bytes that will be delivered. */
  long length();

  /**
   * Delivers the bytes in order, in runs of at most 64 KiB; blocks while the sink does. Every byte
   * was authenticated before it is delivered. May be called once.
   */
  void transferTo(OutputStream sink) throws IOException;

  /** Stops a running transfer. */
  @Override
  void close();
}
