package dev.holdfast.protocol.piece;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;

/**
 * One piece of a stored segment. On the wire 18 bytes: root piece id, then the piece number as u16
 * big-endian; its order is that of those bytes. Text form {@code root/number}.
 *
 * @param pieceNumber 0 to 255
 */
@Immutable
public record PieceId(RootPieceId root, int pieceNumber) implements Comparable<PieceId> {
  /** Its length on the wire in bytes. */
  public static final int LENGTH = RootPieceId.LENGTH + 2;

  /** The highest piece number: a segment has at most 256 pieces. */
  public static final int MAX_NUMBER = 255;

  public PieceId {
    if (pieceNumber < 0 || pieceNumber > MAX_NUMBER) {
      throw new IllegalArgumentException(
          "A piece number is 0 to " + MAX_NUMBER + ", not " + pieceNumber + ".");
    }
  }

  /** Copies exactly 18 bytes. */
  public static PieceId of(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException(
          "A piece id has " + LENGTH + " bytes, not " + value.length + ".");
    }
    return read(ByteBuffer.wrap(value));
  }

  /** Takes the next 18 bytes of a buffer. */
  public static PieceId read(ByteBuffer in) {
    return new PieceId(RootPieceId.read(in), Short.toUnsignedInt(in.getShort()));
  }

  public byte[] toByteArray() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(root.high())
        .putLong(root.low())
        .putShort((short) pieceNumber)
        .array();
  }

  @Override
  public int compareTo(PieceId other) {
    int byRoot = root.compareTo(other.root);
    return byRoot != 0 ? byRoot : Integer.compare(pieceNumber, other.pieceNumber);
  }

  @Override
  public String toString() {
    return root + "/" + pieceNumber;
  }
}
