package dev.holdfast.uplink.segment.download;

import dev.holdfast.piececlient.PieceClient;
import dev.holdfast.piececlient.PieceConnections;
import dev.holdfast.uplink.segment.resource.ByteBudget;
import dev.holdfast.uplink.segment.resource.CodingThreads;
import dev.holdfast.uplink.segment.resource.TransferLimits;
import java.util.function.LongSupplier;

/**
 * What all downloads of an uplink share.
 *
 * @param budget memory of downloads
 * @param lookaheadBytes plain bytes that one download may fetch ahead of its reader
 * @param nanoTime a clock that never goes back
 */
public record DownloadDevices(
    PieceConnections connections,
    PieceClient client,
    CodingThreads threads,
    ByteBudget budget,
    long lookaheadBytes,
    TransferLimits limits,
    LongSupplier nanoTime) {}
