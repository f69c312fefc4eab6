package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.util.UUID;

/** Names an object as callers do: bucket by name, key encrypted. */
public record ObjectAddress(UUID projectId, String bucket, ByteString encryptedKey) {}
