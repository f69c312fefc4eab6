package dev.holdfast.erasure.internal;

/** Arithmetic in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D); addition is XOR. */
final class GaloisField {
  static final int POLYNOMIAL = 0x11D;

  private static final int ORDER = 255;
  private static final byte[] EXP = new byte[2 * ORDER];
  private static final short[] LOG = new short[256];

  static {
    int power = 1;
    for (int i = 0; i < ORDER; i++) {
      EXP[i] = (byte) power;
      EXP[i + ORDER] = (byte) power;
      LOG[power] = (short) i;
      power <<= 1;
      if (power > 0xFF) {
        power ^= POLYNOMIAL;
      }
    }
  }

  private GaloisField() {}

  /** The product of two elements, 0 to 255. */
  static int multiply(int a, int b) {
    return a == 0 || b == 0 ? 0 : EXP[LOG[a] + LOG[b]] & 0xFF;
  }

  /** The inverse of an element, 1 to 255. */
  static int inverse(int a) {
    if (a == 0) {
      throw new ArithmeticException("0 has no inverse in GF(2^8)");
    }
    return EXP[ORDER - LOG[a]] & 0xFF;
  }

  /** {@code base} to the power {@code exponent >= 0}; 0^0 is 1. */
  static int power(int base, int exponent) {
    if (exponent == 0) {
      return 1;
    }
    return base == 0 ? 0 : EXP[LOG[base] * exponent % ORDER] & 0xFF;
  }
}
