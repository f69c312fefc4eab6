package dev.holdfast.storagenode.piecestore;

/**
 * Where the store's bytes are, with framing. {@code stored = live + trash + reclaimable +
 * overhead}; with no put under way, stored is the sum of the logs' file sizes.
 *
 * @param storedBytes what the logs take
 * @param liveBytes pieces that are served
 * @param trashBytes deleted pieces that can still be restored
 * @param reclaimableBytes what compaction will give back
 * @param reservedBytes what puts under way may still take beside that
 * @param overheadBytes log headers and event records
 * @param availableBytes what an upload may still take, by capacity and by the disk
 * @param pieces number of live pieces
 */
public record SpaceLedger(
    long capacityBytes,
    long storedBytes,
    long liveBytes,
    long trashBytes,
    long reclaimableBytes,
    long reservedBytes,
    long overheadBytes,
    long availableBytes,
    long pieces) {}
