package dev.holdfast.s3gateway.runtime;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The keys below {@code holdfast.gateway}; an unknown one there stops the start. */
@ConfigMapping(prefix = "holdfast.gateway")
interface GatewaySettings {
  /** Address to listen on, host:port. */
  String listen();

  /** Region that clients are told; signatures for any region are accepted. */
  @WithDefault(GatewayConfig.DEFAULT_REGION)
  String region();

  /**
   * Domain below which host names are buckets ("bucket.s3.example.org"); absent: path style only.
   */
  Optional<String> domain();

  /** JSON of accessKeyId, secretAccessKey and accessGrant; keep it at mode 0600. */
  Path credentialsFile();

  /** Whether presigned URLs of Signature Version 2 are served; boto3 makes those by default. */
  @WithDefault("true")
  boolean presignedV2();

  /** Written once requests are served, deleted on a clean stop; absent: none. */
  Optional<Path> readyFile();
}
