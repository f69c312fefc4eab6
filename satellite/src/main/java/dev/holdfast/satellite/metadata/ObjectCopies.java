package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Copies objects inside a project: the new row, whose object key the uplink has wrapped again,
 * shares the stored segments of the source. Thread-safe.
 */
public final class ObjectCopies {
  private final MetadataStore store;
  private final ObjectPlacement placement;

  public ObjectCopies(MetadataStore store) {
    this.store = store;
    this.placement = new ObjectPlacement(store);
  }

  /**
   * A copy.
   *
   * @param sourceVersion 0: the current one
   * @param sourceObjectId must be that of the source, whose key was wrapped again
   * @param object of the copy; sizes and times are set here
   */
  public record Request(
      ObjectAddress source,
      long sourceVersion,
      ByteString sourceObjectId,
      ObjectAddress target,
      ObjectVersion object,
      CommitConditions conditions,
      boolean mayReplace) {}

  /**
   * @throws HoldfastException object-not-found, object-changed, precondition-failed, delete-denied
   */
  public Committed copy(Request request) {
    return store.database().write(UnknownOutcome.REPEAT, connection -> copy(connection, request));
  }

  private Committed copy(Connection connection, Request request) throws SQLException {
    ObjectAddress target = request.target();
    UUID bucketId = Buckets.require(connection, target.projectId(), target.bucket()).id();
    Optional<Committed> earlier = placement.earlier(connection, bucketId, request.object());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    ObjectVersion source =
        ObjectReads.find(store, connection, request.source(), request.sourceVersion());
    if (!source.objectId().equals(request.sourceObjectId())) {
      throw new HoldfastException(
          ErrorCode.OBJECT_CHANGED, "the source was replaced before it was copied; copy it again");
    }
    requireLastingPieces(connection, source, request.object().expiresMillis());
    ByteString targetId = request.object().objectId();
    // The references of the copy come before those of a replaced object go: a copy onto itself must
    // not
    // lose its pieces in between.
    PartRows.copy(connection, source.objectId(), targetId);
    SegmentRows.Content content = SegmentRows.copy(connection, source.objectId(), targetId);
    store.storedSegments().addReferences(connection, content.references());
    return switch (placement.place(
        connection,
        bucketId,
        request.object().sized(source.plainBytes()),
        request.conditions(),
        request.mayReplace())) {
      case ObjectPlacement.Earlier again -> again.committed();
      case ObjectPlacement.Placed placed -> {
        store
            .usage()
            .append(
                connection,
                target.projectId(),
                placed.change().plus(UsageChange.inline(content.inlineBytes())));
        yield placed.committed();
      }
    };
  }

  private static void requireLastingPieces(
      Connection connection, ObjectVersion source, long expiresMillis) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT min(t.expires_millis) FROM parts p"
                + " JOIN segments s ON s.object_id = p.object_id AND s.attempt_id = p.attempt_id"
                + " JOIN stored_segments t ON t.root_piece_id = s.root_piece_id"
                + " WHERE p.object_id = ? AND t.expires_millis > 0")) {
      select.setBytes(1, source.objectId().toByteArray());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        long earliest = row.getLong(1);
        if (earliest != 0 && (expiresMillis == 0 || expiresMillis > earliest)) {
          throw new HoldfastException(
              ErrorCode.BAD_REQUEST,
              "the source's pieces expire at %s, before the copy would; read the source and write it anew"
                  .formatted(Instant.ofEpochMilli(earliest)));
        }
      }
    }
  }
}
