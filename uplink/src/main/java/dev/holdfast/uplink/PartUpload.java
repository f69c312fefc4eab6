package dev.holdfast.uplink;

import java.io.IOException;

/** A part on its way in; as {@link ObjectUpload}. */
public interface PartUpload extends AutoCloseable {
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Makes this attempt the part. An absent ETag is made up. */
  ObjectPart commit(CommitOptions options) throws IOException;

  @Override
  void close();
}
