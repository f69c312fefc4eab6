package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.uplink.ObjectMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An object's metadata as request headers carry it. */
final class MetadataHeaders {
  static final String USER_PREFIX = "x-amz-meta-";

  /** Standard headers that are stored and returned. */
  static final List<String> STORED =
      List.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");

  private static final int MAX_USER_BYTES = 2048;
  private static final int MAX_TAGS = 10;
  private static final int MAX_TAG_KEY = 128;
  private static final int MAX_TAG_VALUE = 256;

  private MetadataHeaders() {}

  static ObjectMetadata of(RequestHeaders headers) {
    Map<String, String> stored = new HashMap<>();
    for (String name : STORED) {
      headers.find(name).ifPresent(value -> stored.put(name, value));
    }
    String encoding = withoutChunking(stored.getOrDefault("content-encoding", ""));
    if (encoding.isEmpty()) {
      stored.remove("content-encoding");
    } else {
      stored.put("content-encoding", encoding);
    }
    Map<String, String> user = new HashMap<>();
    long userBytes = 0;
    for (String header : headers.names()) {
      if (header.startsWith(USER_PREFIX)) {
        String name = header.substring(USER_PREFIX.length());
        String value =
            headers.all(header).stream().map(String::strip).collect(Collectors.joining(","));
        user.put(name, value);
        userBytes += name.length() + (long) value.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    if (userBytes > MAX_USER_BYTES) {
      throw new S3Exception(
              S3ErrorCode.METADATA_TOO_LARGE,
              "Your metadata headers exceed the maximum allowed metadata size")
          .with("Size", Long.toString(userBytes))
          .with("MaxSizeAllowed", Integer.toString(MAX_USER_BYTES));
    }
    return new ObjectMetadata(headers.find("content-type").orElse(""), stored, user, tags(headers));
  }

  /** Tags of the header x-amz-tagging, which is in the form of a query. */
  static Map<String, String> tags(RequestHeaders headers) {
    Map<String, String> tags = new HashMap<>();
    String header = headers.find("x-amz-tagging").orElse("");
    for (QueryParameters.Parameter tag : QueryParameters.parse(header).all()) {
      if (tag.name().isEmpty()
          || tag.name().length() > MAX_TAG_KEY
          || tag.value().length() > MAX_TAG_VALUE
          || tags.put(tag.name(), tag.value()) != null
          || tags.size() > MAX_TAGS) {
        throw S3Exception.invalidArgument(
            "x-amz-tagging",
            header,
            "An object has at most "
                + MAX_TAGS
                + " different tags, of keys of 1 to "
                + MAX_TAG_KEY
                + " and values of at most "
                + MAX_TAG_VALUE
                + " characters.");
      }
    }
    return tags;
  }

  /** The framing aws-chunked is of the transfer, not of the object. */
  private static String withoutChunking(String contentEncoding) {
    return Arrays.stream(contentEncoding.split(",", -1))
        .map(String::strip)
        .filter(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("aws-chunked"))
        .collect(Collectors.joining(","));
  }
}
