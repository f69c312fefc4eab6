package dev.holdfast.satellite.admin;

import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.metadata.UsageTotals;

/**
 * What the description of the network says about the satellite itself. Answers fast. Thread-safe.
 */
public interface SatelliteState {

  /** The scheme of the next upload. */
  RedundancyScheme scheme();

  /** {@code embedded} or {@code external}. */
  String databaseKind();

  /** Process id of the embedded server; 0 when external or down. */
  long databasePid();

  UsageTotals usage();
}
