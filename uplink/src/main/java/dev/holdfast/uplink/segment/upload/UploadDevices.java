package dev.holdfast.uplink.segment.upload;

import dev.holdfast.piececlient.PieceClient;
import dev.holdfast.piececlient.PieceConnections;
import dev.holdfast.uplink.segment.resource.ByteBudget;
import dev.holdfast.uplink.segment.resource.CodingThreads;
import dev.holdfast.uplink.segment.resource.TransferLimits;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/**
 * What all uploads of an uplink share.
 *
 * @param budget memory of uploads
 * @param nanoTime a clock that never goes back
 */
public record UploadDevices(
    PieceConnections connections,
    PieceClient client,
    CodingThreads threads,
    ByteBudget budget,
    TransferLimits limits,
    SecureRandom random,
    LongSupplier nanoTime) {}
