package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a piece region, right behind its frame; at byte 512 of the region follows the piece,
 * then its {@link ShareTables}, then padding. Frame and head are written last, when the piece is
 * complete; a region without a whole head holds no piece.
 *
 * <p>Fixed part, 184 bytes: magic u32, version u8, hash id u8, state u8, path length u8, piece id
 * 18, total u16, share bytes u32, last share bytes u32, stripes u32, sequence u64, received u64,
 * expires u64, event sequence u64, due u64 (milliseconds), copy sequence u64, piece root 32,
 * segment root 32, owner's commitment 32. Then the path in its widest form, zero-filled, and the
 * CRC32C of all before.
 */
record PieceHead(
    PieceHeader header,
    PieceEntry.State state,
    long eventSequence,
    long dueMillis,
    long copySequence) {
  static final int FIXED_BYTES = 184;

  /** The most bytes that a head takes: the path of 256 pieces has 8 hashes. */
  static final int MAX_BYTES = FIXED_BYTES + 8 * Bytes32.LENGTH + 4;

  /** Where the piece's bytes start, counted from the region's start. */
  static final int BODY_OFFSET = 512;

  private static final int MAGIC = 0x48465048; // HFPH
  private static final int VERSION = 1;

  /** Length of the longest path in a tree of so many pieces. */
  static int widestPath(int total) {
    return total <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(total - 1);
  }

  static int headBytes(int total) {
    return FIXED_BYTES + widestPath(total) * Bytes32.LENGTH + 4;
  }

  static int regionBytes(ShareLayout layout) {
    return LogFormat.aligned(
        BODY_OFFSET + layout.pieceBytes() + ShareTables.lengthBytes(layout.stripeCount()));
  }

  /** Appends frame and head to a buffer backed by an array, up to where the body starts. */
  void writeFramed(ByteBuffer out, LogFormat.LogName log, long offset, int regionBytes) {
    int start = out.position();
    LogFormat.putFrame(out, log, LogFormat.RegionKind.PIECE, offset, regionBytes);
    write(out);
    out.position(start + BODY_OFFSET);
  }

  /** Appends the head to a buffer backed by an array. */
  void write(ByteBuffer out) {
    int start = out.position();
    ShareLayout layout = header.layout();
    out.putInt(MAGIC).put((byte) VERSION).put((byte) layout.hash().id()).put((byte) state.id());
    out.put((byte) header.piecePath().size())
        .put(header.id().toByteArray())
        .putShort((short) layout.total());
    out.putInt(layout.shareBytes()).putInt(layout.lastShareBytes()).putInt(layout.stripeCount());
    out.putLong(header.sequence()).putLong(header.received().toEpochMilli());
    Instant expires = header.expires();
    out.putLong(expires == null ? PieceEntry.NEVER : expires.toEpochMilli());
    out.putLong(eventSequence).putLong(dueMillis).putLong(copySequence);
    header.pieceRoot().write(out);
    header.segmentRoot().write(out);
    header.ownerCommitment().write(out);
    int pathEnd = out.position() + widestPath(layout.total()) * Bytes32.LENGTH;
    for (Bytes32 hash : header.piecePath()) {
      hash.write(out);
    }
    while (out.position() < pathEnd) {
      out.put((byte) 0);
    }
    out.putInt(LogFormat.crc(out.array(), out.arrayOffset() + start, pathEnd - start));
  }

  /** The head in these bytes, or null if there is none or it is damaged. */
  static @Nullable PieceHead parse(byte[] bytes, int at, int length) {
    if (length < FIXED_BYTES + 4) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, at, length).slice();
    if (in.getInt(0) != MAGIC || in.get(4) != VERSION) {
      return null;
    }
    int total = Short.toUnsignedInt(in.getShort(26));
    int headBytes = headBytes(total);
    if (total < 1
        || total > 256
        || headBytes > length
        || in.getInt(headBytes - 4) != LogFormat.crc(bytes, at, headBytes - 4)) {
      return null;
    }
    try {
      return parseWhole(in, total);
    } catch (IllegalArgumentException e) {
      return null; // a checksum can be right by chance, or the writer was wrong
    }
  }

  private static @Nullable PieceHead parseWhole(ByteBuffer in, int total) {
    in.position(5);
    HashAlgorithm hash = HashAlgorithm.ofId(in.get());
    int stateId = in.get();
    int pathLength = in.get();
    if (!PieceEntry.State.isKnown(stateId) || pathLength < 0 || pathLength > widestPath(total)) {
      return null;
    }
    PieceId id = PieceId.read(in);
    in.getShort();
    int shareBytes = in.getInt();
    int lastShareBytes = in.getInt();
    int stripes = in.getInt();
    ShareLayout layout = new ShareLayout(hash, shareBytes, lastShareBytes, stripes, total);
    long sequence = in.getLong();
    Instant received = Instant.ofEpochMilli(in.getLong());
    long expires = in.getLong();
    long eventSequence = in.getLong();
    long due = in.getLong();
    long copySequence = in.getLong();
    Bytes32 pieceRoot = Bytes32.read(in);
    Bytes32 segmentRoot = Bytes32.read(in);
    Bytes32 ownerCommitment = Bytes32.read(in);
    List<Bytes32> path = new ArrayList<>(pathLength);
    for (int i = 0; i < pathLength; i++) {
      path.add(Bytes32.read(in));
    }
    PieceHeader header =
        new PieceHeader(
            id,
            layout,
            pieceRoot,
            segmentRoot,
            path,
            ownerCommitment,
            expires == PieceEntry.NEVER ? null : Instant.ofEpochMilli(expires),
            received,
            sequence);
    return new PieceHead(header, PieceEntry.State.ofId(stateId), eventSequence, due, copySequence);
  }

  /** What the index says of this head's piece when its region lies at this place. */
  PieceEntry entry(int log, long offset, int regionBytes) {
    return new PieceEntry(
        header.id(),
        state,
        true,
        log,
        offset,
        regionBytes,
        Math.toIntExact(header.layout().pieceBytes()),
        header.sequence(),
        eventSequence,
        dueMillis,
        (int) header.received().getEpochSecond());
  }
}
