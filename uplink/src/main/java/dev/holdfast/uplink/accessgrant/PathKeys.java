package dev.holdfast.uplink.accessgrant;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyPath;
import dev.holdfast.uplink.encryption.ObjectPath;
import java.util.List;

/**
 * The data keys of a grant: those of all buckets, or those of some directories. Thread-safe; has no
 * text form of secrets.
 */
public sealed interface PathKeys {
  /**
   * The directory at a path.
   *
   * @param directories plain names from the bucket's root down, at most 32
   * @throws HoldfastException with {@code path-denied} when the grant has no key for it
   */
  Directory directory(String bucket, List<byte[]> directories);

  /**
   * An object's name with its keys.
   *
   * @throws HoldfastException with {@code bad-request} for a key out of bounds, {@code path-denied}
   *     when the grant has no key for it
   */
  default ObjectPath object(String bucket, String key) {
    KeyPath path = KeyPath.ofKey(key);
    return directory(bucket, path.directories()).object(path.name());
  }

  /** Keys of every bucket. */
  record AllBuckets(SecretBytes dataBranch, int keyEpoch) implements PathKeys {
    @Override
    public Directory directory(String bucket, List<byte[]> directories) {
      return Directory.ofBucket(dataBranch, keyEpoch, bucket).descend(directories);
    }
  }

  /** Keys of some directories. */
  final class SomeDirectories implements PathKeys {
    private final List<GrantedDirectory> granted;

    SomeDirectories(List<GrantedDirectory> granted) {
      this.granted = List.copyOf(granted);
    }

    List<GrantedDirectory> granted() {
      return granted;
    }

    @Override
    public Directory directory(String bucket, List<byte[]> directories) {
      return granted.stream()
          .filter(candidate -> candidate.covers(bucket, directories))
          .findFirst()
          .orElseThrow(() ->
              new HoldfastException(
                  ErrorCode.PATH_DENIED,
                  "This access grant is restricted to other paths than the one asked for in bucket '"
                      + bucket
                      + "'."))
          .descend(directories);
    }
  }
}
