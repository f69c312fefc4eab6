package dev.holdfast.uplink.segment.download;

import com.google.protobuf.ByteString;
import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.piececlient.NodeUnreachableException;
import dev.holdfast.piececlient.PieceConnections;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.SuspectPiece;
import dev.holdfast.protocol.wire.Suspicion;
import dev.holdfast.uplink.segment.SuspicionReporter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are offered for one segment, and what becomes of what is held against them.
 * Guarded by the read.
 */
final class PieceHolders {
  private final @Nullable PieceHolder[] byPiece;
  private final SuspicionReporter reporter;
  private final Map<ErrorCode, Integer> refusals = new EnumMap<>(ErrorCode.class);
  private int unreachable;

  PieceHolders(
      List<LimitSession> sessions,
      int total,
      PieceConnections connections,
      SuspicionReporter reporter) {
    this.byPiece = new PieceHolder[total];
    this.reporter = reporter;
    for (LimitSession session : sessions) {
      PieceHolder holder = new PieceHolder(session, connections.isDoubtful(session.node()));
      byPiece[holder.piece()] = holder;
    }
  }

  @Nullable PieceHolder of(int piece) {
    return byPiece[piece];
  }

  /** All holders that may be asked: those as good as any first, data pieces before parity. */
  List<PieceHolder> candidates() {
    List<PieceHolder> candidates = new ArrayList<>();
    for (PieceHolder holder : byPiece) {
      if (holder != null && holder.isPreferred()) {
        candidates.add(holder);
      }
    }
    for (PieceHolder holder : byPiece) {
      if (holder != null && holder.isEligible() && !holder.isPreferred()) {
        candidates.add(holder);
      }
    }
    return candidates;
  }

  void noteFailure(PieceHolder holder, int stripe, Throwable failure) {
    holder.noteFailure();
    if (failure instanceof HoldfastException refusal) {
      refusals.merge(refusal.code(), 1, Integer::sum);
      if (isOwed(refusal.code())) {
        report(holder, stripe, Suspicion.SUSPICION_REFUSED);
      }
    } else {
      unreachable++;
      if (failure instanceof NodeUnreachableException unreached
          && unreached.reason() != NodeUnreachableException.Reason.FAILED_RECENTLY
          && unreached.reason() != NodeUnreachableException.Reason.CROWDED
          && unreached.reason() != NodeUnreachableException.Reason.SHUT_DOWN) {
        report(holder, stripe, Suspicion.SUSPICION_UNREACHABLE);
      }
    }
  }

  /** Whether a node that refuses so does not give what it owes, rather than doubting the limit. */
  private static boolean isOwed(ErrorCode code) {
    return switch (code) {
      case PIECE_NOT_FOUND,
          PIECE_DAMAGED,
          PIECE_ALTERED,
          PIECE_TRUNCATED,
          STORAGE_FAILED,
          SIZES_DISAGREE,
          RANGE_INVALID,
          INTERNAL ->
          true;
      default -> false;
    };
  }

  void noteBad(PieceHolder holder, int stripe) {
    if (!holder.isBad()) {
      holder.noteBad();
      send(holder, stripe, Suspicion.SUSPICION_BAD_SHARE);
    }
  }

  private void report(PieceHolder holder, int stripe, Suspicion suspicion) {
    if (holder.takeReport()) {
      send(holder, stripe, suspicion);
    }
  }

  private void send(PieceHolder holder, int stripe, Suspicion suspicion) {
    reporter.report(
        List.of(
            SuspectPiece.newBuilder()
                .setRootPieceId(
                    ByteString.copyFrom(holder.session().limit().pieceId().root().toByteArray()))
                .setPieceNumber(holder.piece())
                .setNodeId(ByteString.copyFrom(holder.session().node().id().bytes()))
                .setStripe(stripe)
                .setSuspicion(suspicion)
                .build()));
  }

  /** Why a stripe cannot be read; {@code limit-expired} when fresh limits may help. */
  HoldfastException unreadable(int stripe, int required) {
    int offered = 0;
    int bad = 0;
    for (PieceHolder holder : byPiece) {
      if (holder != null) {
        offered++;
        bad += holder.isBad() ? 1 : 0;
      }
    }
    boolean limits =
        refusals.containsKey(ErrorCode.LIMIT_EXPIRED)
            || refusals.containsKey(ErrorCode.LIMIT_CEILING_EXCEEDED);
    return new HoldfastException(
        limits ? ErrorCode.LIMIT_EXPIRED : ErrorCode.SEGMENT_UNREADABLE,
        "Stripe "
            + stripe
            + " needs shares of "
            + required
            + " nodes; of "
            + offered
            + " offered too many failed: "
            + unreachable
            + " unreachable, "
            + bad
            + " with bad shares, refusals "
            + refusals
            + ". Try again when nodes are back.");
  }
}
