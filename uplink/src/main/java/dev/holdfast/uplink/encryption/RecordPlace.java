package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.nio.ByteBuffer;

/**
 * Where a metadata record belongs; authenticated with it, so that a satellite cannot move records
 * about.
 */
public final class RecordPlace {
  /** Bytes of an attempt id. */
  public static final int ATTEMPT_ID_BYTES = 16;

  private final byte[] additional;

  private RecordPlace(byte[] additional) {
    this.additional = additional;
  }

  /**
   * The place of a summary, a detail or an upload record.
   *
   * @param revision from 1; 0 for the record of an unfinished upload
   */
  public static RecordPlace ofObject(ObjectPath path, byte[] objectId, long revision) {
    requireLength(objectId, ObjectPath.OBJECT_ID_BYTES, "object id");
    return new RecordPlace(
        ByteBuffer.allocate(ObjectPath.OBJECT_ID_BYTES + 32 + Long.BYTES)
            .put(objectId)
            .put(path.pathHash())
            .putLong(revision)
            .array());
  }

  /** The place of a part record. */
  public static RecordPlace ofPart(byte[] objectId, int part, byte[] attemptId) {
    requireLength(objectId, ObjectPath.OBJECT_ID_BYTES, "object id");
    requireLength(attemptId, ATTEMPT_ID_BYTES, "attempt id");
    return new RecordPlace(
        ByteBuffer.allocate(ObjectPath.OBJECT_ID_BYTES + Integer.BYTES + ATTEMPT_ID_BYTES)
            .put(objectId)
            .putInt(part)
            .put(attemptId)
            .array());
  }

  byte[] additional() {
    return additional;
  }

  private static void requireLength(byte[] bytes, int length, String what) {
    if (bytes.length != length) {
      throw new HoldfastException(
          ErrorCode.CONTENT_ALTERED,
          "An " + what + " has " + length + " bytes; the satellite answered " + bytes.length + ".");
    }
  }
}
