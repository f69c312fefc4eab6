package dev.holdfast.uplink.accessgrant;

import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyPath;
import java.util.Arrays;
import java.util.List;

/** A directory with its key as a grant holds it, and its plain path. */
record GrantedDirectory(Directory directory, String prefix, List<byte[]> path) {
  static GrantedDirectory of(Directory directory, String prefix, byte[] prefixBytes) {
    return new GrantedDirectory(directory, prefix, KeyPath.split(prefixBytes).directories());
  }

  /** Whether a path of directories starts with this one's. */
  boolean covers(String bucket, List<byte[]> directories) {
    if (!bucket.equals(directory.bucket()) || directories.size() < path.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      if (!Arrays.equals(path.get(i), directories.get(i))) {
        return false;
      }
    }
    return true;
  }

  Directory descend(List<byte[]> directories) {
    return directory.descend(directories.subList(path.size(), directories.size()));
  }
}
