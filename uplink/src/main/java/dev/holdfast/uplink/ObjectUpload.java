package dev.holdfast.uplink;

import java.io.IOException;

/**
 * An object on its way in. Confined to one thread. Memory is bounded by the uplink's byte budget:
 * {@link #write} blocks while it is used up.
 */
public interface ObjectUpload extends AutoCloseable {
  /** Takes the next bytes of the object; the array may be reused as soon as the call returns. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /**
   * Makes the object visible, atomically. Fails with {@code precondition-failed} when a condition
   * does not hold; nothing is visible then.
   */
  ObjectStat commit(CommitOptions options) throws IOException;

  /** Gives up; pieces already sent are deleted. Does nothing after a commit. */
  @Override
  void close();
}
