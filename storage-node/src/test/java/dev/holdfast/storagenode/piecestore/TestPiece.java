package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A piece with random bytes and honest roots, stored and compared by the tests. */
record TestPiece(PieceId id, ShareLayout layout, byte[] bytes, PieceFacts facts) {
  static TestPiece random(RandomGenerator random, int shareBytes, int lastShareBytes, int stripes) {
    return random(random, shareBytes, lastShareBytes, stripes, null);
  }

  static TestPiece random(
      RandomGenerator random,
      int shareBytes,
      int lastShareBytes,
      int stripes,
      @Nullable Instant expires) {
    int total = 1 + random.nextInt(10);
    ShareLayout layout =
        new ShareLayout(HashAlgorithm.SHA_256, shareBytes, lastShareBytes, stripes, total);
    PieceId id =
        new PieceId(new RootPieceId(random.nextLong(), random.nextLong()), random.nextInt(total));
    byte[] bytes = new byte[(int) layout.pieceBytes()];
    random.nextBytes(bytes);
    return of(random, id, layout, bytes, expires);
  }

  static TestPiece of(
      RandomGenerator random,
      PieceId id,
      ShareLayout layout,
      byte[] bytes,
      @Nullable Instant expires) {
    PieceHasher hasher = new PieceHasher(layout.hash(), layout.shareBytes(), id.pieceNumber());
    hasher.update(ByteBuffer.wrap(bytes));
    List<Bytes32> path = new ArrayList<>();
    for (int i = 0; i < PieceHead.widestPath(layout.total()); i++) {
      path.add(hash(random));
    }
    Bytes32 pieceRoot = Bytes32.of(hasher.root());
    PieceFacts facts =
        new PieceFacts(
            pieceRoot,
            hash(random),
            path,
            hasher.leaves().stream().map(Bytes32::of).toList(),
            hash(random),
            expires);
    return new TestPiece(id, layout, bytes, facts);
  }

  static Bytes32 hash(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Bytes32.of(bytes);
  }

  PieceHeader store(PieceStore store) {
    try (PiecePut put = store.beginPut(id, layout.shareBytes(), layout.pieceBytes())) {
      put.write(ByteBuffer.wrap(bytes));
      return put.commit(layout, facts);
    }
  }

  /** Whether the store gives these very bytes and facts back. */
  boolean isWholeIn(PieceStore store) throws IOException {
    try (StoredPiece stored = store.open(id)) {
      if (stored == null) {
        return false;
      }
      ByteBuffer read = ByteBuffer.allocate(bytes.length);
      stored.read(0, read);
      return Arrays.equals(read.array(), bytes)
          && stored.header().layout().equals(layout)
          && stored.header().pieceRoot().equals(facts.pieceRoot())
          && stored.header().segmentRoot().equals(facts.segmentRoot())
          && stored.header().piecePath().equals(facts.piecePath())
          && stored.header().ownerCommitment().equals(facts.ownerCommitment())
          && facts.leaves().equals(stored.leaves())
          && stored.isIntact();
    }
  }
}
