package dev.holdfast.erasure.internal;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sixteen bytes at once: a byte shuffle looks 16 nibbles up in a table of 16 products. Needs the
 * module {@code jdk.incubator.vector}.
 *
 * <p>128 bits on purpose: a 256-bit shuffle compiles to several instructions, and two species of
 * one vector class in a process ruin each other's code. The bodies are flat on purpose as well: a
 * method that takes vectors and is not inlined boxes every one of them.
 */
final class ShuffleKernel implements MatrixKernel {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
  private static final int STEP = 32;
  private static final int TABLE = NibbleTables.BYTES;

  /**
   * Whether the processor has vectors that are wide enough; without them the Vector API is far
   * slower than scalar.
   */
  static boolean isSupported() {
    return VectorShape.preferredShape().vectorBitSize() >= BYTES.vectorBitSize();
  }

  @Override
  public MatrixProduct compile(GaloisMatrix matrix) {
    int columns = matrix.columnCount();
    int rows = matrix.rowCount();
    // Rows are taken in groups of 4, then 2, then 1; a group's tables are in the order in which it
    // reads them.
    var tables = new byte[rows * columns * TABLE];
    for (int row = 0; row < rows; row += groupRows(rows - row)) {
      int group = groupRows(rows - row);
      for (int c = 0; c < columns; c++) {
        for (int r = 0; r < group; r++) {
          int at = (row * columns + c * group + r) * TABLE;
          for (int e = 0; e < TABLE; e++) {
            tables[at + e] = (byte) NibbleTables.entry(matrix.get(row + r, c), e);
          }
        }
      }
    }
    return (in, inOffset, out, outOffset, length) -> {
      int block = BlockSize.bytes(columns);
      for (int done = 0; done < length; done += block) {
        int size = Math.min(block, length - done);
        for (int row = 0; row < rows; row += groupRows(rows - row)) {
          int group = groupRows(rows - row);
          int from = row * columns * TABLE;
          if (size < STEP) {
            bytes(
                tables,
                from,
                columns,
                group,
                in,
                inOffset + done,
                out,
                row,
                outOffset + done,
                size);
          } else if (group == 4) {
            four(tables, from, columns, in, inOffset + done, out, row, outOffset + done, size);
          } else if (group == 2) {
            two(tables, from, columns, in, inOffset + done, out, row, outOffset + done, size);
          } else {
            one(tables, from, columns, in, inOffset + done, out, row, outOffset + done, size);
          }
        }
      }
    };
  }

  private static int groupRows(int left) {
    return left >= 4 ? 4 : Math.min(left, 2);
  }

