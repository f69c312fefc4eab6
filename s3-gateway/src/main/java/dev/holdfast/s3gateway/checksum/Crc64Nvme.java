package dev.holdfast.s3gateway.checksum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME: reflected, polynomial AD93D23594C93659, initial value and final XOR all ones.
 * Sixteen bytes a step by table look-up. Source: NVM Command Set specification, "64b CRC".
 */
final class Crc64Nvme implements Checksum {
  /** The polynomial, bits reflected. */
  static final long REFLECTED_POLYNOMIAL = 0x9A6C9329AC4BC9B5L;

  private static final int STEP = 16;
  private static final long[][] TABLES = tables();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private long state = -1;

  private static long[][] tables() {
    long[][] tables = new long[STEP][256];
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ (-(crc & 1) & REFLECTED_POLYNOMIAL);
      }
      tables[0][i] = crc;
    }
    for (int table = 1; table < STEP; table++) {
      for (int i = 0; i < 256; i++) {
        long before = tables[table - 1][i];
        tables[table][i] = (before >>> 8) ^ tables[0][(int) before & 0xff];
      }
    }
    return tables;
  }

  @Override
  public void update(int b) {
    state = (state >>> 8) ^ TABLES[0][(int) (state ^ b) & 0xff];
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    long crc = state;
    int at = offset;
    int end = offset + length;
    for (; at + STEP <= end; at += STEP) {
      long low = crc ^ (long) LONGS.get(bytes, at);
      long high = (long) LONGS.get(bytes, at + 8);
      crc =
          TABLES[15][(int) low & 0xff]
              ^ TABLES[14][(int) (low >>> 8) & 0xff]
              ^ TABLES[13][(int) (low >>> 16) & 0xff]
              ^ TABLES[12][(int) (low >>> 24) & 0xff]
              ^ TABLES[11][(int) (low >>> 32) & 0xff]
              ^ TABLES[10][(int) (low >>> 40) & 0xff]
              ^ TABLES[9][(int) (low >>> 48) & 0xff]
              ^ TABLES[8][(int) (low >>> 56)]
              ^ TABLES[7][(int) high & 0xff]
              ^ TABLES[6][(int) (high >>> 8) & 0xff]
              ^ TABLES[5][(int) (high >>> 16) & 0xff]
              ^ TABLES[4][(int) (high >>> 24) & 0xff]
              ^ TABLES[3][(int) (high >>> 32) & 0xff]
              ^ TABLES[2][(int) (high >>> 40) & 0xff]
              ^ TABLES[1][(int) (high >>> 48) & 0xff]
              ^ TABLES[0][(int) (high >>> 56)];
    }
    for (; at < end; at++) {
      crc = (crc >>> 8) ^ TABLES[0][(int) (crc ^ bytes[at]) & 0xff];
    }
    state = crc;
  }

  @Override
  public long getValue() {
    return ~state;
  }

  @Override
  public void reset() {
    state = -1;
  }
}
