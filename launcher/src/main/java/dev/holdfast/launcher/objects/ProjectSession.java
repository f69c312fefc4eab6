package dev.holdfast.launcher.objects;

import dev.holdfast.launcher.HoldfastCommand.DataFolder;
import dev.holdfast.launcher.network.NetworkAccess;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.Uplinks;
import dev.holdfast.uplink.accessgrant.AccessGrant;

/**
 * The project that an object command works on: of the grant in the environment, else of the local
 * network.
 */
final class ProjectSession implements AutoCloseable {
  private static final String GRANT_VARIABLE = "HOLDFAST_ACCESS";

  private final Uplink uplink;
  private final Project project;

  private ProjectSession(Uplink uplink, Project project) {
    this.uplink = uplink;
    this.project = project;
  }

  static ProjectSession open(DataFolder data) {
    String grant = System.getenv(GRANT_VARIABLE);
    if (grant == null || grant.isBlank()) {
      grant = NetworkAccess.of(data.directory()).accessGrant();
    }
    AccessGrant access = AccessGrant.parse(grant.strip());
    Uplink uplink = Uplinks.open(UplinkConfig.DEFAULT);
    return new ProjectSession(uplink, uplink.openProject(access));
  }

  Project project() {
    return project;
  }

  @Override
  public void close() {
    uplink.close();
  }
}
