package dev.holdfast.storagenode.contact;

import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.ConfirmPiecesRequest;
import dev.holdfast.protocol.wire.ConfirmPiecesResponse;
import dev.holdfast.protocol.wire.SettleOrdersRequest;
import dev.holdfast.protocol.wire.SettleOrdersResponse;

/**
 * What a node asks of its satellite. All calls throw {@link
 * dev.holdfast.protocol.error.HoldfastException} when they are refused or get no answer.
 */
public interface SatelliteCalls {
  CheckInResponse checkIn(CheckInRequest request);

  ConfirmPiecesResponse confirmPieces(ConfirmPiecesRequest request);

  SettleOrdersResponse settleOrders(SettleOrdersRequest request);
}
