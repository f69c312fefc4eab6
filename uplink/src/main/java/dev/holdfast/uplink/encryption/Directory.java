package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.encryption.NameCipher.Kind;
import java.util.Arrays;
import java.util.List;

/**
 * One directory of a bucket with the key that opens everything below it. Thread-safe; holds a
 * secret, has no text form of it.
 */
public final class Directory {
  private final String bucket;
  private final int keyEpoch;
  private final SecretBytes key;
  private final int depth;
  private final byte[] encodedPath;
  private final NameCipher names;

  private Directory(String bucket, int keyEpoch, SecretBytes key, int depth, byte[] encodedPath) {
    this.bucket = bucket;
    this.keyEpoch = keyEpoch;
    this.key = key;
    this.depth = depth;
    this.encodedPath = encodedPath;
    this.names = new NameCipher(key, keyEpoch);
  }

  /** The root of a bucket; the chain of keys starts with the bucket's name. */
  public static Directory ofBucket(SecretBytes dataBranch, int keyEpoch, String bucket) {
    SecretBytes key = KeyLabel.BUCKET_DIRECTORY.derive(dataBranch, KeyText.encode(bucket));
    return new Directory(bucket, keyEpoch, key, 0, new byte[0]);
  }

  /**
   * A directory whose key and encoding are known from a grant, without the keys above it.
   *
   * @param depth directories from the bucket's root to this one, itself included
   */
  public static Directory ofGrant(
      String bucket, int keyEpoch, SecretBytes key, int depth, byte[] encodedPath) {
    return new Directory(bucket, keyEpoch, key, depth, encodedPath.clone());
  }

  /** A directory in this one. */
  public Directory child(byte[] name) {
    if (depth == KeyPath.MAX_DIRECTORIES) {
      throw new IllegalStateException(
          "Directories are at most "
              + KeyPath.MAX_DIRECTORIES
              + " deep; the rest belongs to names.");
    }
    SecretBytes childKey = KeyLabel.CHILD_DIRECTORY.derive(key, name);
    return new Directory(bucket, keyEpoch, childKey, depth + 1, append(Kind.DIRECTORY, name));
  }

  /** The directory at the end of a path that starts here. */
  public Directory descend(List<byte[]> path) {
    Directory at = this;
    for (byte[] name : path) {
      at = at.child(name);
    }
    return at;
  }

  /** An object in this directory. */
  public ObjectPath object(byte[] name) {
    return new ObjectPath(bucket, keyEpoch, key, name, append(Kind.OBJECT, name));
  }

  /**
   * The name of an object in this directory.
   *
   * @param encodedKey the object's whole encoded path
   * @throws HoldfastException with {@code content-altered} unless it is in this directory
   */
  public byte[] nameOfObject(byte[] encodedKey) {
    return nameOfChild(Kind.OBJECT, encodedKey);
  }

  /**
   * The name of a directory in this one.
   *
   * @param encodedDirectory the directory's whole encoded path
   * @throws HoldfastException with {@code content-altered} unless it is in this directory
   */
  public byte[] nameOfDirectory(byte[] encodedDirectory) {
    return nameOfChild(Kind.DIRECTORY, encodedDirectory);
  }

  private byte[] nameOfChild(Kind kind, byte[] encoded) {
    requireBelow(encoded);
    return names.decrypt(kind, Arrays.copyOfRange(encoded, encodedPath.length, encoded.length));
  }

  /** Whether an encoded path lies below this directory. */
  boolean holds(byte[] encoded) {
    return encoded.length > encodedPath.length
        && Arrays.equals(encoded, 0, encodedPath.length, encodedPath, 0, encodedPath.length);
  }

  int encodedLength() {
    return encodedPath.length;
  }

  public String bucket() {
    return bucket;
  }

  public int keyEpoch() {
    return keyEpoch;
  }

  /** The key itself, to put it in a grant. */
  public SecretBytes key() {
    return key;
  }

  /** Directories from the bucket's root to this one, itself included. */
  public int depth() {
    return depth;
  }

  /** Encrypted names from the bucket's root to this directory; a copy. */
  public byte[] encodedPath() {
    return encodedPath.clone();
  }

  private void requireBelow(byte[] encoded) {
    if (!holds(encoded)) {
      throw new HoldfastException(
          ErrorCode.CONTENT_ALTERED,
          "The satellite answered a name of another directory than was asked.");
    }
  }

  private byte[] append(Kind kind, byte[] name) {
    byte[] encoded = names.encrypt(kind, name);
    byte[] path = Arrays.copyOf(encodedPath, encodedPath.length + encoded.length);
    System.arraycopy(encoded, 0, path, encodedPath.length, encoded.length);
    return path;
  }
}
