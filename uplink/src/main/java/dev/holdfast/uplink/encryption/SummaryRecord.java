package dev.holdfast.uplink.encryption;

import dev.holdfast.uplink.Checksum;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * All that a listing carries of an object.
 *
 * <p>Layout: version 1, u64 size, text ETag, checksum, text content type, 32-byte SHA-256 of the
 * sealed detail record.
 *
 * @param sizeBytes plain bytes of the object
 * @param etag without quotes
 * @param contentType may be empty
 * @param detailDigest SHA-256 of the sealed detail record, so that the satellite cannot pair
 *     records of two revisions
 */
@SuppressWarnings("ArrayRecordComponent") // written and read at once, never compared or kept
public record SummaryRecord(
    long sizeBytes,
    String etag,
    Optional<Checksum> checksum,
    String contentType,
    byte[] detailDigest) {
  private static final int VERSION = 1;
  private static final int DIGEST_BYTES = 32;

  public byte[] toBytes() {
    return new RecordWriter()
        .u8(VERSION)
        .u64(sizeBytes)
        .text(etag)
        .checksum(checksum)
        .text(contentType)
        .bytes(detailDigest)
        .toByteArray();
  }

  public static SummaryRecord parse(byte[] record) {
    return RecordReader.read(
        record,
        VERSION,
        in ->
            new SummaryRecord(
                in.size(), in.text(), in.checksum(), in.text(), in.bytes(DIGEST_BYTES)));
  }

  /** The digest that a summary carries of a sealed detail record. */
  public static byte[] digestOf(byte[] sealedDetail) {
    return ContentDigest.sha256(sealedDetail);
  }

  /** Whether this sealed detail record belongs to the summary. */
  public boolean names(byte[] sealedDetail) {
    return MessageDigest.isEqual(detailDigest, digestOf(sealedDetail));
  }
}
