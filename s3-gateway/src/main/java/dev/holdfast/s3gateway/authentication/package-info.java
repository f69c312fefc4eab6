/**
 * Who sent a request: chooses the signature scheme, checks it, and opens the body in the framing
 * that the signature covers. What the caller may do is decided at the satellite, by the grant.
 */
@NullMarked
package dev.holdfast.s3gateway.authentication;

import org.jspecify.annotations.NullMarked;
