package dev.holdfast.s3gateway.credential;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.Project;

/**
 * An access key and the project it opens.
 *
 * @param secretAccessKey UTF-8 bytes; without a text form
 */
public record Tenant(String accessKeyId, SecretBytes secretAccessKey, Project project) {
  @Override
  public String toString() {
    return "Tenant[" + accessKeyId + "]";
  }
}
