package dev.holdfast.s3gateway.http;

import java.io.InputStream;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * A request as received.
 *
 * @param rawPath path as sent, still percent-encoded
 * @param bucket decoded bucket name; empty for a request to the service itself
 * @param key decoded object key; empty for a request to a bucket
 * @param hostBucket bucket that is in the host name instead of the path; empty for path style
 * @param contentLength bytes of the body in transit; absent for a body of unknown length or none
 * @param body bytes in transit, still framed; must be read on the thread that handles the request
 * @param received when it came in
 */
public record S3Request(
    String id,
    Instant received,
    String method,
    String rawPath,
    QueryParameters query,
    RequestHeaders headers,
    String bucket,
    String key,
    String hostBucket,
    OptionalLong contentLength,
    InputStream body) {
  /** Path with the query, as a client would recognize it. */
  public String resource() {
    return hostBucket.isEmpty() ? rawPath : "/" + hostBucket + rawPath;
  }
}
