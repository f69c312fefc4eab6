package dev.holdfast.erasure.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight output rows at once: a table entry is a {@code long} that holds the products of one nibble
 * for eight rows, so two look-ups and two XORs make eight multiply-adds. Needs nothing but {@code
 * java.base}.
 */
final class ScalarKernel implements MatrixKernel {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int GROUP = 8;
  private static final int STEP = 8;
  private static final int TABLE = 32;

  @Override
  public MatrixProduct compile(GaloisMatrix matrix) {
    int columns = matrix.columnCount();
    int rows = matrix.rowCount();
    var groups = new long[(rows + GROUP - 1) / GROUP][columns * TABLE];
    for (int r = 0; r < rows; r++) {
      long[] tables = groups[r / GROUP];
      int shift = r % GROUP * Byte.SIZE;
      for (int c = 0; c < columns; c++) {
        for (int e = 0; e < TABLE; e++) {
          tables[c * TABLE + e] |= (long) NibbleTables.entry(matrix.get(r, c), e) << shift;
        }
      }
    }
    return (in, inOffset, out, outOffset, length) -> {
      int block = BlockSize.bytes(columns);
      for (int done = 0; done < length; done += block) {
        int size = Math.min(block, length - done);
        for (int g = 0; g < groups.length; g++) {
          int groupRows = Math.min(GROUP, rows - g * GROUP);
          if (size >= STEP) {
            steps(
                groups[g], in, inOffset + done, out, g * GROUP, groupRows, outOffset + done, size);
          } else {
            bytes(
                groups[g], in, inOffset + done, out, g * GROUP, groupRows, outOffset + done, size);
          }
        }
      }
    };
  }

  private static void steps(
      long[] tables,
      byte[][] in,
      int inOffset,
      byte[][] out,
      int firstRow,
      int rows,
      int outOffset,
      int size) {
    for (int at = 0; at < size; at += STEP) {
      // The last step overlaps the one before it instead of leaving a rest: outputs are
      // overwritten, not added to.
      int step = Math.min(at, size - STEP);
      long s0 = 0;
      long s1 = 0;
      long s2 = 0;
      long s3 = 0;
      long s4 = 0;
      long s5 = 0;
      long s6 = 0;
      long s7 = 0;
      for (int i = 0, t = 0; t < tables.length; i++, t += TABLE) {
        long x = (long) LONG.get(in[i], inOffset + step);
        int low = (int) x;
        int high = (int) (x >>> 32);
        s0 ^= tables[t + (low & 15)] ^ tables[t + 16 + ((low >>> 4) & 15)];
        s1 ^= tables[t + ((low >>> 8) & 15)] ^ tables[t + 16 + ((low >>> 12) & 15)];
        s2 ^= tables[t + ((low >>> 16) & 15)] ^ tables[t + 16 + ((low >>> 20) & 15)];
        s3 ^= tables[t + ((low >>> 24) & 15)] ^ tables[t + 16 + (low >>> 28)];
        s4 ^= tables[t + (high & 15)] ^ tables[t + 16 + ((high >>> 4) & 15)];
        s5 ^= tables[t + ((high >>> 8) & 15)] ^ tables[t + 16 + ((high >>> 12) & 15)];
        s6 ^= tables[t + ((high >>> 16) & 15)] ^ tables[t + 16 + ((high >>> 20) & 15)];
        s7 ^= tables[t + ((high >>> 24) & 15)] ^ tables[t + 16 + (high >>> 28)];
      }
      // Sum p holds byte p of eight rows; wanted is a row's eight bytes.
      for (int r = 0; r < rows; r++) {
        int shift = r * Byte.SIZE;
        long row =
            (s0 >>> shift & 0xFF)
                | (s1 >>> shift & 0xFF) << 8
                | (s2 >>> shift & 0xFF) << 16
                | (s3 >>> shift & 0xFF) << 24
                | (s4 >>> shift & 0xFF) << 32
                | (s5 >>> shift & 0xFF) << 40
                | (s6 >>> shift & 0xFF) << 48
                | (s7 >>> shift & 0xFF) << 56;
        LONG.set(out[firstRow + r], outOffset + step, row);
      }
    }
  }

  private static void bytes(
      long[] tables,
      byte[][] in,
      int inOffset,
      byte[][] out,
      int firstRow,
      int rows,
      int outOffset,
      int size) {
    for (int at = 0; at < size; at++) {
      long sum = 0;
      for (int i = 0, t = 0; t < tables.length; i++, t += TABLE) {
        int x = in[i][inOffset + at] & 0xFF;
        sum ^= tables[t + (x & 15)] ^ tables[t + 16 + (x >>> 4)];
      }
      for (int r = 0; r < rows; r++) {
        out[firstRow + r][outOffset + at] = (byte) (sum >>> (r * Byte.SIZE));
      }
    }
  }
}
