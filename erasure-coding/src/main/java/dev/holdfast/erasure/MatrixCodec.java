package dev.holdfast.erasure;

import dev.holdfast.erasure.internal.GaloisMatrix;
import dev.holdfast.erasure.internal.MatrixKernel;
import dev.holdfast.erasure.internal.MatrixProduct;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * {@link RedundancyCode#REED_SOLOMON_MATRIX}: parity and lost shares are matrix products of known
 * shares.
 */
final class MatrixCodec implements ErasureCodec {
  /** Upper bound of the bytes that the tables of all cached plans of one codec may take. */
  private static final int PLAN_CACHE_BYTES = 8 << 20;

  private static final int MAX_PLANS = 256;

  /** How much of a share {@link #verify} recomputes at a time. */
  private static final int VERIFY_STEP_BYTES = 4096;

  private final int required;
  private final int total;
  private final MatrixKernel kernel;
  private final GaloisMatrix generator;
  private final MatrixProduct parityProduct;
  private final LruCache<Loss, MatrixProduct> plans;

  MatrixCodec(int required, int total, MatrixKernel kernel) {
    if (required < 1 || total < required || total > RedundancyScheme.MAX_TOTAL) {
      throw new IllegalArgumentException(
          "erasure code %d of %d: need 1 <= required <= total <= %d"
              .formatted(required, total, RedundancyScheme.MAX_TOTAL));
    }
    this.required = required;
    this.total = total;
    this.kernel = kernel;
    this.generator = GaloisMatrix.systematicVandermonde(total, required);
    this.parityProduct = kernel.compile(generator.rows(required, total));
    int largestPlanBytes =
        Math.max(1, MatrixKernel.bytesPerCoefficient() * required * (total - required));
    this.plans = new LruCache<>(Math.clamp(PLAN_CACHE_BYTES / largestPlanBytes, 4, MAX_PLANS));
  }

  @Override
  public int required() {
    return required;
  }

  @Override
  public int total() {
    return total;
  }

  @Override
  public void encode(byte[][] data, byte[][] parity, int offsetBytes, int lengthBytes) {
    checkRange(offsetBytes, lengthBytes);
    checkCount("data", data.length, required);
    checkCount("parity", parity.length, total - required);
    for (int i = 0; i < data.length; i++) {
      checkArray("data share", i, data[i], offsetBytes, lengthBytes);
    }
    for (int i = 0; i < parity.length; i++) {
      checkArray("parity share", required + i, parity[i], offsetBytes, lengthBytes);
    }
    parityProduct.apply(data, offsetBytes, parity, offsetBytes, lengthBytes);
  }

  @Override
  public void reconstruct(
      byte[] @Nullable [] shares,
      boolean[] present,
      byte[] @Nullable [] out,
      int offsetBytes,
      int lengthBytes) {
    checkRange(offsetBytes, lengthBytes);
    checkCount("shares", shares.length, total);
    checkCount("present", present.length, total);
    checkCount("out", out.length, total);
    var survivors = new BitSet(total);
    var wanted = new BitSet(total);
    var inputs = new byte[required][];
    var outputs = new byte[total][];
    int have = 0;
    for (int i = 0; i < total; i++) {
      byte[] destination = out[i];
      if (present[i]) {
        // Ascending order prefers data shares, whose columns cost nothing to invert.
        if (have < required) {
          inputs[have] = checkArray("share", i, shares[i], offsetBytes, lengthBytes);
          survivors.set(i);
        }
        have++;
      } else if (destination != null) {
        outputs[wanted.cardinality()] =
            checkArray("destination of share", i, destination, offsetBytes, lengthBytes);
        wanted.set(i);
      }
    }
    if (have < required) {
      throw new IllegalArgumentException(
          "cannot reconstruct: need %d of %d shares, have %d".formatted(required, total, have));
    }
    if (wanted.isEmpty()) {
      return;
    }
    MatrixProduct plan = plans.get(new Loss(survivors, wanted), this::planFor);
    plan.apply(
        inputs,
        offsetBytes,
        Arrays.copyOf(outputs, wanted.cardinality()),
        offsetBytes,
        lengthBytes);
  }

  @Override
  public boolean verify(byte[][] shares, int offsetBytes, int lengthBytes) {
    checkRange(offsetBytes, lengthBytes);
    checkCount("shares", shares.length, total);
    for (int i = 0; i < total; i++) {
      checkArray("share", i, shares[i], offsetBytes, lengthBytes);
    }
    byte[][] data = Arrays.copyOf(shares, required);
    var expected = new byte[total - required][Math.min(lengthBytes, VERIFY_STEP_BYTES)];
    for (int done = 0; done < lengthBytes; done += VERIFY_STEP_BYTES) {
      int step = Math.min(VERIFY_STEP_BYTES, lengthBytes - done);
      int from = offsetBytes + done;
      parityProduct.apply(data, from, expected, 0, step);
      for (int i = required; i < total; i++) {
        if (!Arrays.equals(shares[i], from, from + step, expected[i - required], 0, step)) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many plans are kept at the moment. */
  int cachedPlans() {
    return plans.size();
  }

  private MatrixProduct planFor(Loss loss) {
    GaloisMatrix toData = generator.rows(loss.survivors()).inverse();
    return kernel.compile(generator.rows(loss.wanted()).times(toData));
  }

  private void checkCount(String what, int have, int need) {
    if (have != need) {
      throw new IllegalArgumentException(
          "%s: need %d entries for the code %d of %d, have %d"
              .formatted(what, need, required, total, have));
    }
  }

  private static void checkRange(int offsetBytes, int lengthBytes) {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > Integer.MAX_VALUE - lengthBytes) {
      throw new IllegalArgumentException(
          "range of %d bytes at offset %d: neither may be negative, nor the end above 2^31-1"
              .formatted(lengthBytes, offsetBytes));
    }
  }

  private static byte[] checkArray(
      String what, int index, byte @Nullable [] array, int offsetBytes, int lengthBytes) {
    if (array == null) {
      throw new IllegalArgumentException("%s %d is null".formatted(what, index));
    }
    if (array.length < offsetBytes + lengthBytes) {
      throw new IllegalArgumentException(
          "%s %d has %d bytes, too few for %d bytes at offset %d"
              .formatted(what, index, array.length, lengthBytes, offsetBytes));
    }
    return array;
  }

  /** The shares that are used and those to be made; never changed once it is a key. */
  private record Loss(BitSet survivors, BitSet wanted) {}
}
