package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An object key split into directories and a name.
 *
 * <p>Directories are what stands before each of the first 32 '/', the name is the rest: it may be
 * empty, and below the 32nd directory it may hold '/'. Directories joined by '/' and the name give
 * the key again, so different keys never meet.
 */
public final class KeyPath {
  /** Most bytes of an object key in UTF-8. */
  public static final int MAX_KEY_BYTES = 1024;

  /** Most directories of a path; what is deeper belongs to the name. */
  public static final int MAX_DIRECTORIES = 32;

  private final List<byte[]> directories;
  private final byte[] name;

  private KeyPath(List<byte[]> directories, byte[] name) {
    this.directories = List.copyOf(directories);
    this.name = name;
  }

  /**
   * Splits an object key.
   *
   * @throws HoldfastException with {@code bad-request} unless it has 1 to 1,024 bytes of valid
   *     Unicode
   */
  public static KeyPath ofKey(String key) {
    byte[] bytes = KeyText.encode(key);
    if (bytes.length == 0 || bytes.length > MAX_KEY_BYTES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "An object key has 1 to "
              + MAX_KEY_BYTES
              + " bytes in UTF-8, this one "
              + bytes.length
              + ".");
    }
    return split(bytes);
  }

  /**
   * Splits any bytes, a prefix too: the name is then what the prefix says of the next component.
   */
  public static KeyPath split(byte[] key) {
    List<byte[]> directories = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < key.length && directories.size() < MAX_DIRECTORIES; i++) {
      if (key[i] == '/') {
        directories.add(Arrays.copyOfRange(key, from, i));
        from = i + 1;
      }
    }
    return new KeyPath(directories, Arrays.copyOfRange(key, from, key.length));
  }

  /** Directories from the bucket's root down; not to be written to. */
  public List<byte[]> directories() {
    return directories;
  }

  /** The name in the last directory; not to be written to. */
  public byte[] name() {
    return name;
  }
}
