package dev.holdfast.erasure;

import dev.holdfast.erasure.internal.MatrixKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Megabytes (10^6) of user data coded per second by one thread, in shares of the size that segments
 * have. The counter {@code megabytes} is the figure to read.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgs = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls setUp before anything reads the fields.
public class CodecBenchmark {
  private static final int SHARE_BYTES = 65_552;

  /** Which kernel computes. */
  @Param({"scalar", "shuffle"})
  public String kernel = "shuffle";

  /** Required and total shares. */
  @Param({"2/5", "3/7", "4/8", "4/10", "29/80", "29/110"})
  public String code = "4/10";

  private ErasureCodec codec;
  private byte[][] shares;
  private byte[][] data;
  private byte[][] parity;
  private byte[][] rebuilt;
  private boolean[] oneLost;
  private boolean[] dataLost;

  /** Converts operations to user data. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Volume {
    /** User data coded so far, in units of 10^6 bytes. */
    public double megabytes;
  }

  /** Makes the shares of one stripe. */
  @Setup
  public void setUp() {
    String[] counts = code.split("/", -1);
    int required = Integer.parseInt(counts[0]);
    int total = Integer.parseInt(counts[1]);
    List<MatrixKernel> kernels = MatrixKernel.available();
    codec =
        new MatrixCodec(
            required, total, kernel.equals("scalar") ? kernels.getFirst() : kernels.getLast());
    shares = new byte[total][SHARE_BYTES];
    data = Arrays.copyOf(shares, required);
    parity = Arrays.copyOfRange(shares, required, total);
    var random = new Random(1);
    for (byte[] share : data) {
      random.nextBytes(share);
    }
    codec.encode(data, parity, 0, SHARE_BYTES);
    rebuilt = new byte[total][];
    oneLost = new boolean[total];
    dataLost = new boolean[total];
    Arrays.fill(oneLost, 1, total, true);
    int lost = Math.min(required, total - required);
    Arrays.fill(dataLost, lost, total, true);
    for (int i = 0; i < lost; i++) {
      rebuilt[i] = new byte[SHARE_BYTES];
    }
  }

  /** All parity of a stripe. */
  @Benchmark
  public byte[][] encode(Volume volume) {
    codec.encode(data, parity, 0, SHARE_BYTES);
    volume.megabytes += data.length * SHARE_BYTES / 1e6;
    return parity;
  }

  /** One lost data share. */
  @Benchmark
  public byte[][] reconstructOne(Volume volume) {
    codec.reconstruct(shares, oneLost, rebuilt, 0, SHARE_BYTES);
    volume.megabytes += data.length * SHARE_BYTES / 1e6;
    return rebuilt;
  }

  /** As many lost data shares as parity can replace. */
  @Benchmark
  public byte[][] reconstructMost(Volume volume) {
    codec.reconstruct(shares, dataLost, rebuilt, 0, SHARE_BYTES);
    volume.megabytes += data.length * SHARE_BYTES / 1e6;
    return rebuilt;
  }

  /** Runs with JMH's own arguments, for example {@code -p code=4/10 encode}. */
  public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
    var unused = new Runner(new CommandLineOptions(arguments)).run();
  }
}
