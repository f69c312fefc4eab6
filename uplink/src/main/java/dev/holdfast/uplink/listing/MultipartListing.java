package dev.holdfast.uplink.listing;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.wire.ListMultipartsRequest;
import dev.holdfast.protocol.wire.ListMultipartsResponse;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.uplink.MultipartPage;
import dev.holdfast.uplink.MultipartPage.ListedMultipart;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyDecoder;
import dev.holdfast.uplink.encryption.KeyPath;
import dev.holdfast.uplink.encryption.KeyText;
import dev.holdfast.uplink.object.ProjectAccess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists unfinished multipart uploads in byte order of their keys, then by start, then by id. All
 * uploads below the prefix are read for each page, the smallest kept: uploads in flight are few.
 * Thread-safe.
 */
public final class MultipartListing {
  private static final int MAX_LIMIT = 1000;

  /** Uploads of one and the same key that a page can go on behind. */
  private static final int MAX_AT_MARKER = 10_000;

  private final ProjectAccess access;

  public MultipartListing(ProjectAccess access) {
    this.access = access;
  }

  /** An upload or a common prefix. */
  @SuppressWarnings("ArrayRecordComponent") // compared by ORDER only
  private record Item(byte[] key, long startedMillis, String uploadId) {
    static final Comparator<Item> ORDER =
        Comparator.comparing(Item::key, Arrays::compareUnsigned)
            .thenComparingLong(Item::startedMillis)
            .thenComparing(Item::uploadId);

    boolean isPrefix() {
      return uploadId.isEmpty();
    }
  }

  /**
   * One page.
   *
   * @param keyMarker only above this key, or at this key above the upload id marker
   */
  public MultipartPage page(
      String bucket,
      String prefix,
      @Nullable String delimiter,
      @Nullable String keyMarker,
      @Nullable String uploadIdMarker,
      int limit) {
    byte[] prefixBytes = KeyText.encode(prefix);
    byte[] delimiterBytes =
        delimiter == null || delimiter.isEmpty() ? null : KeyText.encode(delimiter);
    byte[] markerKey = keyMarker == null ? new byte[0] : KeyText.encode(keyMarker);
    int max = Math.clamp(limit, 1, MAX_LIMIT);
    TreeSet<Item> smallest = new TreeSet<>(Item.ORDER);
    List<Item> atMarker = new ArrayList<>();
    forEachMatching(
        bucket,
        prefixBytes,
        item -> {
          Item entry = grouped(item, prefixBytes.length, delimiterBytes);
          int order = Arrays.compareUnsigned(entry.key(), markerKey);
          if (order > 0) {
            add(smallest, entry, max);
          } else if (order == 0 && !entry.isPrefix() && atMarker.size() < MAX_AT_MARKER) {
            atMarker.add(entry);
          }
        });
    behindMarker(atMarker, uploadIdMarker).forEach(item -> add(smallest, item, max));
    boolean more = smallest.size() > max;
    if (more) {
      smallest.pollLast();
    }
    return new MultipartPage(
        smallest.stream()
            .filter(item -> !item.isPrefix())
            .map(item ->
                new ListedMultipart(
                    KeyText.decode(item.key()),
                    item.uploadId(),
                    Instant.ofEpochMilli(item.startedMillis())))
            .toList(),
        smallest.stream().filter(Item::isPrefix).map(item -> KeyText.decode(item.key())).toList(),
        more);
  }

  private static void add(TreeSet<Item> smallest, Item item, int max) {
    smallest.add(item);
    if (smallest.size() > max + 1) {
      smallest.pollLast();
    }
  }

  private void forEachMatching(String bucket, byte[] prefix, Consumer<Item> action) {
    KeyPath path = KeyPath.split(prefix);
    Directory base = access.keys().directory(bucket, path.directories());
    KeyDecoder decoder =
        new KeyDecoder(base, Arrays.copyOf(prefix, prefix.length - path.name().length));
    ListMultipartsRequest.Builder request =
        ListMultipartsRequest.newBuilder()
            .setBucket(bucket)
            .setEncryptedPrefix(ByteString.copyFrom(base.encodedPath()))
            .setLimit(MAX_LIMIT);
    while (true) {
      ListMultipartsResponse page =
          access.client().call(stub -> stub.listMultiparts(request.build()));
      for (ObjectRow row : page.getUploadsList()) {
        byte[] key = decoder.key(row.getEncryptedKey().toByteArray());
        if (KeyBytes.startsWith(key, prefix)) {
          String id =
              Base64.getUrlEncoder()
                  .withoutPadding()
                  .encodeToString(row.getObjectId().toByteArray());
          action.accept(new Item(key, row.getCreatedMillis(), id));
        }
      }
      if (!page.getMore() || page.getUploadsCount() == 0) {
        return;
      }
      ObjectRow last = page.getUploads(page.getUploadsCount() - 1);
      request.setAfterKey(last.getEncryptedKey()).setAfterObjectId(last.getObjectId());
    }
  }

  private static Item grouped(Item item, int prefixLength, byte @Nullable [] delimiter) {
    int at = delimiter == null ? -1 : KeyBytes.indexOf(item.key(), delimiter, prefixLength);
    return delimiter == null || at < 0
        ? item
        : new Item(Arrays.copyOf(item.key(), at + delimiter.length), 0, "");
  }

  /**
   * The uploads of the marker's key that come after the one it names; none when it names no upload.
   */
  private static List<Item> behindMarker(List<Item> atMarker, @Nullable String uploadIdMarker) {
    return atMarker.stream()
        .filter(item -> item.uploadId().equals(uploadIdMarker))
        .findFirst()
        .map(marker ->
            atMarker.stream().filter(item -> Item.ORDER.compare(item, marker) > 0).toList())
        .orElse(List.of());
  }
}
