package dev.holdfast.satellite.nodes;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a node says when it checks in.
 *
 * @param invitation the token; only looked at when the node is not registered yet
 * @param address where its piece service can be reached
 * @param softwareVersion at most 64 characters
 * @param nodeTime the node's clock as it asked
 * @param acceptsUploads whether its owner and its disk let it take pieces
 */
public record CheckIn(
    @Nullable String invitation,
    NodeAddress address,
    String softwareVersion,
    NodeSpace space,
    Instant nodeTime,
    boolean acceptsUploads) {

  private static final int MAX_VERSION_CHARACTERS = 64;

  public CheckIn {
    if (softwareVersion.length() > MAX_VERSION_CHARACTERS) {
      throw new IllegalArgumentException(
          "the software version has %d characters, at most %d are allowed"
              .formatted(softwareVersion.length(), MAX_VERSION_CHARACTERS));
    }
  }

  /** Leaves out the invitation, which is a secret until it is used. */
  @Override
  public String toString() {
    return "CheckIn[" + address + ", version " + softwareVersion + ", " + space + "]";
  }
}
