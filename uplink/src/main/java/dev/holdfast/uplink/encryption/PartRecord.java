package dev.holdfast.uplink.encryption;

import dev.holdfast.uplink.Checksum;
import java.util.Optional;

/**
 * What is known of one attempt of a part once it was committed.
 *
 * <p>Layout: version 1, u64 size, text ETag, checksum, 32-byte digest.
 *
 * @param sizeBytes plain bytes
 * @param etag without quotes
 * @param contentDigest digest over the attempt's wrapped segment keys, see {@link ContentDigest}
 */
@SuppressWarnings("ArrayRecordComponent") // written and read at once, never compared
public record PartRecord(
    long sizeBytes, String etag, Optional<Checksum> checksum, byte[] contentDigest) {
  private static final int VERSION = 1;

  public byte[] toBytes() {
    return new RecordWriter()
        .u8(VERSION)
        .u64(sizeBytes)
        .text(etag)
        .checksum(checksum)
        .bytes(contentDigest)
        .toByteArray();
  }

  public static PartRecord parse(byte[] record) {
    return RecordReader.read(
        record,
        VERSION,
        in -> new PartRecord(in.size(), in.text(), in.checksum(), in.bytes(ContentDigest.BYTES)));
  }
}
