package dev.holdfast.satellite.objectapi;

import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.TestPostgres;

/** The object API on a database that is known by its URL only. */
class ExternalObjectApiIT extends ObjectApiContract {
  @Override
  Database database() {
    return TestPostgres.external();
  }
}
