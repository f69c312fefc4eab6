package dev.holdfast.uplink.multipart;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.encryption.ObjectPath;
import java.util.Base64;

/** Text form of an upload's object id: 22 characters, safe in URLs. */
final class UploadId {
  private UploadId() {}

  static String encode(byte[] objectId) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(objectId);
  }

  /** The object id; whatever is no upload id names an upload that does not exist. */
  static byte[] decode(String uploadId) {
    try {
      byte[] objectId = Base64.getUrlDecoder().decode(uploadId);
      if (objectId.length == ObjectPath.OBJECT_ID_BYTES) {
        return objectId;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new HoldfastException(
        ErrorCode.UPLOAD_NOT_FOUND, "There is no multipart upload with this id.");
  }
}
