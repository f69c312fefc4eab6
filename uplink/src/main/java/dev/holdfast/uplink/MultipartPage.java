package dev.holdfast.uplink;

import java.time.Instant;
import java.util.List;

/**
 * Unfinished multipart uploads by key, then by start; common prefixes when a delimiter was asked.
 */
public record MultipartPage(
    List<ListedMultipart> uploads, List<String> commonPrefixes, boolean more) {
  public MultipartPage {
    uploads = List.copyOf(uploads);
    commonPrefixes = List.copyOf(commonPrefixes);
  }

  /** An unfinished upload. */
  public record ListedMultipart(String key, String uploadId, Instant started) {}
}
