/**
 * The operator-facing edge: checks the admin token and maps the AdminApi calls to projects, API
 * keys, invitations and a description of the network.
 *
 * <p>Not here: any rule about what it maps to. Source: docs/specifications/admin-api.md.
 */
@NullMarked
package dev.holdfast.satellite.admin;

import org.jspecify.annotations.NullMarked;