  private static void four(
      byte[] tables,
      int from,
      int columns,
      byte[][] in,
      int inOffset,
      byte[][] out,
      int row,
      int outOffset,
      int size) {
    byte[] out0 = out[row];
    byte[] out1 = out[row + 1];
    byte[] out2 = out[row + 2];
    byte[] out3 = out[row + 3];
    for (int at = 0; at < size; at += STEP) {
      // The last step overlaps the one before it instead of leaving a rest: outputs are
      // overwritten, not added to.
      int step = Math.min(at, size - STEP);
      ByteVector a0 = ByteVector.zero(BYTES);
      ByteVector b0 = a0;
      ByteVector a1 = a0;
      ByteVector b1 = a0;
      ByteVector a2 = a0;
      ByteVector b2 = a0;
      ByteVector a3 = a0;
      ByteVector b3 = a0;
      for (int i = 0, t = from; i < columns; i++, t += 4 * TABLE) {
        byte[] input = in[i];
        ByteVector a = ByteVector.fromArray(BYTES, input, inOffset + step);
        ByteVector b = ByteVector.fromArray(BYTES, input, inOffset + step + 16);
        // Bytes have no shift instruction: shift ints, then drop what came from the neighbour.
        IntVector aInts = a.reinterpretAsInts().lanewise(VectorOperators.LSHR, 4);
        IntVector bInts = b.reinterpretAsInts().lanewise(VectorOperators.LSHR, 4);
        ByteVector aHigh = aInts.reinterpretAsBytes().and((byte) 15);
        ByteVector bHigh = bInts.reinterpretAsBytes().and((byte) 15);
        ByteVector aLow = a.and((byte) 15);
        ByteVector bLow = b.and((byte) 15);
        ByteVector low0 = ByteVector.fromArray(BYTES, tables, t);
        ByteVector high0 = ByteVector.fromArray(BYTES, tables, t + 16);
        a0 =
            a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low0))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high0));
        b0 =
            b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low0))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high0));
        ByteVector low1 = ByteVector.fromArray(BYTES, tables, t + 32);
        ByteVector high1 = ByteVector.fromArray(BYTES, tables, t + 48);
        a1 =
            a1.lanewise(VectorOperators.XOR, aLow.selectFrom(low1))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high1));
        b1 =
            b1.lanewise(VectorOperators.XOR, bLow.selectFrom(low1))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high1));
        ByteVector low2 = ByteVector.fromArray(BYTES, tables, t + 64);
        ByteVector high2 = ByteVector.fromArray(BYTES, tables, t + 80);
        a2 =
            a2.lanewise(VectorOperators.XOR, aLow.selectFrom(low2))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high2));
        b2 =
            b2.lanewise(VectorOperators.XOR, bLow.selectFrom(low2))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high2));
        ByteVector low3 = ByteVector.fromArray(BYTES, tables, t + 96);
        ByteVector high3 = ByteVector.fromArray(BYTES, tables, t + 112);
        a3 =
            a3.lanewise(VectorOperators.XOR, aLow.selectFrom(low3))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high3));
        b3 =
            b3.lanewise(VectorOperators.XOR, bLow.selectFrom(low3))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high3));
      }
      a0.intoArray(out0, outOffset + step);
      b0.intoArray(out0, outOffset + step + 16);
      a1.intoArray(out1, outOffset + step);
      b1.intoArray(out1, outOffset + step + 16);
      a2.intoArray(out2, outOffset + step);
      b2.intoArray(out2, outOffset + step + 16);
      a3.intoArray(out3, outOffset + step);
      b3.intoArray(out3, outOffset + step + 16);
    }
  }

  private static void two(
      byte[] tables,
      int from,
      int columns,
      byte[][] in,
      int inOffset,
      byte[][] out,
      int row,
      int outOffset,
      int size) {
    byte[] out0 = out[row];
    byte[] out1 = out[row + 1];
    for (int at = 0; at < size; at += STEP) {
      int step = Math.min(at, size - STEP);
      ByteVector a0 = ByteVector.zero(BYTES);
      ByteVector b0 = a0;
      ByteVector a1 = a0;
      ByteVector b1 = a0;
      for (int i = 0, t = from; i < columns; i++, t += 2 * TABLE) {
        byte[] input = in[i];
        ByteVector a = ByteVector.fromArray(BYTES, input, inOffset + step);
        ByteVector b = ByteVector.fromArray(BYTES, input, inOffset + step + 16);
        IntVector aInts = a.reinterpretAsInts().lanewise(VectorOperators.LSHR, 4);
        IntVector bInts = b.reinterpretAsInts().lanewise(VectorOperators.LSHR, 4);
        ByteVector aHigh = aInts.reinterpretAsBytes().and((byte) 15);
        ByteVector bHigh = bInts.reinterpretAsBytes().and((byte) 15);
        ByteVector aLow = a.and((byte) 15);
        ByteVector bLow = b.and((byte) 15);
        ByteVector low0 = ByteVector.fromArray(BYTES, tables, t);
        ByteVector high0 = ByteVector.fromArray(BYTES, tables, t + 16);
        a0 =
            a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low0))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high0));
        b0 =
            b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low0))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high0));
        ByteVector low1 = ByteVector.fromArray(BYTES, tables, t + 32);
        ByteVector high1 = ByteVector.fromArray(BYTES, tables, t + 48);
        a1 =
            a1.lanewise(VectorOperators.XOR, aLow.selectFrom(low1))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high1));
        b1 =
            b1.lanewise(VectorOperators.XOR, bLow.selectFrom(low1))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high1));
      }
      a0.intoArray(out0, outOffset + step);
      b0.intoArray(out0, outOffset + step + 16);
      a1.intoArray(out1, outOffset + step);
      b1.intoArray(out1, outOffset + step + 16);
    }
  }

  private static void one(
      byte[] tables,
      int from,
      int columns,
      byte[][] in,
      int inOffset,
      byte[][] out,
      int row,
      int outOffset,
      int size) {
    byte[] out0 = out[row];
    for (int at = 0; at < size; at += STEP) {
      int step = Math.min(at, size - STEP);
      ByteVector a0 = ByteVector.zero(BYTES);
      ByteVector b0 = a0;
      for (int i = 0, t = from; i < columns; i++, t += TABLE) {
        byte[] input = in[i];
        ByteVector a = ByteVector.fromArray(BYTES, input, inOffset + step);
        ByteVector b = ByteVector.fromArray(BYTES, input, inOffset + step + 16);
        IntVector aInts = a.reinterpretAsInts().lanewise(VectorOperators.LSHR, 4);
        IntVector bInts = b.reinterpretAsInts().lanewise(VectorOperators.LSHR, 4);
        ByteVector aHigh = aInts.reinterpretAsBytes().and((byte) 15);
        ByteVector bHigh = bInts.reinterpretAsBytes().and((byte) 15);
        ByteVector aLow = a.and((byte) 15);
        ByteVector bLow = b.and((byte) 15);
        ByteVector low0 = ByteVector.fromArray(BYTES, tables, t);
        ByteVector high0 = ByteVector.fromArray(BYTES, tables, t + 16);
        a0 =
            a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low0))
                .lanewise(VectorOperators.XOR, aHigh.selectFrom(high0));
        b0 =
            b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low0))
                .lanewise(VectorOperators.XOR, bHigh.selectFrom(high0));
      }
      a0.intoArray(out0, outOffset + step);
      b0.intoArray(out0, outOffset + step + 16);
    }
  }

  private static void bytes(
      byte[] tables,
      int from,
      int columns,
      int group,
      byte[][] in,
      int inOffset,
      byte[][] out,
      int row,
      int outOffset,
      int size) {
    for (int r = 0; r < group; r++) {
      for (int at = 0; at < size; at++) {
        int sum = 0;
        for (int i = 0, t = from + r * TABLE; i < columns; i++, t += group * TABLE) {
          int x = in[i][inOffset + at] & 0xFF;
          sum ^= tables[t + (x & 15)] ^ tables[t + 16 + (x >>> 4)];
        }
        out[row + r][outOffset + at] = (byte) sum;
      }
    }
  }
}
