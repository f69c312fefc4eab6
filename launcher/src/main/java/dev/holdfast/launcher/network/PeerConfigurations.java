package dev.holdfast.launcher.network;

import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.launcher.network.NetworkSettings.NodeSettings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes each peer's configuration file. Secrets stand in files that the configuration names, never
 * on a command line.
 */
final class PeerConfigurations {
  static final String SATELLITE = "satellite";
  static final String GATEWAY = "gateway";
  private static final String LOOPBACK = "127.0.0.1:";

  private final NetworkDirectory directory;
  private final NetworkSettings settings;

  PeerConfigurations(NetworkDirectory directory, NetworkSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  String satelliteAddress() {
    return LOOPBACK + settings.satellitePort();
  }

  String endpoint() {
    return "http://" + LOOPBACK + settings.s3Port();
  }

  void writeSatellite() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("directory", directory.satelliteDirectory().toString());
    keys.put("listen", satelliteAddress());
    keys.put("public-address", satelliteAddress());
    keys.put("ready-file", directory.readyFile(SATELLITE).toString());
    keys.put("scheme", settings.scheme());
    keys.put("database.port", Integer.toString(settings.databasePort()));
    keys.put("check-in-interval", "PT5S");
    keys.put("offline-after", "PT20S");
    write(SATELLITE, "holdfast.satellite.", keys);
  }

  void writeNode(NodeSettings node, String satelliteId) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("directory", directory.nodeDirectory(node.name()).toString());
    keys.put("listen", LOOPBACK + node.port());
    keys.put("advertise", LOOPBACK + node.port());
    keys.put("satellite", satelliteId + "@" + satelliteAddress());
    keys.put("invitation-file", directory.invitationFile(node.name()).toString());
    keys.put("capacity", Long.toString(settings.nodeCapacityBytes()));
    keys.put("trash-hold", "PT60S");
    keys.put("trash-daily-cap-bytes", "0");
    keys.put("ready-file", directory.readyFile(node.name()).toString());
    write(node.name(), "holdfast.node.", keys);
  }

  void writeGateway() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("listen", LOOPBACK + settings.s3Port());
    keys.put("region", settings.region());
    keys.put("credentials-file", directory.credentialsFile().toString());
    keys.put("ready-file", directory.readyFile(GATEWAY).toString());
    write(GATEWAY, "holdfast.gateway.", keys);
  }

  private void write(String peer, String prefix, Map<String, String> keys) {
    StringBuilder text =
        new StringBuilder("# Written by 'holdfast up'; it is written anew each time.\n");
    // A backslash would be an escape in this file format.
    keys.forEach((key, value) ->
        text.append(prefix)
            .append(key)
            .append('=')
            .append(value.replace("\\", "\\\\"))
            .append('\n'));
    try {
      NetworkDirectory.writeAtomically(directory.configFile(peer), text.toString());
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot write %s: %s".formatted(directory.configFile(peer), e.getMessage()));
    }
  }
}
