package dev.holdfast.satellite.objectapi;

import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.TestPostgres;

/** The object API on the server that the satellite runs itself. */
class EmbeddedObjectApiIT extends ObjectApiContract {
  @Override
  Database database() {
    return TestPostgres.embedded();
  }
}
