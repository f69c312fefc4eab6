package dev.holdfast.uplink.listing;

import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.ObjectPath;
import java.util.Arrays;

/**
 * What a listing comes across: an object, or a directory that may be gone into.
 *
 * <p>Keys are whole plain keys as bytes, not to be written to; a directory's ends with '/'.
 */
sealed interface Child {
  int OVERHEAD_BYTES = 160;

  byte[] key();

  /** The directory it lies in. */
  Directory parent();

  /** Whether something in it may be at or above a bound. */
  boolean reaches(byte[] from);

  /** The first bound behind it and all in it. */
  byte[] bound();

  /** Memory that it takes, roughly. */
  int weightBytes();

  /** An object with its row as the satellite gave it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(byte[] key, Directory parent, ObjectRow row) implements Child {
    @Override
    public boolean reaches(byte[] from) {
      return Arrays.compareUnsigned(key, from) >= 0;
    }

    @Override
    public byte[] bound() {
      return KeyBytes.after(key);
    }

    @Override
    public int weightBytes() {
      return OVERHEAD_BYTES + key.length + row.getSerializedSize();
    }

    /** The name with the keys to open the row. */
    ObjectPath path(byte[] name) {
      return parent.object(name);
    }
  }

  /** A directory that holds at least one object. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Below(byte[] key, byte[] name, Directory parent) implements Child {
    @Override
    public boolean reaches(byte[] from) {
      return Arrays.compareUnsigned(bound(), from) > 0;
    }

    @Override
    public byte[] bound() {
      return KeyBytes.afterPrefix(key);
    }

    @Override
    public int weightBytes() {
      return OVERHEAD_BYTES + key.length + name.length;
    }
  }
}
