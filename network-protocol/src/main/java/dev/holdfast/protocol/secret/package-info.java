/**
 * Decides how secret bytes are held and how keys are derived from one another (labelled
 * HKDF-SHA256). What a key is for belongs to the package that names the label.
 */
@NullMarked
package dev.holdfast.protocol.secret;

import org.jspecify.annotations.NullMarked;
