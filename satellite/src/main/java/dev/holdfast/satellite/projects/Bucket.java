package dev.holdfast.satellite.projects;

import java.time.Instant;
import java.util.UUID;

/**
 * A bucket of a project.
 *
 * @param id never used again for another bucket of the same name
 */
public record Bucket(UUID id, String name, Instant created) {}
