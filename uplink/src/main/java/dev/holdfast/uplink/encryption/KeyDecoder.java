package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decrypts whole keys below a directory. Remembers the directories of the last key, since the keys
 * of one directory come one after the other. Confined to one thread.
 */
public final class KeyDecoder {
  private record Level(Directory directory, byte[] plainPath) {}

  private final List<Level> levels = new ArrayList<>();

  /**
   * @param base where the keys lie below
   * @param plainPath plain path of the base, empty or ending at '/'
   */
  public KeyDecoder(Directory base, byte[] plainPath) {
    levels.add(new Level(base, plainPath.clone()));
  }

  /**
   * The plain key of an object anywhere below the base.
   *
   * @throws HoldfastException with {@code content-altered} when it is not below, or was not written
   *     with these keys
   */
  public byte[] key(byte[] encodedKey) {
    while (levels.size() > 1 && !levels.getLast().directory().holds(encodedKey)) {
      levels.removeLast();
    }
    while (true) {
      Level level = levels.getLast();
      int start = level.directory().encodedLength();
      int end = start + NameCipher.encodedLength(encodedKey, start);
      if (end == encodedKey.length) {
        return append(level.plainPath(), level.directory().nameOfObject(encodedKey), false);
      }
      if (level.directory().depth() == KeyPath.MAX_DIRECTORIES) {
        throw new HoldfastException(
            ErrorCode.CONTENT_ALTERED,
            "An encrypted key has more directories than any that is written.");
      }
      byte[] name = level.directory().nameOfDirectory(Arrays.copyOf(encodedKey, end));
      levels.add(new Level(level.directory().child(name), append(level.plainPath(), name, true)));
    }
  }

  /** The directory that the last key lies in. */
  public Directory lastDirectory() {
    return levels.getLast().directory();
  }

  private static byte[] append(byte[] path, byte[] name, boolean directory) {
    byte[] result = Arrays.copyOf(path, path.length + name.length + (directory ? 1 : 0));
    System.arraycopy(name, 0, result, path.length, name.length);
    if (directory) {
      result[result.length - 1] = '/';
    }
    return result;
  }
}
