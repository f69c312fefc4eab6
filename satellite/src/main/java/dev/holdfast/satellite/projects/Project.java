package dev.holdfast.satellite.projects;

import dev.holdfast.protocol.identity.Bytes32;
import java.time.Instant;
import java.util.UUID;

/**
 * One customer's space.
 *
 * @param name visible to the satellite
 * @param recoveryPublicKey Ed25519, 32 bytes; owner's commitments are made from it
 */
public record Project(UUID id, String name, Bytes32 recoveryPublicKey, Instant created) {}
