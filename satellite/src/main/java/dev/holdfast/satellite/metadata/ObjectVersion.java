package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;

/**
 * The row of one version of an object. All but sizes, times and ids is ciphertext.
 *
 * @param version rises with every replacement of the key
 * @param objectId 16 bytes, drawn by the uplink
 * @param etagToken 16 bytes or empty
 * @param plainBytes as the uplink declared it in its segments, for accounting
 * @param expiresMillis 0: never
 */
public record ObjectVersion(
    ByteString encryptedKey,
    long version,
    ByteString objectId,
    int wrapType,
    int keyEpoch,
    ByteString wrappedObjectKey,
    ByteString encryptedSummary,
    ByteString encryptedDetail,
    ByteString etagToken,
    long plainBytes,
    long createdMillis,
    long expiresMillis,
    long revision) {

  ObjectVersion placed(long newVersion, long newCreatedMillis) {
    return new ObjectVersion(
        encryptedKey,
        newVersion,
        objectId,
        wrapType,
        keyEpoch,
        wrappedObjectKey,
        encryptedSummary,
        encryptedDetail,
        etagToken,
        plainBytes,
        newCreatedMillis,
        expiresMillis,
        revision);
  }

  ObjectVersion sized(long newPlainBytes) {
    return new ObjectVersion(
        encryptedKey,
        version,
        objectId,
        wrapType,
        keyEpoch,
        wrappedObjectKey,
        encryptedSummary,
        encryptedDetail,
        etagToken,
        newPlainBytes,
        createdMillis,
        expiresMillis,
        revision);
  }
}
