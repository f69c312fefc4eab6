package dev.holdfast.uplink;

import java.time.Instant;

/** A bucket. Its name is visible to the satellite. */
public record Bucket(String name, Instant created) {}
