package dev.holdfast.s3gateway.checksum;

/**
 * The CRC of two runs of bytes from the CRCs of each: crc(A | B) = crc(A) * x^(8 |B|) mod P +
 * crc(B), because initial value and final XOR cancel out. Polynomials are reflected: the highest
 * bit is x^0.
 */
final class CrcCombination {
  private static final int CRC32_REFLECTED = 0xEDB88320;
  private static final int CRC32C_REFLECTED = 0x82F63B78;

  private final long polynomial;
  private final int width;

  private CrcCombination(long polynomial, int width) {
    this.polynomial = polynomial;
    this.width = width;
  }

  /**
   * @throws IllegalArgumentException for a hash, which cannot be combined
   */
  static CrcCombination of(ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> new CrcCombination(Integer.toUnsignedLong(CRC32_REFLECTED), 32);
      case CRC32C -> new CrcCombination(Integer.toUnsignedLong(CRC32C_REFLECTED), 32);
      case CRC64NVME -> new CrcCombination(Crc64Nvme.REFLECTED_POLYNOMIAL, 64);
      case SHA1, SHA256 ->
          throw new IllegalArgumentException(algorithm + " of parts cannot be combined");
    };
  }

  /**
   * @param secondBytes length of the second run, bytes
   */
  long combine(long first, long second, long secondBytes) {
    return multiply(first, power(secondBytes)) ^ second;
  }

  /** x^(8 n) mod P. */
  private long power(long n) {
    long one = 1L << (width - 1);
    long base = one >>> 8;
    long result = one;
    for (long left = n; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        result = multiply(result, base);
      }
      base = multiply(base, base);
    }
    return result;
  }

  private long multiply(long a, long b) {
    long product = 0;
    long shifted = b;
    for (int bit = width - 1; bit >= 0; bit--) {
      if (((a >>> bit) & 1) != 0) {
        product ^= shifted;
      }
      shifted = (shifted >>> 1) ^ (-(shifted & 1) & polynomial);
    }
    return product;
  }
}
