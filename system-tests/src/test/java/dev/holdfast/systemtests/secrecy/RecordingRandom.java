package dev.holdfast.systemtests.secrecy;

import java.io.Serial;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** True randomness that remembers every key-sized draw. Thread-safe. */
final class RecordingRandom extends SecureRandom {
  @Serial private static final long serialVersionUID = 1L;

  private static final int KEY_BYTES = 32;

  private final CopyOnWriteArrayList<byte[]> keys = new CopyOnWriteArrayList<>();

  @Override
  public void nextBytes(byte[] bytes) {
    super.nextBytes(bytes);
    if (bytes.length == KEY_BYTES) {
      keys.add(bytes.clone());
    }
  }

  /** Copies of all draws of 32 bytes so far. */
  List<byte[]> keys() {
    return List.copyOf(keys);
  }
}
