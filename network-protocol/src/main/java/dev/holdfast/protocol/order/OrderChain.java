package dev.holdfast.protocol.order;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.secret.LabeledInput;
import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The orders of one limit as a hash chain: x0 = seed, xi = H(label, serial, i, x(i-1)), anchor =
 * xN. The preimage at depth d is x(N-d) and pays for d units; depth 0 is the anchor and pays for
 * nothing. This object is the uplink's end and keeps all N + 1 values; the static methods are the
 * node's and the satellite's. Thread-safe. See docs/specifications/order-limit.md.
 */
public final class OrderChain {
  /** The most steps of a chain. */
  public static final int MAX_LENGTH = 64;

  /** The smallest unit: what one full block costs. */
  public static final int MIN_UNIT_BYTES = 65_536;

  /** The highest ceiling of one limit: 64 GiB. */
  public static final long MAX_CEILING_BYTES = (1L << 30) * MAX_LENGTH;

  private static final String SEED_LABEL = "holdfast order chain seed";
  private static final String STEP_LABEL = "holdfast order chain step";
  private static final int VERSION = 1;

  private final int unitBytes;
  private final List<Bytes32> values;

  private OrderChain(int unitBytes, List<Bytes32> values) {
    this.unitBytes = unitBytes;
    this.values = values;
  }

  /**
   * The smallest power of two from {@link #MIN_UNIT_BYTES} that keeps the chain within {@link
   * #MAX_LENGTH} steps.
   */
  public static int unitBytes(long ceilingBytes) {
    checkCeiling(ceilingBytes);
    int unit = MIN_UNIT_BYTES;
    while (Math.ceilDiv(ceilingBytes, (long) unit) > MAX_LENGTH) {
      unit <<= 1;
    }
    return unit;
  }

  /** Steps of the chain of a ceiling: {@code ceil(ceiling / unit)}. */
  public static int length(long ceilingBytes) {
    return Math.toIntExact(Math.ceilDiv(ceilingBytes, (long) unitBytes(ceilingBytes)));
  }

  /** The satellite's end: derives the seed of these terms, sets the anchor and signs. */
  public static IssuedOrderLimit issue(OrderLimit terms, MacKey settlementKey, MacKey limitKey) {
    SecretBytes seed = seed(settlementKey, terms);
    return new IssuedOrderLimit(terms.withAnchor(anchor(terms, seed)).sign(limitKey), seed);
  }

  /**
   * The seed that belongs to a limit's fields before its anchor; the satellite derives it again at
   * settlement.
   */
  public static SecretBytes seed(MacKey settlementKey, OrderLimit limit) {
    if (settlementKey.epoch() != limit.epoch()) {
      throw new IllegalArgumentException(
          "A limit of epoch "
              + limit.epoch()
              + " has no seed under a key of epoch "
              + settlementKey.epoch()
              + ".");
    }
    return SecretBytes.copyOf(
        settlementKey.sign(LabeledInput.encode(SEED_LABEL, VERSION, limit.termsBytes())));
  }

  /** The end of the chain from this seed. */
  public static Bytes32 anchor(OrderLimit limit, SecretBytes seed) {
    return walk(limit.serial(), Bytes32.of(seed.expose()), 0, limit.chainLength());
  }

  /**
   * The uplink's end.
   *
   * @throws IllegalArgumentException when the seed does not lead to the limit's anchor: the
   *     satellite's answer is inconsistent
   */
  public static OrderChain of(OrderLimit limit, SecretBytes seed) {
    int length = limit.chainLength();
    List<Bytes32> values = new ArrayList<>(length + 1);
    values.add(Bytes32.of(seed.expose()));
    for (int i = 1; i <= length; i++) {
      values.add(step(limit.serial(), i, values.getLast()));
    }
    if (!values.getLast().equals(limit.chainAnchor())) {
      throw new IllegalArgumentException(
          "The chain seed does not belong to the order limit " + limit.serial() + ".");
    }
    return new OrderChain(limit.chainUnitBytes(), List.copyOf(values));
  }

  /** Steps of the chain. */
  public int length() {
    return values.size() - 1;
  }

  /** The smallest depth that pays for so many bytes; may be more than {@link #length()}. */
  public int depthFor(long bytes) {
    return depthFor(unitBytes, bytes);
  }

  /** The smallest depth that pays for so many bytes of a chain with this unit. */
  public static int depthFor(int unitBytes, long bytes) {
    return Math.toIntExact(Math.ceilDiv(bytes, (long) unitBytes));
  }

  /**
   * What pays for {@code depth * unit} bytes.
   *
   * @param depth 0 to {@link #length()}
   */
  public byte[] preimage(int depth) {
    if (depth < 0 || depth > length()) {
      throw new IllegalArgumentException(
          "A preimage's depth is 0 to " + length() + ", not " + depth + ".");
    }
    return values.get(length() - depth).toByteArray();
  }

  /**
   * Whether the preimage leads to the limit's anchor in exactly so many steps; false for whatever
   * else a peer sent.
   */
  public static boolean verify(OrderLimit limit, int depth, byte[] preimage) {
    return verifyFrom(limit, 0, limit.chainAnchor().toByteArray(), depth, preimage);
  }

  /**
   * The same against a preimage that was verified before, which saves its steps.
   *
   * @param knownDepth at most {@code depth}
   */
  public static boolean verifyFrom(
      OrderLimit limit, int knownDepth, byte[] knownPreimage, int depth, byte[] preimage) {
    int length = limit.chainLength();
    if (knownDepth < 0
        || depth < knownDepth
        || depth > length
        || preimage.length != Bytes32.LENGTH) {
      return false;
    }
    Bytes32 reached =
        walk(limit.serial(), Bytes32.of(preimage), length - depth, length - knownDepth);
    return MessageDigest.isEqual(reached.toByteArray(), knownPreimage);
  }

  private static Bytes32 walk(SerialNumber serial, Bytes32 from, int fromIndex, int toIndex) {
    Bytes32 value = from;
    for (int i = fromIndex + 1; i <= toIndex; i++) {
      value = step(serial, i, value);
    }
    return value;
  }

  private static Bytes32 step(SerialNumber serial, int index, Bytes32 value) {
    return LabeledHash.of(
        STEP_LABEL,
        VERSION,
        serial.toByteArray(),
        ByteBuffer.allocate(4).putInt(index).array(),
        value.toByteArray());
  }

  private static void checkCeiling(long ceilingBytes) {
    if (ceilingBytes < 1 || ceilingBytes > MAX_CEILING_BYTES) {
      throw new IllegalArgumentException(
          "A limit's ceiling is 1 to " + MAX_CEILING_BYTES + " bytes, not " + ceilingBytes + ".");
    }
  }

  @Override
  public String toString() {
    return "OrderChain[" + length() + " steps of " + unitBytes + " bytes]";
  }
}
