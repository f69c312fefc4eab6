package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.identity.Bytes32;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One stored piece, open for reading until closed; a compaction or deletion meanwhile does not
 * disturb it. Reads give what the disk has: nothing is hashed or checked. For one thread.
 */
public final class StoredPiece implements AutoCloseable {
  private static final int CHECK_BUFFER_BYTES = 64 << 10;

  private final StoreState state;
  private final PieceLog log;
  private final PieceEntry entry;
  private final PieceHeader header;
  private boolean closed;

  private StoredPiece(StoreState state, PieceLog log, PieceEntry entry, PieceHeader header) {
    this.state = state;
    this.log = log;
    this.entry = entry;
    this.header = header;
  }

  /**
   * Opens the record of an entry whose log the caller acquired; null, and the log released, if its
   * head is damaged.
   */
  static @Nullable StoredPiece open(StoreState state, PieceLog log, PieceEntry entry)
      throws IOException {
    PieceHead head = null;
    try {
      head = readHead(log, entry);
    } finally {
      if (head == null) {
        state.release(log);
      }
    }
    return head == null ? null : new StoredPiece(state, log, entry, head.header());
  }

  /** The head of an entry's record, or null if it is damaged or that of another piece. */
  static @Nullable PieceHead readHead(PieceLog log, PieceEntry entry) throws IOException {
    byte[] bytes = new byte[PieceHead.MAX_BYTES];
    int read = log.file().readFully(ByteBuffer.wrap(bytes), entry.offset() + LogFormat.FRAME_BYTES);
    PieceHead head = PieceHead.parse(bytes, 0, read);
    boolean isThisPiece =
        head != null
            && head.header().id().equals(entry.id())
            && head.header().sequence() == entry.sequence()
            && head.header().layout().pieceBytes() == entry.pieceBytes();
    return isThisPiece ? head : null;
  }

  public PieceHeader header() {
    return header;
  }

  PieceEntry entry() {
    return entry;
  }

  /**
   * Fills the buffer with the piece's bytes from an offset.
   *
   * @throws EOFException when the log ends before, which is damage
   */
  public void read(long pieceOffset, ByteBuffer target) throws IOException {
    if (pieceOffset < 0 || pieceOffset + target.remaining() > header.layout().pieceBytes()) {
      throw new IllegalArgumentException(
          "bytes "
              + pieceOffset
              + " + "
              + target.remaining()
              + " of a piece of "
              + header.layout().pieceBytes());
    }
    int wanted = target.remaining();
    long bodyStart = entry.offset() + PieceHead.BODY_OFFSET;
    if (log.file().readFully(target, bodyStart + pieceOffset) < wanted) {
      throw new EOFException("piece " + entry.id() + " is cut off in " + log.name().fileName());
    }
  }

  /**
   * The leaf hash of every share as computed when the piece was stored; null if that table is
   * damaged.
   */
  public @Nullable List<Bytes32> leaves() throws IOException {
    ShareTables tables = tables();
    return tables == null ? null : tables.leaves();
  }

  /** Whether every share still has the checksum that it was stored with. Reads the whole piece. */
  public boolean isIntact() throws IOException {
    ShareTables tables = tables();
    if (tables == null) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.allocate(CHECK_BUFFER_BYTES);
    CRC32C crc = new CRC32C();
    for (int stripe = 0; stripe < header.layout().stripeCount(); stripe++) {
      crc.reset();
      long at = header.layout().shareOffset(stripe);
      long end = at + header.layout().shareBytes(stripe);
      while (at < end) {
        buffer.clear().limit((int) Math.min(CHECK_BUFFER_BYTES, end - at));
        try {
          read(at, buffer);
        } catch (EOFException e) {
          return false;
        }
        at += buffer.flip().remaining();
        crc.update(buffer);
      }
      if ((int) crc.getValue() != tables.checksums()[stripe]) {
        return false;
      }
    }
    return true;
  }

  private @Nullable ShareTables tables() throws IOException {
    int stripes = header.layout().stripeCount();
    byte[] bytes = new byte[ShareTables.lengthBytes(stripes)];
    long at = entry.offset() + PieceHead.BODY_OFFSET + header.layout().pieceBytes();
    log.file().readFully(ByteBuffer.wrap(bytes), at);
    return ShareTables.parse(bytes, stripes);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      state.release(log);
    }
  }
}
