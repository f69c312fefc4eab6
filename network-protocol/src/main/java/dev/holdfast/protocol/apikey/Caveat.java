package dev.holdfast.protocol.apikey;

import dev.holdfast.protocol.error.ErrorCode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One restriction of an API key: every caveat of a key must permit an action. See
 * docs/specifications/api-key.md for its bytes.
 *
 * @param operations the operations that stay allowed
 * @param paths the paths that stay allowed, at most {@link #MAX_PATHS}; empty: all
 * @param notBefore the first instant, kept in milliseconds; null: no bound
 * @param notAfter the last instant, kept in milliseconds; null: no bound
 * @param noDelete nothing may disappear: no delete, no replacing of an object, no abort of others'
 *     uploads, no expiry set later
 * @param nonce tells keys apart that are restricted alike, so that one of them can be revoked
 */
public record Caveat(
    Set<Operation> operations,
    List<AllowedPath> paths,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    boolean noDelete,
    long nonce) {
  static final byte VERSION = 1;

  /** The most paths of one caveat. */
  public static final int MAX_PATHS = 64;

  private static final int FLAG_NO_DELETE = 1;
  private static final int FLAG_NOT_BEFORE = 2;
  private static final int FLAG_NOT_AFTER = 4;
  private static final int KNOWN_FLAGS = FLAG_NO_DELETE | FLAG_NOT_BEFORE | FLAG_NOT_AFTER;

  public Caveat {
    operations = operations.isEmpty() ? Set.of() : Set.copyOf(operations);
    paths = List.copyOf(paths);
    if (paths.size() > MAX_PATHS) {
      throw new IllegalArgumentException(
          "A caveat has at most " + MAX_PATHS + " paths, not " + paths.size() + ".");
    }
    if (notBefore != null) {
      notBefore = notBefore.truncatedTo(ChronoUnit.MILLIS);
    }
    if (notAfter != null) {
      notAfter = notAfter.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /** A caveat that restricts nothing yet, with a fresh nonce. */
  public static Caveat unrestricted(SecureRandom random) {
    return new Caveat(
        EnumSet.allOf(Operation.class), List.of(), null, null, false, random.nextLong());
  }

  public Caveat withOperations(Set<Operation> allowed) {
    return new Caveat(allowed, paths, notBefore, notAfter, noDelete, nonce);
  }

  public Caveat withPaths(List<AllowedPath> allowed) {
    return new Caveat(operations, allowed, notBefore, notAfter, noDelete, nonce);
  }

  public Caveat withNotBefore(@Nullable Instant first) {
    return new Caveat(operations, paths, first, notAfter, noDelete, nonce);
  }

  public Caveat withNotAfter(@Nullable Instant last) {
    return new Caveat(operations, paths, notBefore, last, noDelete, nonce);
  }

  public Caveat withNoDelete(boolean forbidden) {
    return new Caveat(operations, paths, notBefore, notAfter, forbidden, nonce);
  }

  /** Whether any path of the bucket is allowed. */
  boolean touchesBucket(String bucket) {
    return paths.isEmpty() || paths.stream().anyMatch(path -> path.bucket().equals(bucket));
  }

  Decision permits(Action action) {
    if (notBefore != null && action.now().isBefore(notBefore)) {
      return new Decision.Denied(
          ErrorCode.API_KEY_NOT_YET_VALID,
          "This API key is valid from " + notBefore + "; it is now " + action.now() + ".");
    }
    if (notAfter != null && action.now().isAfter(notAfter)) {
      return new Decision.Denied(
          ErrorCode.API_KEY_EXPIRED,
          "This API key was valid until "
              + notAfter
              + "; it is now "
              + action.now()
              + ". Ask for a new one.");
    }
    if (noDelete && action.operation() == Operation.DELETE) {
      return new Decision.Denied(ErrorCode.DELETE_DENIED, "This API key may not delete anything.");
    }
    if (!operations.contains(action.operation())) {
      return new Decision.Denied(
          ErrorCode.OPERATION_DENIED,
          "This API key permits " + operations + ", not " + action.operation() + ".");
    }
    if (!paths.isEmpty() && !coversPath(action)) {
      return new Decision.Denied(
          ErrorCode.PATH_DENIED,
          "This API key is restricted to other paths than the one asked for"
              + (action.bucket() == null ? "." : " in bucket '" + action.bucket() + "'."));
    }
    return new Decision.Allowed();
  }

  private boolean coversPath(Action action) {
    String bucket = action.bucket();
    if (bucket == null) {
      // Describing the project and listing buckets stay allowed; the satellite shows only the
      // buckets that the key touches.
      return action.operation() == Operation.READ || action.operation() == Operation.LIST;
    }
    byte[] path = action.encryptedPath();
    return paths.stream().anyMatch(allowed -> allowed.covers(bucket, path));
  }

  byte[] toBytes() {
    int size = 1 + 1 + 4 + 8 + 2;
    size += notBefore == null ? 0 : 8;
    size += notAfter == null ? 0 : 8;
    List<byte[]> buckets = new ArrayList<>(paths.size());
    for (AllowedPath path : paths) {
      byte[] bucket = path.bucket().getBytes(StandardCharsets.UTF_8);
      buckets.add(bucket);
      size += 1 + bucket.length + 2 + path.encryptedPrefix().length;
    }
    int flags =
        (noDelete ? FLAG_NO_DELETE : 0)
            | (notBefore == null ? 0 : FLAG_NOT_BEFORE)
            | (notAfter == null ? 0 : FLAG_NOT_AFTER);
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(VERSION).put((byte) flags).putInt(Operation.mask(operations)).putLong(nonce);
    if (notBefore != null) {
      out.putLong(notBefore.toEpochMilli());
    }
    if (notAfter != null) {
      out.putLong(notAfter.toEpochMilli());
    }
    out.putShort((short) paths.size());
    for (int i = 0; i < paths.size(); i++) {
      byte[] prefix = paths.get(i).encryptedPrefix();
      out.put((byte) buckets.get(i).length)
          .put(buckets.get(i))
          .putShort((short) prefix.length)
          .put(prefix);
    }
    return out.array();
  }

  /** Reads a caveat; whatever this version does not know is refused, since it may restrict. */
  static Caveat parse(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      int version = Byte.toUnsignedInt(in.get());
      if (version != VERSION) {
        throw new IllegalArgumentException("caveat version " + version + " is unknown; known is 1");
      }
      int flags = Byte.toUnsignedInt(in.get());
      if ((flags & ~KNOWN_FLAGS) != 0) {
        throw new IllegalArgumentException(
            "caveat flags 0x" + Integer.toHexString(flags) + " are unknown");
      }
      Set<Operation> operations = Operation.ofMask(in.getInt());
      long nonce = in.getLong();
      Instant notBefore =
          (flags & FLAG_NOT_BEFORE) == 0 ? null : Instant.ofEpochMilli(in.getLong());
      Instant notAfter = (flags & FLAG_NOT_AFTER) == 0 ? null : Instant.ofEpochMilli(in.getLong());
      int count = Short.toUnsignedInt(in.getShort());
      if (count > MAX_PATHS) {
        throw new IllegalArgumentException(
            "a caveat has at most " + MAX_PATHS + " paths, not " + count);
      }
      List<AllowedPath> paths = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        byte[] bucket = new byte[Byte.toUnsignedInt(in.get())];
        in.get(bucket);
        byte[] prefix = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(prefix);
        paths.add(new AllowedPath(decodeBucket(bucket), prefix));
      }
      if (in.hasRemaining()) {
        throw new IllegalArgumentException(in.remaining() + " bytes follow the caveat");
      }
      return new Caveat(
          operations, paths, notBefore, notAfter, (flags & FLAG_NO_DELETE) != 0, nonce);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the caveat is cut off", e);
    }
  }

  private static String decodeBucket(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "a bucket name is not UTF-8: " + HexFormat.of().formatHex(bytes), e);
    }
  }
}
