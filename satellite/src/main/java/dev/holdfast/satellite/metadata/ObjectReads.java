package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens objects. Thread-safe. */
public final class ObjectReads {
  /** Most segments of one answer. */
  public static final int MAX_SEGMENTS = 16;

  private static final int MAX_PARTS = 10_000;

  private final MetadataStore store;

  public ObjectReads(MetadataStore store) {
    this.store = store;
  }

  /**
   * What is asked for.
   *
   * @param version 0: the current one
   * @param objectId when not empty, it must be this very object
   * @param range null: no segments
   * @param segmentLimit 1 to {@link #MAX_SEGMENTS}
   */
  public record Query(
      ObjectAddress address,
      long version,
      ByteString objectId,
      @Nullable PlainRange range,
      int segmentLimit) {}

  /**
   * @throws HoldfastException bucket-not-found, object-not-found, object-changed, range-invalid
   */
  public OpenedObject open(Query query) {
    return store.database().read(connection -> open(connection, query));
  }

  /** What this satellite keeps in all. */
  public UsageTotals totals() {
    return store.database().read(UsageRows::total);
  }

  /** Those of the roots whose segments belong to the project with this recovery key. */
  public Set<RootPieceId> ownRoots(Bytes32 recoveryPublicKey, Set<RootPieceId> roots) {
    Map<RootPieceId, StoredSegment> found =
        store.database().read(connection -> store.storedSegments().find(connection, roots));
    Set<RootPieceId> own = new HashSet<>();
    found.forEach((root, segment) -> {
      if (segment.recoveryPublicKey().equals(recoveryPublicKey)) {
        own.add(root);
      }
    });
    return own;
  }

  private OpenedObject open(Connection connection, Query query) throws SQLException {
    ObjectVersion object = find(store, connection, query.address(), query.version());
    if (!query.objectId().isEmpty() && !object.objectId().equals(query.objectId())) {
      throw new HoldfastException(
          ErrorCode.OBJECT_CHANGED, "the object was replaced while it was read; read it again");
    }
    List<ObjectPart> parts = PartRows.list(connection, object.objectId(), 0, MAX_PARTS);
    if (query.range() == null) {
      return new OpenedObject(object, parts, List.of(), Map.of(), false);
    }
    return withSegments(connection, object, parts, query.range(), query.segmentLimit());
  }

  /** The row, if it is there and has not expired. */
  static ObjectVersion find(
      MetadataStore store, Connection connection, ObjectAddress address, long version)
      throws SQLException {
    Optional<ObjectVersion> found =
        ObjectRows.find(connection, address, version).filter(store::isAlive);
    if (found.isPresent()) {
      return found.get();
    }
    var _ = Buckets.require(connection, address.projectId(), address.bucket());
    throw new HoldfastException(
        ErrorCode.OBJECT_NOT_FOUND,
        version == 0
            ? "no such object in bucket '" + address.bucket() + "'"
            : "no such version of the object in bucket '" + address.bucket() + "'");
  }

  private OpenedObject withSegments(
      Connection connection,
      ObjectVersion object,
      List<ObjectPart> parts,
      PlainRange range,
      int limit)
      throws SQLException {
    long size = object.plainBytes();
    long first = range.first(size);
    long end = range.end(size);
    if (first < 0 || first > size || (range.length() < -1)) {
      throw new HoldfastException(
          ErrorCode.RANGE_INVALID,
          "range from %d of %d bytes asks for an object of %d bytes"
              .formatted(range.offset(), range.length(), size));
    }
    List<OpenedObject.PlacedSegment> chosen = new ArrayList<>();
    long offset = 0;
    for (ObjectPart part : parts) {
      long partEnd = offset + part.plainBytes();
      // An object of 0 bytes is one segment without bytes, which a reader still has to
      // authenticate.
      if ((offset < end && partEnd > first) || size == 0) {
        // One more than asked for tells whether there are more.
        SegmentRows.Window window =
            new SegmentRows.Window(
                first - offset, size == 0 ? 1 : end - offset, limit + 1 - chosen.size());
        for (SegmentRows.Positioned segment :
            SegmentRows.overlapping(connection, object.objectId(), part.attemptId(), window)) {
          chosen.add(
              new OpenedObject.PlacedSegment(
                  part.part(), offset + segment.plainOffset(), segment.segment()));
        }
      }
      offset = partEnd;
      if (chosen.size() > limit || offset >= end) {
        break;
      }
    }
    boolean more = chosen.size() > limit;
    List<OpenedObject.PlacedSegment> page = more ? chosen.subList(0, limit) : chosen;
    return new OpenedObject(object, parts, page, stored(connection, page), more);
  }

  private Map<RootPieceId, StoredSegment> stored(
      Connection connection, List<OpenedObject.PlacedSegment> segments) throws SQLException {
    Set<RootPieceId> roots = new HashSet<>();
    for (OpenedObject.PlacedSegment segment : segments) {
      if (segment.segment().content() instanceof SegmentContent.Stored remote) {
        roots.add(remote.root());
      }
    }
    return store.storedSegments().find(connection, roots);
  }
}
