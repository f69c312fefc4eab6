package dev.holdfast.launcher;

import java.util.Locale;

/** Byte counts as people read them. */
public final class ByteText {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private ByteText() {}

  /** Bytes in decimal units with three digits, as disks are sold. */
  public static String of(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1_000;
      unit++;
    }
    String format = unit == 0 || value >= 99.95 ? "%.0f %s" : value < 9.995 ? "%.2f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, value, UNITS[unit]);
  }
}
