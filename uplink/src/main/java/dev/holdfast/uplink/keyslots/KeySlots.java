package dev.holdfast.uplink.keyslots;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.mac.LabeledHash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The master key, sealed under up to eight passphrases. Immutable; holds nothing secret but to
 * guessing.
 *
 * <p>Layout: "HFKS", version 1, u8 slot count, slots, first 4 bytes of SHA-256 over all before.
 * Source: docs/specifications/key-slots.md.
 */
public final class KeySlots {
  /** Most passphrases of one master key. */
  public static final int MAX_SLOTS = 8;

  private static final byte[] MAGIC = "HFKS".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HEADER_BYTES = 6;

  private final List<KeySlot> slots;

  private KeySlots(List<KeySlot> slots) {
    this.slots = List.copyOf(slots);
  }

  /** Seals a master key under its first passphrase, 8 to 1,024 characters. Takes about a second. */
  public static KeySlots seal(
      MasterKey master, char[] passphrase, GuessingCost cost, SecureRandom random) {
    return new KeySlots(
        List.of(KeySlot.seal(master, Passphrase.newBytes(passphrase), cost, random)));
  }

  /** The same at the default cost. */
  public static KeySlots seal(MasterKey master, char[] passphrase, SecureRandom random) {
    return seal(master, passphrase, GuessingCost.DEFAULT, random);
  }

  /**
   * Opens the master key. Takes about a second for every slot.
   *
   * @throws HoldfastException with {@code passphrase-wrong} when the passphrase opens none of the
   *     slots
   */
  public MasterKey open(char[] passphrase) {
    return opening(passphrase).master();
  }

  /** Adds a passphrase beside those that are there. */
  public KeySlots withPassphrase(
      char[] present, char[] added, GuessingCost cost, SecureRandom random) {
    if (slots.size() == MAX_SLOTS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "All " + MAX_SLOTS + " key slots are used; remove a passphrase first.");
    }
    List<KeySlot> more = new ArrayList<>(slots);
    more.add(KeySlot.seal(open(present), Passphrase.newBytes(added), cost, random));
    return new KeySlots(more);
  }

  /**
   * Replaces a passphrase; the master key and all data stay as they are. Older copies of the slots
   * keep opening.
   */
  public KeySlots changePassphrase(
      char[] present, char[] replacement, GuessingCost cost, SecureRandom random) {
    Opening opening = opening(present);
    List<KeySlot> changed = new ArrayList<>(slots);
    changed.set(
        opening.slot(),
        KeySlot.seal(opening.master(), Passphrase.newBytes(replacement), cost, random));
    return new KeySlots(changed);
  }

  public byte[] serialize() {
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + slots.size() * KeySlot.BYTES + CHECKSUM_BYTES)
            .put(MAGIC)
            .put(VERSION)
            .put((byte) slots.size());
    slots.forEach(slot -> out.put(slot.encoded()));
    return out.put(checksum(out.array(), out.position())).array();
  }

  /**
   * Reads key slots.
   *
   * @throws HoldfastException with {@code bad-request} when they are damaged or demand a cost
   *     outside floor and ceiling, {@code version-unsupported} when a newer release wrote them
   */
  public static KeySlots parse(byte[] serialized) {
    try {
      ByteBuffer in = ByteBuffer.wrap(serialized);
      byte[] magic = new byte[MAGIC.length];
      in.get(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw damaged("they do not start with HFKS");
      }
      byte version = in.get();
      if (version != VERSION) {
        throw new HoldfastException(
            ErrorCode.VERSION_UNSUPPORTED,
            "The key slots have version " + version + "; this release reads version 1: update it.");
      }
      int count = in.get() & 0xFF;
      if (count < 1
          || count > MAX_SLOTS
          || serialized.length != HEADER_BYTES + count * KeySlot.BYTES + CHECKSUM_BYTES) {
        throw damaged(count + " slots do not make " + serialized.length + " bytes");
      }
      byte[] expected = checksum(serialized, serialized.length - CHECKSUM_BYTES);
      if (!Arrays.equals(
          expected,
          0,
          CHECKSUM_BYTES,
          serialized,
          serialized.length - CHECKSUM_BYTES,
          serialized.length)) {
        throw damaged("the checksum does not fit");
      }
      List<KeySlot> slots = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        slots.add(KeySlot.read(in));
      }
      return new KeySlots(slots);
    } catch (BufferUnderflowException e) {
      throw damaged("they end too early");
    }
  }

  static HoldfastException damaged(String why) {
    return new HoldfastException(
        ErrorCode.BAD_REQUEST,
        "The key slots are damaged: "
            + why
            + ". Use another copy, for instance the recovery kit's.");
  }

  private record Opening(int slot, MasterKey master) {}

  private Opening opening(char[] passphrase) {
    byte[] bytes = Passphrase.bytes(passphrase);
    try {
      for (int i = 0; i < slots.size(); i++) {
        int slot = i;
        var opened = slots.get(i).open(bytes).map(master -> new Opening(slot, master));
        if (opened.isPresent()) {
          return opened.get();
        }
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    throw new HoldfastException(
        ErrorCode.PASSPHRASE_WRONG,
        "This passphrase opens none of the "
            + slots.size()
            + " key slots; check for typing errors.");
  }

  private static byte[] checksum(byte[] bytes, int length) {
    var digest = LabeledHash.newSha256();
    digest.update(bytes, 0, length);
    return Arrays.copyOf(digest.digest(), CHECKSUM_BYTES);
  }
}
