package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.storagenode.piecestore.PieceLogs.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One piece on its way in, of a size that only its end tells. A small one is kept in memory and
 * written at once; a larger one goes straight to its place at the end of a log of its own. Until
 * {@link #commit} has synced the record nothing of it is visible, now or after a crash. Ends with
 * commit or {@link #close}. For one thread.
 */
public final class PiecePut implements AutoCloseable {
  private static final int FIRST_BUFFER_BYTES = 16 << 10;

  private final PieceStore store;
  private final StoreState state;
  private final PieceId id;
  private final int shareBytes;
  private final long maxBytes;
  private final CRC32C crc = new CRC32C();
  private int[] checksums = new int[16];
  private int shares;
  private int inShare;
  private byte @Nullable [] spool = new byte[FIRST_BUFFER_BYTES];
  private @Nullable PieceLog lane;
  private long written;
  private long onDisk;
  private boolean finished;

  private PiecePut(PieceStore store, StoreState state, PieceId id, int shareBytes, long maxBytes) {
    this.store = store;
    this.state = state;
    this.id = id;
    this.shareBytes = shareBytes;
    this.maxBytes = maxBytes;
  }

  static PiecePut begin(
      PieceStore store, StoreState state, PieceId id, int shareBytes, long maxBytes) {
    try {
      state.admit(maxBytes);
    } catch (IOException e) {
      throw PieceStore.failed("begin storing piece " + id, e);
    }
    return new PiecePut(store, state, id, shareBytes, maxBytes);
  }

  /** Bytes taken so far. */
  public long writtenBytes() {
    return written;
  }

  /**
   * Appends bytes of the piece, all remaining ones of the buffer.
   *
   * @throws HoldfastException {@code storage-failed} when the disk does not take them; {@code
   *     sizes-disagree} for more than was announced
   */
  public void write(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length > maxBytes - written) {
      throw new HoldfastException(
          ErrorCode.SIZES_DISAGREE,
          "Piece " + id + " may have " + maxBytes + " bytes; more were sent.");
    }
    checksum(bytes.duplicate());
    try {
      if (spool != null && written + length > PieceStore.SPOOL_BYTES) {
        unspool();
      }
      byte[] buffer = spool;
      if (buffer == null) {
        writeToLane(bytes);
      } else {
        if (written + length > buffer.length) {
          int grown =
              (int)
                  Math.max(written + length, Math.min(2L * buffer.length, PieceStore.SPOOL_BYTES));
          buffer = Arrays.copyOf(buffer, grown);
          spool = buffer;
        }
        bytes.get(buffer, (int) written, length);
      }
    } catch (IOException e) {
      throw PieceStore.failed("write piece " + id, e);
    }
    written += length;
  }

  private void checksum(ByteBuffer bytes) {
    int limit = bytes.limit();
    while (bytes.position() < limit) {
      int run = Math.min(shareBytes - inShare, limit - bytes.position());
      bytes.limit(bytes.position() + run);
      crc.update(bytes);
      bytes.limit(limit);
      inShare += run;
      if (inShare == shareBytes) {
        endShare();
      }
    }
  }

  private void endShare() {
    if (shares == checksums.length) {
      checksums = Arrays.copyOf(checksums, shares * 2);
    }
    checksums[shares++] = (int) crc.getValue();
    crc.reset();
    inShare = 0;
  }

  private void unspool() throws IOException {
    byte[] buffer = spool;
    spool = null;
    lane = state.takeLane();
    if (buffer != null && written > 0) {
      writeToLane(ByteBuffer.wrap(buffer, 0, (int) written));
    }
  }

  private void writeToLane(ByteBuffer bytes) throws IOException {
    PieceLog log = lane;
    if (log == null) {
      throw new IllegalStateException("piece " + id + " is finished");
    }
    int length = bytes.remaining();
    log.file().write(bytes, log.end() + PieceHead.BODY_OFFSET + onDisk);
    onDisk += length;
    state.written(length);
  }

  /**
   * Makes the piece durable and visible and returns its header. A piece that is already stored with
   * the same root is kept instead, under a new sequence number.
   *
   * @param layout whose piece size is what was written
   * @throws HoldfastException {@code piece-exists-with-other-root}, {@code busy} when the same
   *     piece is being committed by somebody else, {@code storage-failed}
   */
  public PieceHeader commit(ShareLayout layout, PieceFacts facts) {
    if (finished
        || written != layout.pieceBytes()
        || layout.shareBytes() != shareBytes
        || facts.leaves().size() != layout.stripeCount()) {
      throw new IllegalStateException(
          "piece " + id + " is not complete: " + written + " of " + layout.pieceBytes() + " bytes");
    }
    if (inShare > 0) {
      endShare();
    }
    if (!state.claim(id)) {
      throw new HoldfastException(
          ErrorCode.BUSY, "Piece " + id + " is being stored by another upload.");
    }
    try {
      PieceHeader kept = store.keepExisting(id, facts.pieceRoot());
      return kept != null ? kept : commitNew(layout, facts);
    } catch (IOException e) {
      throw PieceStore.failed("store piece " + id, e);
    } finally {
      state.unclaim(id);
      close();
    }
  }

  private PieceHeader commitNew(ShareLayout layout, PieceFacts facts) throws IOException {
    PieceHeader header =
        new PieceHeader(
            id,
            layout,
            facts.pieceRoot(),
            facts.segmentRoot(),
            facts.piecePath(),
            facts.ownerCommitment(),
            facts.expires(),
            Instant.ofEpochMilli(state.nowMillis()),
            state.takeSequence());
    long due = facts.expires() == null ? PieceEntry.NEVER : facts.expires().toEpochMilli();
    PieceHead head = new PieceHead(header, PieceEntry.State.LIVE, 0, due, 0);
    ShareTables tables = new ShareTables(facts.leaves(), Arrays.copyOf(checksums, shares));
    if (spool != null) {
      commitSpooled(head, tables, spool);
    } else if (lane != null) {
      commitLane(head, tables, lane);
    }
    return header;
  }

  private void commitSpooled(PieceHead head, ShareTables tables, byte[] body) throws IOException {
    int regionBytes = PieceHead.regionBytes(head.header().layout());
    Region region = state.reserve(regionBytes);
    boolean durable = false;
    try {
      ByteBuffer out = ByteBuffer.allocate(regionBytes);
      head.writeFramed(out, region.log().name(), region.offset(), regionBytes);
      out.put(body, 0, (int) written);
      tables.write(out);
      region.log().file().write(out.rewind(), region.offset());
      region.log().commits().sync();
      durable = true;
    } finally {
      boolean visible = durable;
      state.run(() -> {
        region.log().settle(regionBytes);
        if (visible) {
          state.show(head.entry(region.log().number(), region.offset(), regionBytes));
        }
      });
    }
    finish();
  }

  private void commitLane(PieceHead head, ShareTables tables, PieceLog log) throws IOException {
    int regionBytes = PieceHead.regionBytes(head.header().layout());
    long offset = log.end();
    int tail = Math.toIntExact(regionBytes - PieceHead.BODY_OFFSET - written);
    ByteBuffer end = ByteBuffer.allocate(tail);
    tables.write(end);
    log.file().write(end.rewind(), offset + PieceHead.BODY_OFFSET + written);
    ByteBuffer start = ByteBuffer.allocate(PieceHead.BODY_OFFSET);
    head.writeFramed(start, log.name(), offset, regionBytes);
    boolean durable = false;
    try {
      log.file().write(start.rewind(), offset);
      log.commits().sync();
      durable = true;
    } finally {
      boolean visible = durable;
      lane = null;
      state.run(() -> {
        // A record that may have reached the disk is never overwritten, even if nobody was told of
        // it.
        state.logs().giveBack(log, regionBytes);
        if (visible) {
          state.show(head.entry(log.number(), offset, regionBytes));
        }
      });
    }
    finish();
  }

  private void finish() {
    finished = true;
    spool = null;
    state.admittedEnds(maxBytes, onDisk);
  }

  /** Discards the piece unless it was committed; what it took of the disk is free at once. */
  @Override
  public void close() {
    if (finished) {
      return;
    }
    PieceLog log = lane;
    if (log != null) {
      lane = null;
      state.cutOff(log);
    }
    finish();
  }
}
