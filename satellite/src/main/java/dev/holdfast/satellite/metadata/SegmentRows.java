package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.BlockLayout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SQL over segments. */
final class SegmentRows {
  /** What deleted or copied segments held: inline bytes, and references by root. */
  record Content(long inlineBytes, Map<ByteString, Integer> references) {}

  /** Where one segment stands in an object, without its content. */
  record Position(ByteString attemptId, int index, long plainBytes) {}

  private SegmentRows() {}

  static void insert(
      Connection connection, ByteString objectId, ByteString attemptId, List<Segment> segments)
      throws SQLException {
    if (segments.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO segments (object_id, attempt_id, idx, cipher_id, key_epoch,"
                + " wrapped_segment_key, plain_bytes, block_bytes, blocks_per_stripe,"
                + " inline_ciphertext, root_piece_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Segment segment : segments) {
        insert.setBytes(1, objectId.toByteArray());
        insert.setBytes(2, attemptId.toByteArray());
        insert.setInt(3, segment.index());
        insert.setInt(4, segment.cipherId());
        insert.setInt(5, segment.keyEpoch());
        insert.setBytes(6, segment.wrappedSegmentKey().toByteArray());
        insert.setLong(7, segment.layout().plainBytes());
        insert.setInt(8, segment.layout().blockBytes());
        insert.setInt(9, segment.layout().blocksPerStripe());
        switch (segment.content()) {
          case SegmentContent.Inline inline -> {
            insert.setBytes(10, inline.ciphertext().toByteArray());
            insert.setNull(11, Types.BINARY);
          }
          case SegmentContent.Stored stored -> {
            insert.setNull(10, Types.BINARY);
            insert.setBytes(11, stored.root().toByteArray());
          }
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** All positions of the attempts, by attempt and index, to find which hold a plain range. */
  static List<Position> positions(
      Connection connection, ByteString objectId, Collection<ByteString> attempts)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT attempt_id, idx, plain_bytes FROM segments"
                + " WHERE object_id = ? AND attempt_id = ANY (?) ORDER BY attempt_id, idx")) {
      select.setBytes(1, objectId.toByteArray());
      select.setArray(2, SqlArrays.bytes(connection, attempts));
      List<Position> positions = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          positions.add(
              new Position(ByteString.copyFrom(rows.getBytes(1)), rows.getInt(2), rows.getLong(3)));
        }
      }
      return positions;
    }
  }

  /** Segments of an attempt in ascending order. */
  static List<Segment> find(
      Connection connection, ByteString objectId, ByteString attemptId, int first, int last)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT idx, cipher_id, key_epoch, wrapped_segment_key, plain_bytes, block_bytes,"
                + " blocks_per_stripe, inline_ciphertext, root_piece_id FROM segments"
                + " WHERE object_id = ? AND attempt_id = ? AND idx BETWEEN ? AND ? ORDER BY idx")) {
      select.setBytes(1, objectId.toByteArray());
      select.setBytes(2, attemptId.toByteArray());
      select.setInt(3, first);
      select.setInt(4, last);
      List<Segment> segments = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          segments.add(read(rows));
        }
      }
      return segments;
    }
  }

  /** Root by index of the attempt's segments; null stands for inline content. */
  static Map<Integer, SegmentSummary> summaries(
      Connection connection, ByteString objectId, ByteString attemptId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT s.idx, s.plain_bytes, s.root_piece_id, coalesce(t.expires_millis, 0)"
                + " FROM segments s LEFT JOIN stored_segments t ON t.root_piece_id = s.root_piece_id"
                + " WHERE s.object_id = ? AND s.attempt_id = ?")) {
      select.setBytes(1, objectId.toByteArray());
      select.setBytes(2, attemptId.toByteArray());
      Map<Integer, SegmentSummary> summaries = new HashMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          byte[] root = rows.getBytes(3);
          summaries.put(
              rows.getInt(1),
              new SegmentSummary(
                  rows.getLong(2),
                  root == null ? ByteString.EMPTY : ByteString.copyFrom(root),
                  rows.getLong(4)));
        }
      }
      return summaries;
    }
  }

  /** Deletes all segments of the attempts. */
  static Content delete(Connection connection, Collection<AttemptRows.Key> attempts)
      throws SQLException {
    if (attempts.isEmpty()) {
      return new Content(0, Map.of());
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM segments AS s USING unnest(?, ?) AS d (object_id, attempt_id)"
                + " WHERE s.object_id = d.object_id AND s.attempt_id = d.attempt_id"
                + " RETURNING s.root_piece_id, coalesce(octet_length(s.inline_ciphertext), 0)")) {
      delete.setArray(
          1,
          SqlArrays.bytes(connection, attempts.stream().map(AttemptRows.Key::objectId).toList()));
      delete.setArray(
          2,
          SqlArrays.bytes(connection, attempts.stream().map(AttemptRows.Key::attemptId).toList()));
      return content(delete);
    }
  }

  /** Deletes some segments of one attempt. */
  static Content delete(
      Connection connection, ByteString objectId, ByteString attemptId, List<Integer> indexes)
      throws SQLException {
    if (indexes.isEmpty()) {
      return new Content(0, Map.of());
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM segments WHERE object_id = ? AND attempt_id = ? AND idx = ANY (?)"
                + " RETURNING root_piece_id, coalesce(octet_length(inline_ciphertext), 0)")) {
      delete.setBytes(1, objectId.toByteArray());
      delete.setBytes(2, attemptId.toByteArray());
      delete.setArray(3, SqlArrays.ints(connection, indexes));
      return content(delete);
    }
  }

  /** Gives the segments of all parts of one object to another object, under the same attempts. */
  static Content copy(Connection connection, ByteString sourceId, ByteString targetId)
      throws SQLException {
    try (PreparedStatement copy =
        connection.prepareStatement(
            """
            INSERT INTO segments (object_id, attempt_id, idx, cipher_id, key_epoch,
                   wrapped_segment_key, plain_bytes, block_bytes, blocks_per_stripe,
                   inline_ciphertext, root_piece_id)
            SELECT ?, s.attempt_id, s.idx, s.cipher_id, s.key_epoch,
                   s.wrapped_segment_key, s.plain_bytes, s.block_bytes, s.blocks_per_stripe,
                   s.inline_ciphertext, s.root_piece_id
              FROM segments s JOIN parts p
                ON p.object_id = s.object_id AND p.attempt_id = s.attempt_id
             WHERE s.object_id = ?
            RETURNING root_piece_id, coalesce(octet_length(inline_ciphertext), 0)\
            """)) {
      copy.setBytes(1, targetId.toByteArray());
      copy.setBytes(2, sourceId.toByteArray());
      return content(copy);
    }
  }

  private static Content content(PreparedStatement statement) throws SQLException {
    long inlineBytes = 0;
    Map<ByteString, Integer> references = new HashMap<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        byte[] root = rows.getBytes(1);
        if (root != null) {
          references.merge(ByteString.copyFrom(root), 1, Integer::sum);
        }
        inlineBytes += rows.getInt(2);
      }
    }
    return new Content(inlineBytes, references);
  }

  private static Segment read(ResultSet row) throws SQLException {
    byte[] inline = row.getBytes(8);
    return new Segment(
        row.getInt(1),
        row.getInt(2),
        row.getInt(3),
        ByteString.copyFrom(row.getBytes(4)),
        new BlockLayout(row.getLong(5), row.getInt(6), row.getInt(7)),
        inline == null
            ? new SegmentContent.Stored(RootPieceId.of(row.getBytes(9)))
            : new SegmentContent.Inline(ByteString.copyFrom(inline)));
  }
}
