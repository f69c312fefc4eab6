package dev.holdfast.erasure.internal;

import java.util.Arrays;
import java.util.BitSet;

/**
 * An immutable matrix over GF(2^8). Made for setting up codes, not for coding: one entry at a time.
 */
public final class GaloisMatrix {
  private final int columns;
  private final byte[][] entries;

  private GaloisMatrix(int columns, byte[][] entries) {
    this.columns = columns;
    this.entries = entries;
  }

  /**
   * The generator of code 1: the Vandermonde matrix with entries row^column, times the inverse of
   * its top square, so that the first {@code columns} rows are the identity and any {@code columns}
   * rows are independent.
   *
   * @param rows {@code columns} to 256
   */
  public static GaloisMatrix systematicVandermonde(int rows, int columns) {
    var powers = new byte[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        powers[r][c] = (byte) GaloisField.power(r, c);
      }
    }
    var vandermonde = new GaloisMatrix(columns, powers);
    return vandermonde.times(vandermonde.rows(0, columns).inverse());
  }

  /** Number of rows, 0 or more. */
  public int rowCount() {
    return entries.length;
  }

  /** Number of columns, 1 or more. */
  public int columnCount() {
    return columns;
  }

  /** The entry, 0 to 255. */
  public int get(int row, int column) {
    return entries[row][column] & 0xFF;
  }

  /** The rows {@code from} to {@code to - 1}. */
  public GaloisMatrix rows(int from, int to) {
    return new GaloisMatrix(columns, Arrays.copyOfRange(entries, from, to));
  }

  /** The rows whose bits are set, in ascending order. */
  public GaloisMatrix rows(BitSet selected) {
    return new GaloisMatrix(
        columns, selected.stream().mapToObj(r -> entries[r]).toArray(byte[][]::new));
  }

  /** The product of this and a matrix with as many rows as this has columns. */
  public GaloisMatrix times(GaloisMatrix right) {
    if (right.rowCount() != columns) {
      throw new IllegalArgumentException(
          "a matrix of %d columns cannot be multiplied by one of %d rows"
              .formatted(columns, right.rowCount()));
    }
    var product = new byte[entries.length][right.columns];
    for (int r = 0; r < entries.length; r++) {
      for (int i = 0; i < columns; i++) {
        addMultiple(product[r], right.entries[i], get(r, i));
      }
    }
    return new GaloisMatrix(right.columns, product);
  }

  /**
   * The inverse, by Gauss-Jordan elimination.
   *
   * @throws ArithmeticException if the matrix is singular or not square
   */
  public GaloisMatrix inverse() {
    int size = columns;
    if (entries.length != size) {
      throw new ArithmeticException(
          "a matrix of %d rows and %d columns has no inverse".formatted(entries.length, size));
    }
    var left = new byte[size][];
    var right = new byte[size][size];
    for (int r = 0; r < size; r++) {
      left[r] = entries[r].clone();
      right[r][r] = 1;
    }
    for (int c = 0; c < size; c++) {
      int pivot = c;
      while (pivot < size && left[pivot][c] == 0) {
        pivot++;
      }
      if (pivot == size) {
        throw new ArithmeticException("singular matrix: no pivot in column " + c);
      }
      swap(left, c, pivot);
      swap(right, c, pivot);
      int scale = GaloisField.inverse(left[c][c] & 0xFF);
      scale(left[c], scale);
      scale(right[c], scale);
      for (int r = 0; r < size; r++) {
        int factor = left[r][c] & 0xFF;
        if (r != c && factor != 0) {
          addMultiple(left[r], left[c], factor);
          addMultiple(right[r], right[c], factor);
        }
      }
    }
    return new GaloisMatrix(size, right);
  }

  private static void swap(byte[][] rows, int a, int b) {
    byte[] kept = rows[a];
    rows[a] = rows[b];
    rows[b] = kept;
  }

  private static void scale(byte[] row, int factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] = (byte) GaloisField.multiply(row[i] & 0xFF, factor);
    }
  }

  private static void addMultiple(byte[] sum, byte[] row, int factor) {
    if (factor == 0) {
      return;
    }
    for (int i = 0; i < row.length; i++) {
      sum[i] ^= (byte) GaloisField.multiply(row[i] & 0xFF, factor);
    }
  }
}
