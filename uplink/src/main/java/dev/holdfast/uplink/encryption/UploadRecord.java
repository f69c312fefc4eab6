package dev.holdfast.uplink.encryption;

import dev.holdfast.uplink.ObjectMetadata;

/**
 * What an unfinished multipart upload will hang on its object.
 *
 * <p>Layout: version 1, text content type, headers, user metadata, tags.
 */
public record UploadRecord(ObjectMetadata metadata) {
  private static final int VERSION = 1;

  public byte[] toBytes() {
    return new RecordWriter()
        .u8(VERSION)
        .text(metadata.contentType())
        .map(metadata.headers())
        .map(metadata.user())
        .map(metadata.tags())
        .toByteArray();
  }

  public static UploadRecord parse(byte[] record) {
    return RecordReader.read(
        record,
        VERSION,
        in -> new UploadRecord(new ObjectMetadata(in.text(), in.map(), in.map(), in.map())));
  }
}
