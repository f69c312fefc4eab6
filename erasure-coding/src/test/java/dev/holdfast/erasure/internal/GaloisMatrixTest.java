package dev.holdfast.erasure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GaloisMatrixTest {

  @Test
  void productsAreCarryLessProductsReducedByThePolynomial() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        int product = 0;
        for (int bit = 7; bit >= 0; bit--) {
          product <<= 1;
          product ^= (product & 0x100) != 0 ? GaloisField.POLYNOMIAL : 0;
          product ^= (b >> bit & 1) != 0 ? a : 0;
        }
        assertThat(GaloisField.multiply(a, b)).isEqualTo(product);
      }
    }
  }

  @Test
  void everyElementButZeroHasAnInverse() {
    for (int a = 1; a < 256; a++) {
      assertThat(GaloisField.multiply(a, GaloisField.inverse(a))).isEqualTo(1);
    }
    assertThatThrownBy(() -> GaloisField.inverse(0)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void theGeneratorStartsWithTheIdentityAndHasThePublishedParityRows() {
    GaloisMatrix generator = GaloisMatrix.systematicVandermonde(6, 4);
    for (int r = 0; r < 4; r++) {
      for (int c = 0; c < 4; c++) {
        assertThat(generator.get(r, c)).isEqualTo(r == c ? 1 : 0);
      }
    }
    int[][] parity = {{0x1b, 0x1c, 0x12, 0x14}, {0x1c, 0x1b, 0x14, 0x12}};
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < 4; c++) {
        assertThat(generator.get(4 + r, c)).isEqualTo(parity[r][c]);
      }
    }
  }

  @Test
  void singularAndOblongMatricesHaveNoInverse() {
    GaloisMatrix oblong = GaloisMatrix.systematicVandermonde(3, 2);
    assertThatThrownBy(oblong::inverse)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("3 rows");
    // A column times a row has rank 1.
    GaloisMatrix column = GaloisMatrix.systematicVandermonde(2, 1);
    GaloisMatrix rankOne = column.times(oblong.rows(2, 3));
    assertThatThrownBy(rankOne::inverse)
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("singular");
  }

  @Test
  void factorsThatDoNotFitAreRefused() {
    GaloisMatrix oblong = GaloisMatrix.systematicVandermonde(3, 2);
    assertThatThrownBy(() -> oblong.times(oblong)).isInstanceOf(IllegalArgumentException.class);
  }
}
