package dev.holdfast.satellite.metadata;

/**
 * What the satellite keeps, from counters.
 *
 * @param objects current objects
 * @param plainBytes their plain bytes as uplinks declared them
 * @param inlineBytes ciphertext that stands in the database alone
 */
public record UsageTotals(long objects, long plainBytes, long inlineBytes) {}
