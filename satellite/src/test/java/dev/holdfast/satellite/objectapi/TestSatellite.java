package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.apikeys.ApiKeys;
import dev.holdfast.satellite.audit.SuspectedPiece;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.deletions.DeletionQueue;
import dev.holdfast.satellite.metadata.ExpiryChore;
import dev.holdfast.satellite.metadata.MetadataStore;
import dev.holdfast.satellite.metadata.ObjectReads;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.projects.Buckets;
import dev.holdfast.satellite.projects.Project;
import dev.holdfast.satellite.projects.Projects;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The metadata side of a satellite on a real database, with a clock that tests turn and fake nodes.
 */
final class TestSatellite implements InstantSource {
  static final Duration COMMIT_WINDOW = Duration.ofHours(1);

  final Database database;
  final MetadataStore store;
  final ApiKeys apiKeys;
  final Project project;
  final ObjectApiService service;
  final FakeLimits nodes = new FakeLimits(6);
  final List<SuspectedPiece> suspicions = new CopyOnWriteArrayList<>();
  final AtomicInteger abortsToInject = new AtomicInteger();
  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));

  TestSatellite(Database database, Path secretsFolder) {
    this.database = database;
    createDeletionTable(database);
    SatelliteSecrets secrets = SatelliteSecrets.open(secretsFolder, random);
    this.store = new MetadataStore(database, new RecordedDeletions(), this, random, COMMIT_WINDOW);
    Projects projects = new Projects(database, this, random);
    this.apiKeys = new ApiKeys(secrets, database, this, random);
    this.project = projects.create("test", Bytes32.of(randomBytes(32)));
    this.service =
        new ObjectApiService(
            store,
            projects,
            new Buckets(database, this, random),
            apiKeys,
            secrets,
            suspicions::addAll,
            new ObjectApiSettings(
                nodes, nodes, new SchemeChoice(nodes, null), 16_384, COMMIT_WINDOW, this, random));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  void advance(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }

  ExpiryChore.Report expire() {
    return new ExpiryChore(store).runOnce();
  }

  ObjectReads reads() {
    return new ObjectReads(store);
  }

  byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  ByteString id() {
    return ByteString.copyFrom(randomBytes(16));
  }

  /** Calls as the server would, with the key in the call's context; refusals come as exceptions. */
  <Q, A> A call(ApiKey key, BiConsumer<Q, StreamObserver<A>> method, Q request) {
    AtomicReference<@Nullable A> answer = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    StreamObserver<A> observer =
        new StreamObserver<>() {
          @Override
          public void onNext(A value) {
            answer.set(value);
          }

          @Override
          public void onError(Throwable t) {
            failure.set(t);
          }

          @Override
          public void onCompleted() {}
        };
    Context.current()
        .withValue(ApiKeyHeader.CONTEXT, key.serialize())
        .run(() -> method.accept(request, observer));
    if (failure.get() instanceof StatusRuntimeException refused) {
      throw GrpcErrors.fromGrpc(refused);
    }
    A value = answer.get();
    if (value == null) {
      throw new HoldfastException(ErrorCode.INTERNAL, "no answer", failure.get());
    }
    return value;
  }

  /** What was queued for deletion of a root so far. */
  Set<PlacedPiece> deleted(RootPieceId root) {
    return database.read(connection -> {
      Set<PlacedPiece> pieces = new HashSet<>();
      try (PreparedStatement select =
          connection.prepareStatement("SELECT piece, alias FROM test_deletions WHERE root = ?")) {
        select.setBytes(1, root.toByteArray());
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            pieces.add(new PlacedPiece(rows.getInt(1), rows.getInt(2)));
          }
        }
      }
      return pieces;
    });
  }

  private static void createDeletionTable(Database database) {
    database.write(
        UnknownOutcome.REPEAT,
        connection -> {
          try (PreparedStatement create =
              connection.prepareStatement(
                  "CREATE TABLE IF NOT EXISTS test_deletions (root bytea, piece int, alias int)")) {
            return create.executeUpdate();
          }
        });
  }

  /** Inside the caller's transaction, as the real queue: what is rolled back was never queued. */
  private final class RecordedDeletions implements DeletionQueue {
    @Override
    public void enqueue(Connection transaction, RootPieceId root, List<PlacedPiece> pieces)
        throws SQLException {
      if (abortsToInject.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new SQLException("injected", "40001");
      }
      try (PreparedStatement insert =
          transaction.prepareStatement("INSERT INTO test_deletions VALUES (?, ?, ?)")) {
        for (PlacedPiece piece : new ArrayList<>(pieces)) {
          insert.setBytes(1, root.toByteArray());
          insert.setInt(2, piece.pieceNumber());
          insert.setInt(3, piece.nodeAlias());
          insert.addBatch();
        }
        insert.executeBatch();
      }
    }
  }
}
