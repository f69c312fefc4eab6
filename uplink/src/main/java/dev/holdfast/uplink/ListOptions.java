package dev.holdfast.uplink;

import org.jspecify.annotations.Nullable;

/**
 * One page of a listing.
 *
 * @param prefix any string, need not end at '/'
 * @param delimiter any non-empty string; null: every key
 * @param after only keys (and common prefixes) above this in byte order; null: from the start
 * @param limit entries of the page (objects and prefixes together), 1 to 1,000
 */
public record ListOptions(
    String prefix, @Nullable String delimiter, @Nullable String after, int limit) {}
