package dev.holdfast.storagenode.disk;

import java.io.IOException;
import java.util.List;

/**
 * One flat folder of files. Names are plain file names without separators. Creation, deletion and
 * renaming are durable only after {@link #sync}. Safe for use by several threads.
 */
public interface Disk {
  /** Creates an empty file and opens it for reading and writing; fails when the name is taken. */
  DiskFile create(String name) throws IOException;

  /** Opens an existing file for reading and writing. */
  DiskFile open(String name) throws IOException;

  /** The names of all files, in no particular order. */
  List<String> list() throws IOException;

  /** Removes a file; removing one that is not there is no error. */
  void delete(String name) throws IOException;

  /** Renames a file, replacing the target atomically. */
  void rename(String from, String to) throws IOException;

  /** Makes creations, deletions and renamings so far durable. */
  void sync() throws IOException;

  /** Bytes that this process may still write to the disk below the folder. */
  long usableBytes() throws IOException;
}
