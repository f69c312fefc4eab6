package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL over stored segments and their reference counts. */
public final class StoredSegmentRows implements StoredSegments {
  private static final String COLUMNS =
      "s.root_piece_id, s.segment_root, s.share_layout, s.code_id, s.required, s.repair,"
          + " s.optimal, s.total, s.pieces, s.expires_millis, p.recovery_public_key";
  private static final String FROM =
      " FROM stored_segments s JOIN projects p ON p.project_id = s.project_id ";

  @Override
  public Map<RootPieceId, StoredSegment> find(Connection connection, Collection<RootPieceId> roots)
      throws SQLException {
    Map<RootPieceId, StoredSegment> found = new HashMap<>();
    if (roots.isEmpty()) {
      return found;
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT " + COLUMNS + FROM + "WHERE s.root_piece_id = ANY (?)")) {
      select.setArray(1, SqlArrays.bytes(connection, bytes(roots)));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          StoredSegment segment = read(rows);
          found.put(segment.root(), segment);
        }
      }
    }
    return found;
  }

  @Override
  public List<StoredSegment> page(Connection connection, @Nullable RootPieceId after, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + FROM
                + "WHERE s.root_piece_id > ? ORDER BY s.root_piece_id LIMIT ?")) {
      select.setBytes(1, after == null ? new byte[0] : after.toByteArray());
      select.setInt(2, limit);
      List<StoredSegment> page = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          page.add(read(rows));
        }
      }
      return page;
    }
  }

  /**
   * Adds rows with one reference each.
   *
   * @return false when one of the roots has a row already
   */
  boolean insert(
      Connection connection, UUID projectId, List<StoredSegment> segments, long nowMillis)
      throws SQLException {
    if (segments.isEmpty()) {
      return true;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO stored_segments (root_piece_id, project_id, segment_root, share_layout,"
                + " code_id, required, repair, optimal, total, pieces, reference_count,"
                + " created_millis, expires_millis) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"
                + " ON CONFLICT DO NOTHING")) {
      for (StoredSegment segment : segments) {
        RedundancyScheme scheme = segment.scheme();
        insert.setBytes(1, segment.root().toByteArray());
        insert.setObject(2, projectId);
        insert.setBytes(3, segment.segmentRoot().toByteArray());
        insert.setBytes(4, segment.shares().toByteArray());
        insert.setInt(5, scheme.codeId());
        insert.setInt(6, scheme.required());
        insert.setInt(7, scheme.repair());
        insert.setInt(8, scheme.optimal());
        insert.setInt(9, scheme.total());
        insert.setBytes(10, PieceList.encode(segment.pieces()));
        insert.setLong(11, nowMillis);
        insert.setLong(12, segment.expires() == null ? 0 : segment.expires().toEpochMilli());
        insert.addBatch();
      }
      int inserted = 0;
      for (int count : insert.executeBatch()) {
        inserted += count;
      }
      return inserted == segments.size();
    }
  }

  void addReferences(Connection connection, Map<ByteString, Integer> counts) throws SQLException {
    change(connection, counts, 1);
  }

  /**
   * Takes references away and the rows that have none left.
   *
   * @return the segments whose last reference went
   */
  List<StoredSegment> release(Connection connection, Map<ByteString, Integer> counts)
      throws SQLException {
    List<ByteString> unreferenced = change(connection, counts, -1);
    if (unreferenced.isEmpty()) {
      return List.of();
    }
    List<RootPieceId> roots =
        unreferenced.stream().map(root -> RootPieceId.of(root.toByteArray())).toList();
    List<StoredSegment> gone = List.copyOf(find(connection, roots).values());
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM stored_segments WHERE root_piece_id = ANY (?)")) {
      delete.setArray(1, SqlArrays.bytes(connection, unreferenced));
      delete.executeUpdate();
    }
    return gone;
  }

  private static List<ByteString> change(
      Connection connection, Map<ByteString, Integer> counts, int sign) throws SQLException {
    List<ByteString> unreferenced = new ArrayList<>();
    if (counts.isEmpty()) {
      return unreferenced;
    }
    List<ByteString> roots = new ArrayList<>(counts.keySet());
    // In one order everywhere, so that two transactions do not lock the same rows crosswise.
    roots.sort(ByteString.unsignedLexicographicalComparator());
    List<Integer> changes =
        roots.stream().map(root -> sign * counts.getOrDefault(root, 0)).toList();
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE stored_segments AS s SET reference_count = s.reference_count + d.change"
                + " FROM unnest(?, ?) AS d (root, change) WHERE s.root_piece_id = d.root"
                + " RETURNING s.root_piece_id, s.reference_count")) {
      update.setArray(1, SqlArrays.bytes(connection, roots));
      update.setArray(2, SqlArrays.ints(connection, changes));
      int rowCount = 0;
      try (ResultSet rows = update.executeQuery()) {
        while (rows.next()) {
          rowCount++;
          if (rows.getInt(2) == 0) {
            unreferenced.add(ByteString.copyFrom(rows.getBytes(1)));
          }
        }
      }
      if (rowCount != roots.size()) {
        throw new IllegalStateException(
            "%d of %d stored segments are missing though segments refer to them"
                .formatted(roots.size() - rowCount, roots.size()));
      }
    }
    return unreferenced;
  }

  private static List<ByteString> bytes(Collection<RootPieceId> roots) {
    return roots.stream().map(root -> ByteString.copyFrom(root.toByteArray())).toList();
  }

  private static StoredSegment read(ResultSet row) throws SQLException {
    long expires = row.getLong(10);
    return new StoredSegment(
        RootPieceId.of(row.getBytes(1)),
        Bytes32.of(row.getBytes(2)),
        ShareLayout.read(ByteBuffer.wrap(row.getBytes(3))),
        new RedundancyScheme(
            row.getInt(4), row.getInt(5), row.getInt(6), row.getInt(7), row.getInt(8)),
        Bytes32.of(row.getBytes(11)),
        PieceList.decode(row.getBytes(9)),
        expires == 0 ? null : Instant.ofEpochMilli(expires));
  }
}
