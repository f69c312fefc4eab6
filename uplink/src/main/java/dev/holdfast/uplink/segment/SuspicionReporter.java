package dev.holdfast.uplink.segment;

import dev.holdfast.protocol.wire.SuspectPiece;
import java.util.List;

/**
 * Tells the satellite which pieces looked bad. Never blocks the caller and never fails; reports may
 * be dropped.
 */
public interface SuspicionReporter {
  void report(List<SuspectPiece> pieces);
}
