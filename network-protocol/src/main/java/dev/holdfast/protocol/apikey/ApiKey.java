package dev.holdfast.protocol.apikey;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.secret.Hkdf;
import dev.holdfast.protocol.secret.LabeledInput;
import dev.holdfast.protocol.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A macaroon: a head that names the project, caveats that anybody who holds the key can add, and a
 * tail in which every MAC is the key of the next. Restricting needs no satellite and cannot be
 * undone, since earlier tails are not in the key. The satellite keeps no secret per key; it derives
 * the head's key from its root secret of the epoch. Immutable. See docs/specifications/api-key.md.
 */
public final class ApiKey {
  static final byte TYPE = 3;
  static final byte VERSION = 1;

  /** The most caveats of a key. */
  public static final int MAX_CAVEATS = 32;

  /** The longest serialized key in bytes; it travels in a header of every call. */
  public static final int MAX_SERIALIZED_BYTES = 16_384;

  private static final int HEAD_LENGTH = 2 + 4 + 16 + 16;
  private static final String HEAD_KEY_LABEL = "holdfast api key";
  private static final String TAIL_HASH_LABEL = "holdfast api key tail";

  private final int epoch;
  private final UUID projectId;
  private final byte[] head;
  private final List<Caveat> caveats;
  private final List<byte[]> caveatBytes;
  private final byte[] tail;

  private ApiKey(byte[] head, List<Caveat> caveats, List<byte[]> caveatBytes, byte[] tail) {
    ByteBuffer in = ByteBuffer.wrap(head);
    byte type = in.get();
    byte version = in.get();
    if (type != TYPE || version != VERSION) {
      throw new IllegalArgumentException(
          "it starts with type " + type + ", version " + version + "; known is type 3, version 1");
    }
    this.epoch = in.getInt();
    if (epoch < 1) {
      throw new IllegalArgumentException("its key epoch is " + epoch + "; epochs start at 1");
    }
    this.projectId = new UUID(in.getLong(), in.getLong());
    this.head = head;
    this.caveats = List.copyOf(caveats);
    this.caveatBytes = List.copyOf(caveatBytes);
    this.tail = tail;
  }

  /**
   * A new key without caveats.
   *
   * @param rootSecret the satellite's secret for API keys of this epoch
   */
  public static ApiKey issue(
      SecretBytes rootSecret, int epoch, UUID projectId, SecureRandom random) {
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    byte[] head =
        ByteBuffer.allocate(HEAD_LENGTH)
            .put(TYPE)
            .put(VERSION)
            .putInt(epoch)
            .putLong(projectId.getMostSignificantBits())
            .putLong(projectId.getLeastSignificantBits())
            .put(nonce)
            .array();
    return new ApiKey(head, List.of(), List.of(), firstTail(rootSecret, epoch, head));
  }

  /** A key that also obeys this caveat. */
  public ApiKey restrict(Caveat caveat) {
    if (caveats.size() == MAX_CAVEATS) {
      throw new IllegalArgumentException(
          "An API key has at most "
              + MAX_CAVEATS
              + " caveats; restrict one with fewer, or ask for a new key.");
    }
    byte[] bytes = caveat.toBytes();
    List<Caveat> moreCaveats = new ArrayList<>(caveats);
    moreCaveats.add(caveat);
    List<byte[]> moreBytes = new ArrayList<>(caveatBytes);
    moreBytes.add(bytes);
    ApiKey restricted = new ApiKey(head, moreCaveats, moreBytes, nextTail(tail, bytes));
    int length = restricted.serialize().length;
    if (length > MAX_SERIALIZED_BYTES) {
      throw new IllegalArgumentException(
          "An API key has at most "
              + MAX_SERIALIZED_BYTES
              + " bytes, this one would have "
              + length
              + "; allow fewer or shorter paths.");
    }
    return restricted;
  }

