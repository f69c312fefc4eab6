package dev.holdfast.s3gateway.operation;

import java.util.ArrayList;
import java.util.List;

/** Entity tags as headers and documents quote them. */
final class ETags {
  private ETags() {}

  static String quote(String etag) {
    return '"' + etag + '"';
  }

  /** Without quotes and the mark of weakness. */
  static String unquote(String text) {
    String etag = text.strip();
    if (etag.startsWith("W/")) {
      etag = etag.substring(2);
    }
    if (etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")) {
      etag = etag.substring(1, etag.length() - 1);
    }
    return etag;
  }

  /** The tags of a conditional header, without quotes; "*" stays. */
  static List<String> list(String header) {
    List<String> tags = new ArrayList<>();
    for (String tag : header.split(",", -1)) {
      if (!tag.isBlank()) {
        tags.add(unquote(tag));
      }
    }
    return tags;
  }
}
