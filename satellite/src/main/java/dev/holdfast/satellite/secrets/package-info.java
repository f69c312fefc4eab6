/**
 * Keeps the satellite's own secrets, one set per purpose, in files outside the database. What is
 * derived from them belongs to the features that use them.
 */
@NullMarked
package dev.holdfast.satellite.secrets;

import org.jspecify.annotations.NullMarked;
