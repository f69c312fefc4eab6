package dev.holdfast.erasure.internal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs {@link ShuffleKernel} on a thread of its own until it is compiled, which shows in its being
 * faster than the scalar kernel. Starts after enough scalar work; where it fails (a JVM without an
 * optimizing compiler, a machine too busy to compile) it tries again after sixteen times as much.
 * Safe for any number of threads.
 */
final class ShuffleWarmUp {
  /**
   * Multiply-adds of scalar work before the first attempt: about 50 ms, 20 MB of user data at 4 of
   * 10.
   */
  private static final long FIRST_ATTEMPT_WORK = 1L << 27;

  private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(10);

  /**
   * A compiled shuffle kernel is about eight times as fast; one of its three bodies left behind
   * would show.
   */
  private static final int SPEED_UP = 2;

  private static final int ROUNDS_IN_A_ROW = 20;
  private static final int BYTES = 4096;
  private static final int COLUMNS = 8;

  /** Rows in groups of 4, 2 and 1: every body of the kernel runs. */
  private static final int ROWS = 7;

  private final LongAdder work = new LongAdder();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile long attemptAtWork;
  private volatile boolean done;

  ShuffleWarmUp() {
    this(FIRST_ATTEMPT_WORK);
  }

  ShuffleWarmUp(long firstAttemptWork) {
    this.attemptAtWork = firstAttemptWork;
  }

  /** Whether the shuffle kernel is compiled; stays true. */
  boolean isDone() {
    return done;
  }

  /** Counts scalar work, in multiply-adds of bytes, and starts an attempt when it is due. */
  void worked(long multiplyAdds) {
    work.add(multiplyAdds);
    if (work.sum() >= attemptAtWork && running.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("erasure-kernel-warm-up").start(this::attempt);
    }
  }

  private void attempt() {
    try {
      done = ShuffleKernel.isSupported() && becomesFast();
    } catch (LinkageError incompatible) {
      // Another release of the incubating module: the scalar kernel needs nothing of it.
      done = false;
    }
    if (!done) {
      attemptAtWork = Math.min(attemptAtWork, Long.MAX_VALUE >> 4) << 4;
      running.set(false);
    }
  }

  private static boolean becomesFast() {
    GaloisMatrix matrix =
        GaloisMatrix.systematicVandermonde(COLUMNS + ROWS, COLUMNS).rows(COLUMNS, COLUMNS + ROWS);
    MatrixProduct scalar = new ScalarKernel().compile(matrix);
    MatrixProduct shuffle = new ShuffleKernel().compile(matrix);
    var in = new byte[COLUMNS][BYTES];
    var out = new byte[ROWS][BYTES];
    long start = System.nanoTime();
    int fastRounds = 0;
    while (fastRounds < ROUNDS_IN_A_ROW) {
      long scalarStart = System.nanoTime();
      scalar.apply(in, 0, out, 0, BYTES);
      long shuffleStart = System.nanoTime();
      shuffle.apply(in, 0, out, 0, BYTES);
      // A rest shorter than a vector takes another branch, which must not be met first in real
      // work.
      shuffle.apply(in, 0, out, 0, 1);
      long end = System.nanoTime();
      fastRounds =
          (end - shuffleStart) * SPEED_UP < shuffleStart - scalarStart ? fastRounds + 1 : 0;
      if (end - start > ATTEMPT_LIMIT.toNanos()) {
        return false;
      }
    }
    return true;
  }
}
