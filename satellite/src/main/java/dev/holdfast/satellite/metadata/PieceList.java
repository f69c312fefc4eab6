package dev.holdfast.satellite.metadata;

import dev.holdfast.satellite.nodes.PlacedPiece;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The compressed form of a segment's piece list: version byte 1, then for each piece, ascending,
 * the distance to the number before it and the node alias, as varints. About three bytes a piece
 * for up to 16,000 nodes.
 */
final class PieceList {
  private static final int VERSION = 1;

  private PieceList() {}

  static byte[] encode(List<PlacedPiece> pieces) {
    List<PlacedPiece> ascending = new ArrayList<>(pieces);
    ascending.sort(Comparator.comparingInt(PlacedPiece::pieceNumber));
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 + 4 * pieces.size());
    out.write(VERSION);
    int previous = -1;
    for (PlacedPiece piece : ascending) {
      if (piece.pieceNumber() == previous) {
        throw new IllegalArgumentException("piece number " + previous + " stands twice in a list");
      }
      writeVarint(out, piece.pieceNumber() - previous);
      writeVarint(out, piece.nodeAlias());
      previous = piece.pieceNumber();
    }
    return out.toByteArray();
  }

  static List<PlacedPiece> decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      int version = in.get();
      if (version != VERSION) {
        throw new IllegalStateException("piece list of version " + version + "; known is 1");
      }
      List<PlacedPiece> pieces = new ArrayList<>();
      int number = -1;
      while (in.hasRemaining()) {
        number += readVarint(in);
        pieces.add(new PlacedPiece(number, readVarint(in)));
      }
      return pieces;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IllegalStateException("a piece list in the database is damaged", e);
    }
  }

  private static void writeVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static int readVarint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.get();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a varint has more than five bytes");
  }
}
