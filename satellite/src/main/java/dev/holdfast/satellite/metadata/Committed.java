package dev.holdfast.satellite.metadata;

/** What a commit answers, and answers again when it is repeated. */
public record Committed(long version, long createdMillis) {}
