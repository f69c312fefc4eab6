package dev.holdfast.satellite.objectapi;

import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.TestPostgres;

/** Multipart uploads on the external database. */
class ExternalMultipartIT extends MultipartContract {
  @Override
  Database database() {
    return TestPostgres.external();
  }
}
