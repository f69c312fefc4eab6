package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.identity.Bytes32;

/**
 * A multipart upload that is not complete.
 *
 * @param creatorTail names the API key that began it
 * @param expiresMillis of the object; 0: never
 */
public record Upload(
    ByteString encryptedKey,
    ByteString objectId,
    Bytes32 creatorTail,
    int wrapType,
    int keyEpoch,
    ByteString wrappedObjectKey,
    ByteString encryptedSummary,
    ByteString encryptedDetail,
    long createdMillis,
    long expiresMillis) {}
