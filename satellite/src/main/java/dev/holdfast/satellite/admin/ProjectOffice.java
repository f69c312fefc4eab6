package dev.holdfast.satellite.admin;

import dev.holdfast.protocol.identity.Bytes32;
import java.util.UUID;

/** Makes projects and their first API keys. Thread-safe. */
public interface ProjectOffice {

  /**
   * @throws dev.holdfast.protocol.error.HoldfastException bad-request when the name is no name
   */
  UUID createProject(String name, Bytes32 recoveryPublicKey);

  /**
   * Issues an unrestricted API key, serialized.
   *
   * @throws dev.holdfast.protocol.error.HoldfastException project-not-found
   */
  byte[] createApiKey(UUID projectId);
}
