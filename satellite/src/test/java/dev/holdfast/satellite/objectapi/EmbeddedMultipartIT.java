package dev.holdfast.satellite.objectapi;

import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.TestPostgres;

/** Multipart uploads on the embedded database. */
class EmbeddedMultipartIT extends MultipartContract {
  @Override
  Database database() {
    return TestPostgres.embedded();
  }
}
