package dev.holdfast.satellite.metadata;

import dev.holdfast.protocol.piece.RootPieceId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads segments that stand on nodes, for audit, piece confirmation and deletion. Thread-safe. */
public interface StoredSegments {
  /** Those of the asked segments that something still refers to. */
  Map<RootPieceId, StoredSegment> find(Connection connection, Collection<RootPieceId> roots)
      throws SQLException;

  /**
   * Up to {@code limit} segments in the order of their root piece ids, which are random.
   *
   * @param after exclusive; null: from the start
   */
  List<StoredSegment> page(Connection connection, @Nullable RootPieceId after, int limit)
      throws SQLException;
}
