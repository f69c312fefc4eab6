package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;

/**
 * A committed part.
 *
 * @param encryptedRecord empty without multipart
 * @param plainBytes sum over its segments
 */
public record ObjectPart(
    int part,
    ByteString attemptId,
    ByteString encryptedRecord,
    long plainBytes,
    long createdMillis) {}
