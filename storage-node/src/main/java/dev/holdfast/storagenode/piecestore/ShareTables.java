package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.identity.Bytes32;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables behind a piece's bytes: every share's Merkle leaf (32 bytes each), every share's
 * CRC32C (u32 each), then the CRC32C of both.
 */
record ShareTables(List<Bytes32> leaves, int[] checksums) {
  /** Length of the tables of so many shares. */
  static int lengthBytes(int stripes) {
    return stripes * (Bytes32.LENGTH + 4) + 4;
  }

  /** Appends the tables to a buffer backed by an array. */
  void write(ByteBuffer out) {
    int start = out.position();
    for (Bytes32 leaf : leaves) {
      leaf.write(out);
    }
    for (int checksum : checksums) {
      out.putInt(checksum);
    }
    out.putInt(LogFormat.crc(out.array(), out.arrayOffset() + start, out.position() - start));
  }

  /** The tables in these bytes, or null if they are damaged. */
  static @Nullable ShareTables parse(byte[] bytes, int stripes) {
    int length = lengthBytes(stripes);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != length || in.getInt(length - 4) != LogFormat.crc(bytes, 0, length - 4)) {
      return null;
    }
    return new ShareTables(leaves(in, stripes), checksums(in, stripes));
  }

  private static List<Bytes32> leaves(ByteBuffer in, int stripes) {
    List<Bytes32> leaves = new ArrayList<>(stripes);
    for (int i = 0; i < stripes; i++) {
      leaves.add(Bytes32.read(in));
    }
    return leaves;
  }

  private static int[] checksums(ByteBuffer in, int stripes) {
    int[] checksums = new int[stripes];
    for (int i = 0; i < stripes; i++) {
      checksums[i] = in.getInt();
    }
    return checksums;
  }
}
