package dev.holdfast.satellite.nodes;

/**
 * One piece of a segment on one node.
 *
 * @param pieceNumber position under the segment root, 0 to 255
 * @param nodeAlias the satellite's short number for the node, see {@link NodeDirectory}
 */
public record PlacedPiece(int pieceNumber, int nodeAlias) {
  public PlacedPiece {
    if (pieceNumber < 0 || pieceNumber > 255) {
      throw new IllegalArgumentException("piece number " + pieceNumber + " is not within 0..255");
    }
    if (nodeAlias < 1) {
      throw new IllegalArgumentException("node alias " + nodeAlias + " is not positive");
    }
  }
}
