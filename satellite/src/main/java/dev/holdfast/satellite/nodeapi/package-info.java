/**
 * The node-facing edge: maps the NodeApi calls to nodes, orders and metadata, for the node that the
 * TLS connection proved.
 *
 * <p>Not here: who may join ({@code nodes}), what a piece list says ({@code metadata}). Source:
 * docs/specifications/node-api.md.
 */
@NullMarked
package dev.holdfast.satellite.nodeapi;

import org.jspecify.annotations.NullMarked;
