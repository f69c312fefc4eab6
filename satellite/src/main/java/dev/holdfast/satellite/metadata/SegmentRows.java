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

  /** A segment and its plain offset in its part. */
  record Positioned(long plainOffset, Segment segment) {}

  /**
   * Plain bytes of a part.
   *
   * @param first may be negative: before the part
   * @param end exclusive; may be beyond the part
   * @param limit most segments
   */
  record Window(long first, long end, int limit) {}

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

  /**
   * Segments of an attempt that overlap a plain range, ascending; also one without bytes inside it.
   */
  static List<Positioned> overlapping(
      Connection connection, ByteString objectId, ByteString attemptId, Window window)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT idx, cipher_id, key_epoch, wrapped_segment_key, plain_bytes, block_bytes,
                   blocks_per_stripe, inline_ciphertext, root_piece_id, plain_offset
              FROM (SELECT *, sum(plain_bytes) OVER (ORDER BY idx) - plain_bytes AS plain_offset
                      FROM segments WHERE object_id = ? AND attempt_id = ?) AS s
             WHERE plain_offset < ? AND plain_offset + plain_bytes >= ?
               AND (plain_offset + plain_bytes > ? OR plain_bytes = 0)
             ORDER BY idx LIMIT ?\
            """)) {
      select.setBytes(1, objectId.toByteArray());
      select.setBytes(2, attemptId.toByteArray());
      select.setLong(3, window.end());
      select.setLong(4, window.first());
      select.setLong(5, window.first());
      select.setInt(6, window.limit());
      List<Positioned> segments = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          segments.add(new Positioned(rows.getLong(10), read(rows)));
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
