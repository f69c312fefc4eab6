package dev.holdfast.s3gateway.runtime;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a gateway needs to start.
 *
 * @param host address to listen on
 * @param port 0: any free one
 * @param region that clients are told; signatures for any region are accepted
 * @param domain below which host names are buckets; absent: path style only
 * @param credentialsFile JSON of accessKeyId, secretAccessKey and accessGrant
 * @param acceptPresignedV2 whether presigned URLs of Signature Version 2 are served
 * @param readyFile written once requests are served, deleted on a clean stop; absent: none
 */
public record GatewayConfig(
    String host,
    int port,
    String region,
    Optional<String> domain,
    Path credentialsFile,
    boolean acceptPresignedV2,
    Optional<Path> readyFile) {
  public static final String DEFAULT_REGION = "us-east-1";

  private static final int MAX_PORT = 65_535;

  public GatewayConfig {
    if (host.isEmpty() || port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "holdfast.gateway.listen must be host:port with a port of 0 to "
              + MAX_PORT
              + ": "
              + host
              + ":"
              + port);
    }
    if (region.isEmpty()) {
      throw new IllegalArgumentException("holdfast.gateway.region must not be empty");
    }
  }

  /** Path style in the default region, without a ready file. */
  public static GatewayConfig of(String host, int port, Path credentialsFile) {
    return new GatewayConfig(
        host, port, DEFAULT_REGION, Optional.empty(), credentialsFile, true, Optional.empty());
  }

  /** Takes the address from "host:port"; an IPv6 address stands in brackets. */
  public GatewayConfig withListen(String listen) {
    int colon = listen.lastIndexOf(':');
    try {
      String name = listen.substring(0, Math.max(0, colon));
      String host =
          name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
      return new GatewayConfig(
          host,
          Integer.parseInt(listen.substring(colon + 1)),
          region,
          domain,
          credentialsFile,
          acceptPresignedV2,
          readyFile);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "holdfast.gateway.listen must be host:port, it is " + listen, e);
    }
  }
}
