package dev.holdfast.storagenode.contact;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.wire.ConfirmPiecesRequest;
import dev.holdfast.protocol.wire.ConfirmPiecesResponse;
import dev.holdfast.storagenode.piecestore.PieceStore;
import dev.holdfast.storagenode.piecestore.PieceStore.ListedPiece;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the satellite once about every piece that is older than the commit window, and moves to
 * trash what it does not count on: pieces of clients that vanished in the middle of an upload. For
 * one thread.
 */
final class PieceConfirmer {
  private static final int PAGE = 5_000;

  private final SatelliteCalls satellite;
  private final PieceStore store;
  private final ConfirmedSequence confirmed;
  private final InstantSource clock;

  PieceConfirmer(
      SatelliteCalls satellite,
      PieceStore store,
      ConfirmedSequence confirmed,
      InstantSource clock) {
    this.satellite = satellite;
    this.store = store;
    this.confirmed = confirmed;
    this.clock = clock;
  }

  /**
   * Asks about one page of pieces; returns how many went to trash, or -1 if there was nothing to
   * ask.
   *
   * @param commitWindow as the satellite tells it, its tolerance for clocks included
   */
  int runOnce(Duration commitWindow) throws IOException {
    List<ListedPiece> page =
        store.receivedBefore(clock.instant().minus(commitWindow), confirmed.get(), PAGE);
    if (page.isEmpty()) {
      return -1;
    }
    ConfirmPiecesRequest.Builder request = ConfirmPiecesRequest.newBuilder();
    for (ListedPiece piece : page) {
      request.addPieceIds(ByteString.copyFrom(piece.id().toByteArray()));
    }
    ConfirmPiecesResponse response = satellite.confirmPieces(request.build());
    if (response.getReferencedCount() != page.size()) {
      throw new IOException(
          "the satellite answered about "
              + response.getReferencedCount()
              + " of "
              + page.size()
              + " pieces");
    }
    List<PieceId> unreferenced = new ArrayList<>();
    for (int i = 0; i < page.size(); i++) {
      if (!response.getReferenced(i)) {
        unreferenced.add(page.get(i).id());
      }
    }
    int trashed = unreferenced.isEmpty() ? 0 : store.trash(unreferenced);
    confirmed.set(page.getLast().sequence());
    return trashed;
  }
}
