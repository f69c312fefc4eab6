/**
 * Who may read and write which part of a project: the API key for the satellite, with the keys for
 * the data.
 *
 * <p>Decides the bytes and text of access grants and what a restriction takes away. A grant carries
 * the data branch or directories of it, never the master key. Not here: whether the satellite
 * accepts the API key. Bytes: docs/specifications/access-grant.md.
 */
@NullMarked
package dev.holdfast.uplink.accessgrant;

import org.jspecify.annotations.NullMarked;
