package dev.holdfast.satellite.metadata;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment that stands on nodes.
 *
 * @param recoveryPublicKey of the owning project, 32 bytes
 * @param pieces where its pieces are, by piece number
 * @param expires when nodes may drop its pieces by themselves; null: never
 */
public record StoredSegment(
    RootPieceId root,
    Bytes32 segmentRoot,
    ShareLayout shares,
    RedundancyScheme scheme,
    Bytes32 recoveryPublicKey,
    List<PlacedPiece> pieces,
    @Nullable Instant expires) {
  public StoredSegment {
    pieces = List.copyOf(pieces);
  }
}
