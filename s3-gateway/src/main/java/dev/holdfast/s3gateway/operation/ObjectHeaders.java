package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.checksum.ChecksumAlgorithm;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectStat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object's metadata as answers carry it. */
final class ObjectHeaders {
  static final String DEFAULT_CONTENT_TYPE = "binary/octet-stream";

  private static final List<String> OVERRIDABLE =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-type",
          "expires");

  private ObjectHeaders() {}

  /** Headers of a 304, which are also part of every other answer. */
  static Map<String, String> validators(ObjectStat stat) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", ETags.quote(stat.etag()));
    headers.put("Last-Modified", HttpDates.header(stat.created()));
    return headers;
  }

  /** All headers of the object but its length, range and checksum. */
  static Map<String, String> of(ObjectStat stat, S3Request request) {
    Map<String, String> headers = validators(stat);
    headers.put("Accept-Ranges", "bytes");
    ObjectMetadata metadata = stat.metadata();
    headers.put(
        "content-type",
        metadata.contentType().isEmpty() ? DEFAULT_CONTENT_TYPE : metadata.contentType());
    for (String name : MetadataHeaders.STORED) {
      String value = metadata.headers().get(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    metadata
        .user()
        .forEach((name, value) -> headers.put(MetadataHeaders.USER_PREFIX + name, value));
    if (!metadata.tags().isEmpty()) {
      headers.put("x-amz-tagging-count", Integer.toString(metadata.tags().size()));
    }
    QueryParameters query = request.query();
    for (String name : OVERRIDABLE) {
      query.find("response-" + name).ifPresent(value -> headers.put(name, clean(value)));
    }
    return headers;
  }

  static boolean wantsChecksum(S3Request request) {
    return request.headers().find("x-amz-checksum-mode").orElse("").equalsIgnoreCase("ENABLED");
  }

  static void addChecksum(Map<String, String> headers, Checksum checksum) {
    ChecksumAlgorithm.find(checksum.algorithm())
        .ifPresent(algorithm -> {
          headers.put(algorithm.header(), checksum.value());
          headers.put("x-amz-checksum-type", type(checksum));
        });
  }

  static void writeChecksum(XmlWriter xml, Checksum checksum) {
    ChecksumAlgorithm.find(checksum.algorithm())
        .ifPresent(algorithm ->
            xml.element(algorithm.element(), checksum.value())
                .element("ChecksumType", type(checksum)));
  }

  static String type(Checksum checksum) {
    return checksum.fullObject() ? "FULL_OBJECT" : "COMPOSITE";
  }

  /** A header's value cannot hold line breaks or other controls. */
  private static String clean(String value) {
    return value.chars().anyMatch(c -> c < 0x20) ? value.replaceAll("\\p{Cntrl}", "") : value;
  }
}
