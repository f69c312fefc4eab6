package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.storagenode.piecestore.LogFormat.RegionKind;
import dev.holdfast.storagenode.piecestore.PieceLogs.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * One piece on its way in. Its bytes go straight to their place in a reserved region of a log;
 * until {@link #commit} has synced the head nothing of it is visible, now or after a crash. Ends
 * with commit or {@link #close}. For one thread.
 */
public final class PiecePut implements AutoCloseable {
  private final PieceStore store;
  private final StoreState state;
  private final PieceId id;
  private final ShareLayout layout;
  private final Region region;
  private final int[] checksums;
  private final CRC32C crc = new CRC32C();
  private long written;
  private int stripe;
  private int inShare;
  private boolean finished;
  private boolean headWritten;

  private PiecePut(
      PieceStore store, StoreState state, PieceId id, ShareLayout layout, Region region) {
    this.store = store;
    this.state = state;
    this.id = id;
    this.layout = layout;
    this.region = region;
    this.checksums = new int[layout.stripeCount()];
  }

  static PiecePut begin(PieceStore store, StoreState state, PieceId id, ShareLayout layout) {
    try {
      Region region = state.reserve(RegionKind.PIECE, PieceHead.regionBytes(layout), true);
      return new PiecePut(store, state, id, layout, region);
    } catch (IOException e) {
      throw PieceStore.failed("begin storing piece " + id, e);
    }
  }

  /** Bytes taken so far. */
  public long writtenBytes() {
    return written;
  }

  /**
   * Appends bytes of the piece, all remaining ones of the buffer.
   *
   * @throws HoldfastException {@code storage-failed} when the disk does not take them; {@code
   *     bad-request} for more than the layout has
   */
  public void write(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length > layout.pieceBytes() - written) {
      throw new HoldfastException(
          ErrorCode.SIZES_DISAGREE,
          "Piece " + id + " has " + layout.pieceBytes() + " bytes by its layout; more were sent.");
    }
    checksum(bytes.duplicate());
    try {
      region.log().file().write(bytes, region.offset() + PieceHead.bodyOffset(layout) + written);
    } catch (IOException e) {
      throw PieceStore.failed("write piece " + id, e);
    }
    written += length;
    state.written(length);
  }

  private void checksum(ByteBuffer bytes) {
    int limit = bytes.limit();
    while (bytes.position() < limit) {
      int rest = layout.shareBytes(stripe) - inShare;
      int run = Math.min(rest, limit - bytes.position());
      bytes.limit(bytes.position() + run);
      crc.update(bytes);
      bytes.limit(limit);
      inShare += run;
      if (run == rest) {
        checksums[stripe++] = (int) crc.getValue();
        crc.reset();
        inShare = 0;
      }
    }
  }

  /**
   * Makes the piece durable and visible and returns its header. A piece that is already stored with
   * the same root is kept instead, under a new sequence number.
   *
   * @throws HoldfastException {@code piece-exists-with-other-root}, {@code busy} when the same
   *     piece is being committed by somebody else, {@code storage-failed}
   */
  public PieceHeader commit(PieceFacts facts) {
    if (finished
        || written != layout.pieceBytes()
        || facts.leaves().size() != layout.stripeCount()) {
      throw new IllegalStateException(
          "piece " + id + " is not complete: " + written + " of " + layout.pieceBytes() + " bytes");
    }
    if (!state.claim(id)) {
      throw new HoldfastException(
          ErrorCode.BUSY, "Piece " + id + " is being stored by another upload.");
    }
    try {
      PieceHeader kept = store.keepExisting(id, facts.pieceRoot());
      return kept != null ? kept : commitNew(facts);
    } catch (IOException e) {
      throw PieceStore.failed("store piece " + id, e);
    } finally {
      state.unclaim(id);
      close();
    }
  }

  private PieceHeader commitNew(PieceFacts facts) throws IOException {
    long now = state.nowMillis();
    PieceHeader header =
        new PieceHeader(
            id,
            layout,
            facts.pieceRoot(),
            facts.segmentRoot(),
            facts.piecePath(),
            facts.ownerCommitment(),
            facts.expires(),
            Instant.ofEpochMilli(now),
            state.takeSequence());
    long due = facts.expires() == null ? PieceEntry.NEVER : facts.expires().toEpochMilli();
    PieceHead head = new PieceHead(header, PieceEntry.State.LIVE, 0, due);
    ByteBuffer out =
        ByteBuffer.allocate(
            PieceHead.headBytes(layout.total()) + PieceHead.tableBytes(layout.stripeCount()));
    head.write(out);
    new ShareTables(facts.leaves(), checksums).write(out);
    headWritten = true;
    region.log().file().write(out.flip(), region.offset() + LogFormat.FRAME_BYTES);
    region.log().commits().sync();
    PieceEntry entry = head.entry(region.log().number(), region.offset(), region.bytes());
    state.run(() -> {
      PieceEntry replaced = state.index().get(id);
      if (replaced != null) {
        PieceLog old = state.logs().get(replaced.log());
        if (old != null) {
          old.markDuplicated();
        }
      }
      region.log().settle(region.bytes());
      state.change(replaced, entry);
    });
    finished = true;
    state.written(region.bytes() - written);
    return header;
  }

  /** Discards the piece unless it was committed; its region can be used again at once. */
  @Override
  public void close() {
    if (!finished) {
      finished = true;
      state.abandon(region, region.bytes() - written, !headWritten);
    }
  }
}
