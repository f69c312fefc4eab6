package dev.holdfast.uplink;

import java.util.Optional;

/**
 * One part of a multipart object: its number, plain size in bytes, ETag without quotes, checksum.
 */
public record ObjectPart(int number, long sizeBytes, String etag, Optional<Checksum> checksum) {}
