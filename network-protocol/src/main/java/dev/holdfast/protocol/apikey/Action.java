package dev.holdfast.protocol.apikey;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is about to do.
 *
 * @param bucket null for what concerns the whole project: listing buckets, describing the project
 * @param encryptedPath encoded key or prefix; empty for what concerns the whole bucket
 * @param now the satellite's time
 */
public record Action(
    Operation operation, @Nullable String bucket, byte[] encryptedPath, Instant now) {
  public Action {
    encryptedPath = encryptedPath.clone();
  }

  /** An action on an object or directory. */
  public static Action onPath(
      Operation operation, String bucket, byte[] encryptedPath, Instant now) {
    return new Action(operation, bucket, encryptedPath, now);
  }

  /** An action on a whole bucket. */
  public static Action onBucket(Operation operation, String bucket, Instant now) {
    return new Action(operation, bucket, new byte[0], now);
  }

  /** An action on the project. */
  public static Action onProject(Operation operation, Instant now) {
    return new Action(operation, null, new byte[0], now);
  }
}
