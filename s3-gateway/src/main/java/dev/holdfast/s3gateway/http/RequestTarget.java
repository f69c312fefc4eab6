package dev.holdfast.s3gateway.http;

import java.util.Locale;
import java.util.Optional;

/**
 * Which bucket and key a request names, in path style or, under a known domain, in virtual-host
 * style.
 *
 * @param hostBucket the bucket when the host named it, otherwise empty
 */
record RequestTarget(String rawPath, String bucket, String key, String hostBucket) {
  /**
   * @param host value of the Host header, may end in a port
   * @param domain below which a host name's first labels are a bucket; absent: path style only
   */
  static RequestTarget of(String rawPath, String host, Optional<String> domain) {
    String path = rawPath.isEmpty() ? "/" : rawPath;
    String hostBucket = domain.map(d -> bucketOf(host, d)).orElse("");
    if (!hostBucket.isEmpty()) {
      return new RequestTarget(
          path, hostBucket, PercentCoding.decodePath(path.substring(1)), hostBucket);
    }
    int slash = path.indexOf('/', 1);
    String bucket = slash < 0 ? path.substring(1) : path.substring(1, slash);
    String key = slash < 0 ? "" : path.substring(slash + 1);
    return new RequestTarget(
        path, PercentCoding.decodePath(bucket), PercentCoding.decodePath(key), "");
  }

  private static String bucketOf(String host, String domain) {
    int colon = host.lastIndexOf(':');
    String name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    String suffix = "." + domain.toLowerCase(Locale.ROOT);
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
  }
}
