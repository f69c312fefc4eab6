package dev.holdfast.launcher.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What {@code up} decided once for a network and keeps: it is the content of {@code network.json}.
 *
 * @param formatVersion version of the data folder's layout, {@link NetworkDirectory#FORMAT_VERSION}
 * @param scheme redundancy scheme as K/R/O/N
 * @param nodeCapacityBytes what each node may store
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record NetworkSettings(
    int formatVersion,
    String scheme,
    int s3Port,
    int satellitePort,
    int databasePort,
    String region,
    long nodeCapacityBytes,
    List<NodeSettings> nodes) {
  public NetworkSettings {
    nodes = List.copyOf(nodes);
  }

  /** One node: its name, which is also its folder's name, and its port on loopback. */
  public record NodeSettings(String name, int port) {}
}
