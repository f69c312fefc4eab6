package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.piecestore.EventBatch.Subject;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one disk. A piece is stored once {@link PiecePut#commit} has returned and is then
 * found after any crash; a deleted piece is held in trash first. Damage to the files makes single
 * pieces unreadable, never the store. Thread-safe; threads that use it must not be interrupted.
 */
public final class PieceStore implements AutoCloseable {
  /** The largest piece taken in, in bytes. */
  public static final long MAX_PIECE_BYTES = 128L << 20;

  /** Pieces up to this size are kept in memory until they are complete. */
  static final int SPOOL_BYTES = 256 << 10;

  private final StoreState state;
  private final Maintenance maintenance;

  private PieceStore(StoreState state) {
    this.state = state;
    this.maintenance = new Maintenance(state);
  }

  /**
   * Opens the store on a disk, empty or used before, and rebuilds what its index lacks from the
   * logs.
   *
   * @param random salts for log names; must not be predictable by strangers
   * @throws HoldfastException {@code version-unsupported} for logs of a newer version, {@code
   *     storage-failed}
   */
  public static PieceStore open(
      Disk disk, PieceStoreConfig config, InstantSource clock, RandomGenerator random) {
    StoreState state = new StoreState(disk, config, clock, random);
    try {
      new Recovery(state).run();
    } catch (IOException e) {
      throw failed("open the piece store", e);
    }
    return new PieceStore(state);
  }

  /**
   * Begins to store a piece.
   *
   * @param shareBytes share size of every stripe but the last
   * @param maxBytes the most bytes that may come; so much space is held until the put ends
   * @throws HoldfastException {@code node-full}, {@code storage-failed}; {@code bad-request} for a
   *     piece that may be larger than {@link #MAX_PIECE_BYTES}
   */
  public PiecePut beginPut(PieceId id, int shareBytes, long maxBytes) {
    if (maxBytes > MAX_PIECE_BYTES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "A piece has at most "
              + MAX_PIECE_BYTES
              + " bytes, "
              + id
              + " may have "
              + maxBytes
              + ".");
    }
    return PiecePut.begin(this, state, id, shareBytes, maxBytes);
  }

  /**
   * Opens a live piece for reading; null if it is not stored here, deleted, expired, or its head is
   * damaged.
   */
  public @Nullable StoredPiece open(PieceId id) throws IOException {
    long now = state.nowMillis();
    PieceEntry entry = state.locked(() -> state.index().get(id));
    if (entry == null || entry.state() != PieceEntry.State.LIVE || entry.dueMillis() <= now) {
      return null;
    }
    return openAnyState(id);
  }

  private @Nullable StoredPiece openAnyState(PieceId id) throws IOException {
    record Found(PieceLog log, PieceEntry entry) {}
    Found found =
        state.locked(() -> {
          PieceEntry entry = state.index().get(id);
          PieceLog log = entry == null ? null : state.logs().get(entry.log());
          if (entry == null || log == null) {
            return null;
          }
          log.acquire();
          return new Found(log, entry);
        });
    return found == null ? null : StoredPiece.open(state, found.log(), found.entry());
  }

  /**
   * What a repeated put finds: the header of the piece as it stays, or null if the new bytes are
   * needed. The caller holds the claim.
   */
  @Nullable PieceHeader keepExisting(PieceId id, Bytes32 pieceRoot) throws IOException {
    try (StoredPiece existing = openAnyState(id)) {
      if (existing == null) {
        return null;
      }
      PieceEntry.State found = existing.entry().state();
      if (!existing.header().pieceRoot().equals(pieceRoot) || found == PieceEntry.State.RELEASED) {
        throw new HoldfastException(
            ErrorCode.PIECE_EXISTS_WITH_OTHER_ROOT,
            "Piece "
                + id
                + " was stored here before with other bytes, or deleted; ask for limits with a new piece id.");
      }
      if (!existing.isIntact()) {
        return null;
      }
      Instant expires = existing.header().expires();
      long due = expires == null ? PieceEntry.NEVER : expires.toEpochMilli();
      EventBatch.Subject subject = new Subject(id, existing.entry().sequence());
      EventBatch restored =
          new EventBatch(
              EventBatch.Kind.RESTORE,
              state.takeSequence(),
              state.nowMillis(),
              due,
              List.of(subject));
      state.append(restored).commits().sync();
      return withSequence(existing.header(), restored.sequence());
    }
  }

  private PieceHeader withSequence(PieceHeader header, long sequence) {
    return new PieceHeader(
        header.id(),
        header.layout(),
        header.pieceRoot(),
        header.segmentRoot(),
        header.piecePath(),
        header.ownerCommitment(),
        header.expires(),
        Instant.ofEpochMilli(state.nowMillis()),
        sequence);
  }

  /**
   * Moves live pieces to trash and returns how many there were; unknown ones and those already
   * there do not count. Durable when it returns.
   */
  public int trash(List<PieceId> ids) {
    List<Subject> subjects = new ArrayList<>();
    Set<PieceId> once = new HashSet<>(ids);
    state.run(() -> {
      for (PieceId id : once) {
        PieceEntry entry = state.index().get(id);
        if (entry != null && entry.state() == PieceEntry.State.LIVE) {
          subjects.add(new Subject(id, entry.sequence()));
        }
      }
    });
    try {
      long now = state.nowMillis();
      long due = now + state.config().trashHold().toMillis();
      for (int from = 0; from < subjects.size(); from += EventBatch.MAX_SUBJECTS) {
        List<Subject> part =
            subjects.subList(from, Math.min(subjects.size(), from + EventBatch.MAX_SUBJECTS));
        EventBatch batch =
            new EventBatch(EventBatch.Kind.TRASH, state.takeSequence(), now, due, part);
        state.append(batch).commits().sync();
      }
    } catch (IOException e) {
      throw failed("move pieces to trash", e);
    }
    return subjects.size();
  }

  /** One stored piece in a listing. */
  public record ListedPiece(PieceId id, long pieceBytes, Instant received, long sequence) {}

  /**
   * A page of live pieces behind a piece id in the order of ids; fewer than the limit mean the end.
   */
  public List<ListedPiece> list(@Nullable PieceId after, int limit) {
    Comparator<ListedPiece> order = Comparator.comparing(ListedPiece::id);
    PriorityQueue<ListedPiece> page = new PriorityQueue<>(order.reversed());
    state.run(() ->
        state
            .index()
            .forEachSlot(slot -> {
              if (state.index().stateAt(slot) != PieceEntry.State.LIVE.id()) {
                return;
              }
              PieceId id = state.index().idAt(slot);
              if (after == null || id.compareTo(after) > 0) {
                keep(page, listed(slot), order, limit);
              }
            }));
    return page.stream().sorted(order).toList();
  }

  /**
   * Live pieces received before an instant with a sequence above the given one, lowest sequences
   * first.
   */
  public List<ListedPiece> receivedBefore(Instant before, long afterSequence, int limit) {
    Comparator<ListedPiece> order = Comparator.comparingLong(ListedPiece::sequence);
    PriorityQueue<ListedPiece> page = new PriorityQueue<>(order.reversed());
    state.run(() ->
        state
            .index()
            .forEachSlot(slot -> {
              if (state.index().stateAt(slot) == PieceEntry.State.LIVE.id()
                  && state.index().sequenceAt(slot) > afterSequence
                  && state.index().receivedSecondsAt(slot) < before.getEpochSecond()) {
                keep(page, listed(slot), order, limit);
              }
            }));
    return page.stream().sorted(order).toList();
  }

  private ListedPiece listed(long slot) {
    PieceEntry entry = state.index().entryAt(slot);
    return new ListedPiece(
        entry.id(),
        entry.pieceBytes(),
        Instant.ofEpochSecond(entry.receivedSeconds()),
        entry.sequence());
  }

  private static void keep(
      PriorityQueue<ListedPiece> page,
      ListedPiece candidate,
      Comparator<ListedPiece> order,
      int limit) {
    ListedPiece last = page.peek();
    if (page.size() < limit) {
      page.add(candidate);
    } else if (last != null && order.compare(candidate, last) < 0) {
      page.poll();
      page.add(candidate);
    }
  }

  /** Where the bytes are now. */
  public SpaceLedger space() {
    try {
      return state.space(state.disk().usableBytes());
    } catch (IOException e) {
      return state.space(0);
    }
  }

  /** The steps that give space back; call it every few seconds, from one thread at a time. */
  public Maintenance maintenance() {
    return maintenance;
  }

  /**
   * Writes a checkpoint, so that the next start is fast, and closes the files. No call may be under
   * way or follow.
   */
  @Override
  public void close() throws IOException {
    try {
      maintenance.checkpoint();
    } finally {
      for (PieceLog log : state.snapshot()) {
        StoreState.close(state.locked(log::retire));
      }
      state.run(() -> state.index().close());
    }
  }

  static HoldfastException failed(String step, IOException cause) {
    return new HoldfastException(
        ErrorCode.STORAGE_FAILED,
        "The node's disk failed to " + step + ": " + cause.getMessage(),
        cause);
  }
}
