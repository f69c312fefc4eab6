package dev.holdfast.s3gateway.checksum;

import dev.holdfast.uplink.Checksum;
import java.util.Optional;

/**
 * What was computed over a whole body.
 *
 * @param md5Hex lower-case
 * @param checksum over all bytes, of the algorithm asked for
 */
public record Digests(long sizeBytes, String md5Hex, Optional<Checksum> checksum) {}
