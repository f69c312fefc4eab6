package dev.holdfast.uplink.keyslots;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What one guess of a passphrase costs, as parameters of Argon2id (version 1.3).
 *
 * <p>The floor keeps whoever stores the slots from handing out cheap ones; the ceiling keeps them
 * from exhausting the reader's memory or time.
 *
 * @param memoryKib 65,536 to 1,048,576
 * @param iterations 2 to 16
 * @param parallelism 1 to 16
 */
public record GuessingCost(int memoryKib, int iterations, int parallelism) {
  private static final int MIN_MEMORY_KIB = 65_536;
  private static final int MAX_MEMORY_KIB = 1_048_576;
  private static final int MIN_ITERATIONS = 2;
  private static final int MAX_ITERATIONS = 16;
  private static final int MAX_PARALLELISM = 16;

  /** 64 MiB, three passes: about a second on one core of 2020. */
  public static final GuessingCost DEFAULT = new GuessingCost(65_536, 3, 4);

  public GuessingCost {
    require("memory in KiB", memoryKib, MIN_MEMORY_KIB, MAX_MEMORY_KIB);
    require("count of iterations", iterations, MIN_ITERATIONS, MAX_ITERATIONS);
    require("parallelism", parallelism, 1, MAX_PARALLELISM);
  }

  /** Runs Argon2id; 32 bytes. */
  byte[] stretch(byte[] passphrase, byte[] salt) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(iterations)
            .withParallelism(parallelism)
            .withSalt(salt)
            .build());
    byte[] stretched = new byte[32];
    generator.generateBytes(passphrase, stretched);
    return stretched;
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "Argon2id's "
              + what
              + " is "
              + value
              + " in a key slot, allowed are "
              + min
              + " to "
              + max
              + ".");
    }
  }
}
