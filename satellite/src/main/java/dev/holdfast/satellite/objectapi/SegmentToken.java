package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.metadata.Attempt;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What the satellite would have to remember between BeginSegment and commit, handed to the uplink
 * under a MAC instead.
 *
 * @param addressHash binds bucket and encrypted key
 * @param maxPlainBytes bound that the piece ceilings were made for
 * @param windowEndsMillis last instant at which it can be committed
 * @param objectExpiresMillis expiry of the pieces; 0: never
 * @param offered every piece that a limit was issued for; a piece number stands more than once
 *     after a replacement
 */
record SegmentToken(
    UUID projectId,
    Bytes32 addressHash,
    Attempt attempt,
    int index,
    RootPieceId root,
    RedundancyScheme scheme,
    long maxPlainBytes,
    long windowEndsMillis,
    long objectExpiresMillis,
    List<PlacedPiece> offered) {
  private static final String LABEL = "holdfast segment address";

  SegmentToken {
    offered = List.copyOf(offered);
  }

  static Bytes32 hash(ObjectAddress address) {
    ByteString key = address.encryptedKey();
    return LabeledHash.of(
        LABEL, 1, address.bucket().getBytes(StandardCharsets.UTF_8), key.toByteArray());
  }
}
