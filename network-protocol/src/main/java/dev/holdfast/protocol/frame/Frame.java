package dev.holdfast.protocol.frame;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the piece protocol: u32 length of the rest, u8 type, u32 exchange, payload. The
 * exchange is a number that the client chooses for each request and the node repeats in every
 * answer to it. See docs/specifications/piece-protocol.md.
 */
public sealed interface Frame {
  /** The longest payload in bytes: what follows the exchange number. */
  int MAX_PAYLOAD_BYTES = 256 * 1024;

  /** Bytes before the payload. */
  int HEADER_BYTES = 4 + 1 + 4;

  /** The most ranges of one {@link Get}. */
  int MAX_RANGES = 1_024;

  /** The most piece ids of one {@link Delete} and of one {@link Pieces}. */
  int MAX_PIECES = 4_096;

  /** The longest message of a {@link Refused}, in bytes of UTF-8; longer ones are cut. */
  int MAX_MESSAGE_BYTES = 1_024;

  int exchange();

  /**
   * Client: begin to put a piece. The limit is opaque here; the node parses it. How many shares
   * follow is not known yet: a segment may be coded while its end has not been seen.
   *
   * @param hash of the segment's Merkle tree
   * @param shareBytes share size of every stripe but the last, 1 to {@link
   *     ShareLayout#SHARE_MAX_BYTES}
   */
  record PutBegin(int exchange, byte[] limit, HashAlgorithm hash, int shareBytes) implements Frame {
    public PutBegin {
      if (shareBytes < 1 || shareBytes > ShareLayout.SHARE_MAX_BYTES) {
        throw new IllegalArgumentException(
            "A share has 1 to " + ShareLayout.SHARE_MAX_BYTES + " bytes, not " + shareBytes + ".");
      }
    }
  }

  /** Client: pays for {@code depth} units of the exchange's limit. */
  record Order(int exchange, int depth, Bytes32 preimage) implements Frame {}

  /**
   * Both ways: the next run of piece bytes, of any length. The decoder may split one on the wire
   * into several, which changes nothing. The receiver owns the buffer and releases it.
   */
  record ShareBytes(int exchange, ByteBuf data) implements Frame, ReferenceCounted {
    @Override
    public int refCnt() {
      return data.refCnt();
    }

    @Override
    public ShareBytes retain() {
      data.retain();
      return this;
    }

    @Override
    public ShareBytes retain(int increment) {
      data.retain(increment);
      return this;
    }

    @Override
    public ShareBytes touch() {
      data.touch();
      return this;
    }

    @Override
    public ShareBytes touch(Object hint) {
      data.touch(hint);
      return this;
    }

    @Override
    public boolean release() {
      return data.release();
    }

    @Override
    public boolean release(int decrement) {
      return data.release(decrement);
    }
  }

  /**
   * Client: all bytes were sent; the piece is to be kept under this layout, root and path.
   *
   * @param layout hash and share size are those of the begin; its piece size is what was sent
   */
  record PutFinish(
      int exchange,
      ShareLayout layout,
      Bytes32 segmentRoot,
      Bytes32 pieceRoot,
      List<byte[]> piecePath)
      implements Frame {
    public PutFinish {
      piecePath = List.copyOf(piecePath);
    }
  }

  /**
   * Client: give the exchange up; a put is discarded, a get stops. The node answers {@link
   * Cancelled}.
   */
  record Cancel(int exchange) implements Frame {}

  /**
   * Client: ranges of a piece, paid to {@code depth}; with proofs every range is one whole share.
   */
  record Get(
      int exchange,
      byte[] limit,
      int depth,
      Bytes32 preimage,
      List<ShareRange> ranges,
      boolean proofs)
      implements Frame {
    public Get {
      ranges = List.copyOf(ranges);
    }
  }

  /** Satellite: move these pieces to trash. */
  record Delete(int exchange, List<PieceId> pieces) implements Frame {
    public Delete {
      pieces = List.copyOf(pieces);
    }
  }

  /** Satellite: the pieces after this one in the order of their ids; null: from the first. */
  record ListPieces(int exchange, @Nullable PieceId after, int limit) implements Frame {}

  /** Node: the piece is on disk. */
  record Receipt(int exchange, byte[] receipt) implements Frame {}

  /** Node: proves the share whose bytes were just sent. */
  record Proof(int exchange, ShareProof proof, ShareLayout layout) implements Frame {}

  /** Node: all ranges were sent. */
  record Done(int exchange) implements Frame {}

  /** Node: the exchange is over and nothing of it was kept. */
  record Cancelled(int exchange) implements Frame {}

  /** Node: so many of the asked pieces were there and are in trash now. */
  record Deleted(int exchange, int count) implements Frame {}

  /** Node: one page of pieces, and whether more follow. */
  record Pieces(int exchange, List<ListedPiece> pieces, boolean more) implements Frame {
    public Pieces {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * Node: the exchange is over.
   *
   * @param codeId {@link ErrorCode#id()}; a newer peer may send one that this version does not know
   */
  record Refused(int exchange, int codeId, String message) implements Frame {
    public static Refused of(int exchange, ErrorCode code, String message) {
      return new Refused(exchange, code.id(), message);
    }

    /** The code, {@code internal} for an unknown one. */
    public ErrorCode code() {
      return ErrorCode.ofId(codeId).orElse(ErrorCode.INTERNAL);
    }
  }
}
