package dev.holdfast.uplink.listing;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.wire.ListEntry;
import dev.holdfast.protocol.wire.ListObjectsRequest;
import dev.holdfast.protocol.wire.ListObjectsResponse;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyDecoder;
import dev.holdfast.uplink.object.ProjectAccess;

/**
 * Reads directories from the satellite, in order of the encrypted names, and decrypts the names.
 * Thread-safe.
 */
final class DirectoryReader {
  private static final int PAGE = 1000;

  private final ProjectAccess access;

  DirectoryReader(ProjectAccess access) {
    this.access = access;
  }

  /**
   * Which children are wanted.
   *
   * @param prefix what whole keys must start with
   * @param from bound that they must reach
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Wanted(byte[] prefix, byte[] from) {
    boolean accepts(Child child) {
      return KeyBytes.startsWith(child.key(), prefix) && child.reaches(from);
    }
  }

  /**
   * Reads everything below a directory when that is one page at most.
   *
   * @return false when there is more; the window is then useless
   */
  boolean readBelow(Directory directory, byte[] plainPath, Wanted wanted, Window into) {
    ListObjectsResponse page =
        access.client().call(stub -> stub.listObjects(request(directory, true).build()));
    if (page.getMore()) {
      return false;
    }
    KeyDecoder decoder = new KeyDecoder(directory, plainPath);
    for (ListEntry entry : page.getEntriesList()) {
      ObjectRow row = entry.getObject();
      byte[] key = decoder.key(row.getEncryptedKey().toByteArray());
      Child child = new Child.Found(key, decoder.lastDirectory(), row);
      if (wanted.accepts(child)) {
        into.offer(child);
      }
    }
    return !into.truncated();
  }

  /** Reads the children of a directory; answers how many there are. */
  long readChildren(Directory directory, byte[] plainPath, Wanted wanted, Window into) {
    ListObjectsRequest.Builder request = request(directory, false);
    long count = 0;
    while (true) {
      ListObjectsResponse page = access.client().call(stub -> stub.listObjects(request.build()));
      for (ListEntry entry : page.getEntriesList()) {
        Child child = child(directory, plainPath, entry);
        if (wanted.accepts(child)) {
          into.offer(child);
        }
      }
      count += page.getEntriesCount();
      if (!page.getMore() || page.getEntriesCount() == 0) {
        return count;
      }
      ListEntry last = page.getEntries(page.getEntriesCount() - 1);
      boolean isPrefix = last.getEntryCase() == ListEntry.EntryCase.ENCRYPTED_PREFIX;
      request
          .setCursor(isPrefix ? last.getEncryptedPrefix() : last.getObject().getEncryptedKey())
          .setCursorIsPrefix(isPrefix);
    }
  }

  private static Child child(Directory directory, byte[] plainPath, ListEntry entry) {
    if (entry.getEntryCase() == ListEntry.EntryCase.ENCRYPTED_PREFIX) {
      byte[] name = directory.nameOfDirectory(entry.getEncryptedPrefix().toByteArray());
      byte[] key = KeyBytes.concat(KeyBytes.concat(plainPath, name), new byte[] {'/'});
      return new Child.Below(key, name, directory);
    }
    ObjectRow row = entry.getObject();
    byte[] name = directory.nameOfObject(row.getEncryptedKey().toByteArray());
    return new Child.Found(KeyBytes.concat(plainPath, name), directory, row);
  }

  private static ListObjectsRequest.Builder request(Directory directory, boolean recursive) {
    return ListObjectsRequest.newBuilder()
        .setBucket(directory.bucket())
        .setEncryptedPrefix(ByteString.copyFrom(directory.encodedPath()))
        .setRecursive(recursive)
        .setLimit(PAGE);
  }
}
