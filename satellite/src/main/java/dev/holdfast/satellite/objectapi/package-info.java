/**
 * The uplink-facing edge: maps the ObjectApi calls to projects, apikeys, metadata and orders. Rows
 * and their rules belong to metadata.
 */
@NullMarked
package dev.holdfast.satellite.objectapi;

import org.jspecify.annotations.NullMarked;
