package dev.holdfast.satellite.audit;

import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.metadata.StoredSegments;
import java.sql.Connection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Stored segments in memory. */
public final class MemorySegments implements StoredSegments {
  private final ConcurrentSkipListMap<RootPieceId, StoredSegment> rows =
      new ConcurrentSkipListMap<>();

  public void put(StoredSegment segment) {
    rows.put(segment.root(), segment);
  }

  public void remove(RootPieceId root) {
    rows.remove(root);
  }

  @Override
  public Map<RootPieceId, StoredSegment> find(
      Connection connection, Collection<RootPieceId> roots) {
    Map<RootPieceId, StoredSegment> found = new HashMap<>(rows);
    found.keySet().retainAll(roots);
    return found;
  }

  @Override
  public List<StoredSegment> page(Connection connection, @Nullable RootPieceId after, int limit) {
    return (after == null ? rows : rows.tailMap(after, false))
        .values().stream().limit(limit).toList();
  }
}