  /**
   * The bytes that travel: head, u16 count, every caveat with its u16 length, tail. Whoever has
   * them has the key.
   */
  public byte[] serialize() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head);
    writeShort(out, caveatBytes.size());
    for (byte[] caveat : caveatBytes) {
      writeShort(out, caveat.length);
      out.writeBytes(caveat);
    }
    out.writeBytes(tail);
    return out.toByteArray();
  }

  /**
   * Reads a serialized key; {@link #verify} says whether it is genuine.
   *
   * @throws HoldfastException {@code api-key-invalid} for anything that this version does not fully
   *     understand
   */
  public static ApiKey parse(byte[] serialized) {
    if (serialized.length > MAX_SERIALIZED_BYTES) {
      throw invalid(
          "it has "
              + serialized.length
              + " bytes, at most "
              + MAX_SERIALIZED_BYTES
              + " are allowed",
          null);
    }
    ByteBuffer in = ByteBuffer.wrap(serialized);
    try {
      byte[] head = new byte[HEAD_LENGTH];
      in.get(head);
      int count = Short.toUnsignedInt(in.getShort());
      if (count > MAX_CAVEATS) {
        throw invalid(
            "it has " + count + " caveats, at most " + MAX_CAVEATS + " are allowed", null);
      }
      List<Caveat> caveats = new ArrayList<>(count);
      List<byte[]> caveatBytes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        caveats.add(Caveat.parse(bytes));
        caveatBytes.add(bytes);
      }
      byte[] tail = new byte[MacKey.MAC_BYTES];
      in.get(tail);
      if (in.hasRemaining()) {
        throw invalid(in.remaining() + " bytes follow its tail", null);
      }
      return new ApiKey(head, caveats, caveatBytes, tail);
    } catch (BufferUnderflowException e) {
      throw invalid("it is cut off after " + serialized.length + " bytes", e);
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage(), e);
    }
  }

  /**
   * Whether the satellite with this root secret issued the key and its caveats are as they were
   * added.
   */
  public boolean verify(SecretBytes rootSecret) {
    byte[] expected = firstTail(rootSecret, epoch, head);
    for (byte[] caveat : caveatBytes) {
      expected = nextTail(expected, caveat);
    }
    return MessageDigest.isEqual(expected, tail);
  }

  /**
   * Public names of this key and of all keys that it was restricted from: a hash of the head, then
   * one after each caveat. A satellite refuses a key when any of them is revoked; to revoke a key
   * it notes the last.
   */
  public List<Bytes32> tailHashes() {
    List<Bytes32> hashes = new ArrayList<>(caveatBytes.size() + 1);
    Bytes32 hash = LabeledHash.of(TAIL_HASH_LABEL, 1, head);
    hashes.add(hash);
    for (byte[] caveat : caveatBytes) {
      hash = LabeledHash.of(TAIL_HASH_LABEL, 1, hash.toByteArray(), caveat);
      hashes.add(hash);
    }
    return List.copyOf(hashes);
  }

  /** Whether all caveats permit the action. Says nothing about {@link #verify} or revocation. */
  public Decision permits(Action action) {
    for (Caveat caveat : caveats) {
      Decision decision = caveat.permits(action);
      if (!decision.isAllowed()) {
        return decision;
      }
    }
    return new Decision.Allowed();
  }

  /** Whether some caveat forbids that anything disappears; see {@link Caveat#noDelete}. */
  public boolean noDelete() {
    return caveats.stream().anyMatch(Caveat::noDelete);
  }

  /** Whether the key allows anything in the bucket: which buckets a listing may show. */
  public boolean touchesBucket(String bucket) {
    return caveats.stream().allMatch(caveat -> caveat.touchesBucket(bucket));
  }

  /** Epoch of the root secret, from 1. */
  public int epoch() {
    return epoch;
  }

  public UUID projectId() {
    return projectId;
  }

  /** The caveats in the order in which they were added. */
  public List<Caveat> caveats() {
    return caveats;
  }

  private static byte[] firstTail(SecretBytes rootSecret, int epoch, byte[] head) {
    byte[] epochBytes = ByteBuffer.allocate(4).putInt(epoch).array();
    byte[] headKey =
        Hkdf.derive(rootSecret, HEAD_KEY_LABEL, 1, MacKey.MAC_BYTES, epochBytes).expose();
    byte[] first = MacKey.hmac(headKey, head, 0, head.length);
    Arrays.fill(headKey, (byte) 0);
    return first;
  }

  private static byte[] nextTail(byte[] tail, byte[] caveat) {
    byte[] input = LabeledInput.encode("holdfast api key caveat", 1, caveat);
    return MacKey.hmac(tail, input, 0, input.length);
  }

  private static void writeShort(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  private static HoldfastException invalid(@Nullable String reason, @Nullable Throwable cause) {
    return new HoldfastException(
        ErrorCode.API_KEY_INVALID, "The API key cannot be read: " + reason + ".", cause);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ApiKey that && MessageDigest.isEqual(serialize(), that.serialize());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(head);
  }

  /** Names the key without its tail, which is the secret. */
  @Override
  public String toString() {
    return "ApiKey[project " + projectId + ", epoch " + epoch + ", " + caveats.size() + " caveats]";
  }
}
