package dev.holdfast.uplink.encryption;

import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ObjectPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What reading an object needs beside its summary: the part table, the digest of its segments, and
 * what its user hung on it.
 *
 * <p>Layout: version 1, u8 multipart (0 or 1), u32 segment size, u32 part count, for each part u32
 * number, u64 size, text ETag, checksum; 32-byte content digest; headers, user metadata, tags (each
 * u16 count, then text name, text value).
 *
 * @param multipart whether it was put together from parts; else the table has one part, number 1,
 *     with an empty ETag
 * @param segmentPlainBytes plain bytes of every segment but the last of a part
 * @param parts ascending by number
 * @param contentDigest see {@link ContentDigest}
 */
@SuppressWarnings("ArrayRecordComponent") // written and read at once, never compared
public record DetailRecord(
    boolean multipart,
    int segmentPlainBytes,
    List<ObjectPart> parts,
    byte[] contentDigest,
    Map<String, String> headers,
    Map<String, String> user,
    Map<String, String> tags) {
  /** Most parts of an object. */
  public static final int MAX_PARTS = 10_000;

  private static final int VERSION = 1;
  private static final int MAX_SEGMENT_BYTES = 1 << 30;

  public DetailRecord {
    parts = List.copyOf(parts);
  }

  public byte[] toBytes() {
    RecordWriter out =
        new RecordWriter()
            .u8(VERSION)
            .u8(multipart ? 1 : 0)
            .u32(segmentPlainBytes)
            .u32(parts.size());
    for (ObjectPart part : parts) {
      out.u32(part.number()).u64(part.sizeBytes()).text(part.etag()).checksum(part.checksum());
    }
    return out.bytes(contentDigest).map(headers).map(user).map(tags).toByteArray();
  }

  public static DetailRecord parse(byte[] record) {
    return RecordReader.read(record, VERSION, DetailRecord::fields);
  }

  private static DetailRecord fields(RecordReader in) {
    int multipart = in.u8();
    if (multipart > 1) {
      throw RecordReader.malformed("the multipart flag is " + multipart);
    }
    int segmentPlainBytes = in.count(MAX_SEGMENT_BYTES);
    int count = in.count(MAX_PARTS);
    if (segmentPlainBytes == 0 || count == 0 || (multipart == 0 && count != 1)) {
      throw RecordReader.malformed(
          count + " parts with segments of " + segmentPlainBytes + " bytes make no object");
    }
    List<ObjectPart> parts = new ArrayList<>(Math.min(count, 1024));
    int previous = 0;
    for (int i = 0; i < count; i++) {
      int number = in.count(MAX_PARTS);
      if (number <= previous) {
        throw RecordReader.malformed("part " + number + " comes after part " + previous);
      }
      previous = number;
      long size = in.size();
      String etag = in.text();
      Optional<Checksum> checksum = in.checksum();
      parts.add(new ObjectPart(number, size, etag, checksum));
    }
    return new DetailRecord(
        multipart == 1,
        segmentPlainBytes,
        parts,
        in.bytes(ContentDigest.BYTES),
        in.map(),
        in.map(),
        in.map());
  }
}
