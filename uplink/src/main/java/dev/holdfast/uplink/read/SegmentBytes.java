package dev.holdfast.uplink.read;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.protocol.wire.SuspectPiece;
import dev.holdfast.uplink.encryption.SegmentCipher;
import dev.holdfast.uplink.encryption.SegmentKeyWrap;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.segment.PlainSink;
import dev.holdfast.uplink.segment.SegmentReadRequest;
import java.io.IOException;
import java.util.List;
import javax.crypto.AEADBadTagException;

/** Plain bytes of one segment row, inline or remote, once its place and sizes have proven right. */
final class SegmentBytes {
  private final ProjectAccess access;
  private final SegmentKeyWrap keys;

  SegmentBytes(ProjectAccess access, SegmentKeyWrap keys) {
    this.access = access;
    this.keys = keys;
  }

  /**
   * Delivers bytes of a segment.
   *
   * @param place where the part table says that this row belongs
   * @param offset first plain byte in the segment
   * @param length plain bytes, at least 1
   */
  void read(SegmentRow row, SegmentMap.Place place, long offset, long length, PlainSink sink)
      throws IOException, InterruptedException {
    BlockLayout layout = layout(row);
    SecretBytes key =
        keys.unwrap(
            row.getWrappedSegmentKey().toByteArray(),
            row.getKeyEpoch(),
            place.part(),
            place.index(),
            layout);
    if (layout.plainBytes() != place.plainBytes()) {
      throw ObjectRows.altered(
          "segment "
              + place.index()
              + " of part "
              + place.part()
              + " has "
              + layout.plainBytes()
              + " bytes, its part table says "
              + place.plainBytes());
    }
    try {
      switch (row.getContentCase()) {
        case INLINE_CIPHERTEXT ->
            readInline(row.getInlineCiphertext().toByteArray(), layout, key, offset, length, sink);
        case REMOTE ->
            access
                .transfers()
                .downloader()
                .read(
                    new SegmentReadRequest(
                        layout,
                        row.getRemote(),
                        key,
                        offset,
                        length,
                        access.ownership(),
                        this::report),
                    sink);
        case CONTENT_NOT_SET -> throw ObjectRows.altered("a segment has no content");
      }
    } finally {
      key.destroy();
    }
  }

  private static void readInline(
      byte[] ciphertext,
      BlockLayout layout,
      SecretBytes key,
      long offset,
      long length,
      PlainSink sink)
      throws IOException {
    byte[] plain = new byte[(int) Math.min(layout.plainBytes(), BlockLayout.BLOCK_MAX_PLAIN_BYTES)];
    int decrypted;
    try {
      decrypted =
          ciphertext.length == plain.length + SegmentCipher.TAG_BYTES && layout.blockCount() == 1
              ? new SegmentCipher(key)
                  .decryptBlock(0, true, ciphertext, 0, ciphertext.length, plain, 0)
              : -1;
    } catch (AEADBadTagException e) {
      decrypted = -1;
    }
    if (decrypted != layout.plainBytes()) {
      throw ObjectRows.altered("the content of an inline segment was altered on the satellite");
    }
    sink.write(plain, (int) offset, (int) length);
  }

  private static BlockLayout layout(SegmentRow row) {
    if (row.getCipherId() != SegmentCipher.CIPHER_ID) {
      throw new HoldfastException(
          ErrorCode.VERSION_UNSUPPORTED,
          "A segment is encrypted with cipher "
              + row.getCipherId()
              + "; this release knows 1: update it.");
    }
    try {
      return new BlockLayout(
          row.getLayout().getPlainBytes(),
          row.getLayout().getBlockBytes(),
          row.getLayout().getBlocksPerStripe());
    } catch (IllegalArgumentException e) {
      throw ObjectRows.altered("a segment's block layout is impossible: " + e.getMessage());
    }
  }

  private void report(List<SuspectPiece> pieces) {
    access.inBackground(() -> access.reportSuspicions(pieces));
  }
}
