package dev.holdfast.satellite.database;

import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema to this version. Migrations are frozen once released: changes are new files.
 */
final class Migrations {
  private static final String FOLDER = "db/migration/";

  /** Named here and not searched for: a class path scan costs more CPU than the migrations. */
  private static final List<String> SCRIPTS = List.of("V1__metadata.sql", "V2__nodes.sql");

  private Migrations() {}

  static void apply(DataSource pool) {
    Flyway.configure()
        .dataSource(pool)
        .resourceProvider(new ListedScripts())
        .locations(new String[0])
        .loggers("slf4j")
        .load()
        .migrate();
  }

  private static final class ListedScripts implements ResourceProvider {
    @Override
    public @Nullable LoadableResource getResource(String name) {
      return SCRIPTS.contains(name) ? new Script(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return SCRIPTS.stream()
          .filter(name -> name.startsWith(prefix))
          .<LoadableResource>map(Script::new)
          .toList();
    }
  }

  private static final class Script extends LoadableResource {
    private final String name;

    Script(String name) {
      this.name = name;
    }

    @Override
    public Reader read() {
      return new InputStreamReader(
          Objects.requireNonNull(
              Migrations.class.getClassLoader().getResourceAsStream(FOLDER + name), name),
          StandardCharsets.UTF_8);
    }

    @Override
    public String getAbsolutePath() {
      return FOLDER + name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return FOLDER + name;
    }

    @Override
    public String getFilename() {
      return name;
    }

    @Override
    public String getRelativePath() {
      return FOLDER + name;
    }
  }
}
