package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.piecestore.PieceStore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of one piece service share. */
record PieceServiceContext(
    SatelliteId satelliteId,
    LimitVerifier limits,
    OrderBook orders,
    PieceStore store,
    RefusalCounters refusals,
    PieceServiceConfig config,
    AtomicLong queuedBytes,
    AtomicBoolean stopping) {}
