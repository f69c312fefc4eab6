package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;

/**
 * One try to write a part of an object; its segments hang on it.
 *
 * @param objectId 16 bytes
 * @param attemptId 16 bytes
 * @param part 1 without multipart
 */
public record Attempt(ByteString objectId, ByteString attemptId, int part) {}
