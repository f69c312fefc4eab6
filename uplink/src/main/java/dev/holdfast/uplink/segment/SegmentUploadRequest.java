package dev.holdfast.uplink.segment;

import dev.holdfast.uplink.encryption.SegmentKeyWrap;

/**
 * One segment to upload.
 *
 * @param part 1 without multipart
 * @param index from 0 in the part
 * @param maxPlainBytes most plain bytes the source will deliver, at most 64 MiB
 * @param keyEpoch epoch to wrap the segment key under
 * @param keys draws and wraps the segment key
 * @param ownership against which the owner's commitment of every order limit is checked
 * @param broker the satellite, bound to this segment
 */
public record SegmentUploadRequest(
    int part,
    int index,
    long maxPlainBytes,
    int keyEpoch,
    SegmentKeyWrap keys,
    PieceOwnership ownership,
    SegmentBroker broker) {}
