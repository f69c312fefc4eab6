/**
 * Decides how the satellite reaches PostgreSQL: an embedded server that it runs itself or one given
 * by URL, the connection pool, transactions with their bounded retries, the schema's migrations. No
 * SQL of any feature belongs here.
 */
@NullMarked
package dev.holdfast.satellite.database;

import org.jspecify.annotations.NullMarked;
