package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;

/**
 * A range of encrypted keys in byte order.
 *
 * @param from inclusive
 * @param to exclusive; empty: no upper bound
 */
record KeyRange(ByteString from, ByteString to) {
  /** All keys of a bucket. */
  static final KeyRange ALL = new KeyRange(ByteString.EMPTY, ByteString.EMPTY);

  /** Everything below an encoded directory, without an object of the directory's own name. */
  static KeyRange below(ByteString directory) {
    return directory.isEmpty() ? ALL : new KeyRange(justAfter(directory), successor(directory));
  }

  KeyRange startingAt(ByteString key) {
    boolean later = ByteString.unsignedLexicographicalComparator().compare(key, from) > 0;
    return later ? new KeyRange(key, to) : this;
  }

  boolean isEmpty() {
    return !to.isEmpty() && ByteString.unsignedLexicographicalComparator().compare(from, to) >= 0;
  }

  /** The smallest key that is greater. */
  static ByteString justAfter(ByteString key) {
    return key.concat(ByteString.copyFrom(new byte[1]));
  }

  /**
   * The smallest key that is greater than all that begin with the prefix; empty when there is none.
   */
  static ByteString successor(ByteString prefix) {
    for (int last = prefix.size() - 1; last >= 0; last--) {
      if (prefix.byteAt(last) != (byte) 0xff) {
        byte[] bytes = prefix.substring(0, last + 1).toByteArray();
        bytes[last]++;
        return ByteString.copyFrom(bytes);
      }
    }
    return ByteString.EMPTY;
  }
}
