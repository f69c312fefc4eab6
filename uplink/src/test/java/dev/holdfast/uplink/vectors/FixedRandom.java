package dev.holdfast.uplink.vectors;

import java.security.SecureRandom;
import java.util.Arrays;

/** Gives the same bytes each time, so that what is sealed can be compared. */
public final class FixedRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private final byte[] bytes;

  public FixedRandom(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  @Override
  public void nextBytes(byte[] into) {
    System.arraycopy(Arrays.copyOf(bytes, into.length), 0, into, 0, into.length);
  }
}
