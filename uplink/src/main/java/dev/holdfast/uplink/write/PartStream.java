package dev.holdfast.uplink.write;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.uplink.encryption.ContentDigest;
import dev.holdfast.uplink.encryption.SegmentCipher;
import dev.holdfast.uplink.encryption.SegmentKeyWrap;
import dev.holdfast.uplink.object.ProjectAccess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one attempt of a part, cut into segments. Confined to one thread.
 *
 * <p>A segment's first bytes are held back until they are more than fit inline; only the last
 * segment can stay that small. Every other segment holds exactly {@link
 * BlockLayout#SEGMENT_MAX_PLAIN_BYTES}, which readers count on.
 */
final class PartStream {
  /** An inline segment is one block. */
  private static final int MAX_INLINE_BYTES = BlockLayout.BLOCK_PLAIN_BYTES;

  private static final int FIRST_HEAD_BYTES = 4096;

  private final ProjectAccess access;
  private final PartTarget target;
  private final SegmentKeyWrap keys;
  private final int maxInlineBytes;
  private final ContentDigest digest = ContentDigest.ofPart();
  private final Deque<RemoteSegment> running = new ArrayDeque<>();
  private final List<ByteString> tokens = new ArrayList<>();
  private byte[] head;
  private int headBytes;
  private @Nullable RemoteSegment current;
  private int segmentCount;
  private long sizeBytes;

  PartStream(ProjectAccess access, PartTarget target, int satelliteMaxInlineBytes) {
    this.access = access;
    this.target = target;
    this.keys = new SegmentKeyWrap(target.objectKey());
    this.maxInlineBytes = Math.clamp(satelliteMaxInlineBytes, 0, MAX_INLINE_BYTES);
    this.head = new byte[Math.min(maxInlineBytes, FIRST_HEAD_BYTES)];
  }

  /** What is left to commit once all bytes were sent. */
  record Finished(
      long sizeBytes, int segmentCount, CommittedSegment lastSegment, ContentDigest digest) {}

  void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      RemoteSegment segment = current;
      if (segment == null) {
        int rest = length - done;
        if (headBytes + rest <= maxInlineBytes) {
          keepInHead(bytes, offset + done, rest);
          sizeBytes += rest;
          return;
        }
        segment = startSegment();
      }
      long room = BlockLayout.SEGMENT_MAX_PLAIN_BYTES - segment.writtenBytes();
      if (room == 0) {
        segment.finish(false);
        current = null;
        headBytes = 0;
        continue;
      }
      int run = (int) Math.min(room, length - done);
      segment.write(bytes, offset + done, run);
      done += run;
      sizeBytes += run;
    }
  }

  /**
   * Ends the part; waits until all of its segments are with the nodes and all but the last are
   * committed.
   */
  Finished finish() throws IOException {
    RemoteSegment segment = current;
    CommittedSegment last;
    if (segment == null) {
      joinAll();
      last = inlineSegment();
      segmentCount++;
      digest.add(last.getWrappedSegmentKey().toByteArray());
    } else {
      segment.finish(true);
      last = joinAll();
    }
    return new Finished(sizeBytes, segmentCount, last, digest);
  }

  /** Stops all sending and tells the satellite, as far as it can be told. */
  void abandon() {
    running.forEach(RemoteSegment::abandon);
    running.forEach(segment -> segment.uncommittedToken().ifPresent(tokens::add));
    running.clear();
    if (segmentCount > 0) {
      List<ByteString> cancelled = List.copyOf(tokens);
      access.inBackground(
          () -> access.client().call(stub -> stub.cancelUpload(target.cancel(cancelled))));
    }
  }

  private void keepInHead(byte[] bytes, int offset, int length) {
    if (headBytes + length > head.length) {
      byte[] larger =
          new byte[Math.min(maxInlineBytes, Math.max(2 * head.length, headBytes + length))];
      System.arraycopy(head, 0, larger, 0, headBytes);
      head = larger;
    }
    System.arraycopy(bytes, offset, head, headBytes, length);
    headBytes += length;
  }

  private RemoteSegment startSegment() throws IOException {
    while (running.size() >= access.config().segmentsInFlight()) {
      joinOldest();
    }
    RemoteSegment segment = new RemoteSegment(access, target, keys, segmentCount);
    segmentCount++;
    running.add(segment);
    current = segment;
    segment.start();
    segment.write(head, 0, headBytes);
    headBytes = 0;
    return segment;
  }

  private CommittedSegment joinOldest() throws IOException {
    RemoteSegment oldest = running.element();
    CommittedSegment sent = oldest.join();
    running.remove();
    oldest.uncommittedToken().ifPresent(tokens::add);
    digest.add(sent.getWrappedSegmentKey().toByteArray());
    return sent;
  }

  private CommittedSegment joinAll() throws IOException {
    CommittedSegment last = CommittedSegment.getDefaultInstance();
    while (!running.isEmpty()) {
      last = joinOldest();
    }
    return last;
  }

  private CommittedSegment inlineSegment() {
    SecretBytes key = keys.draw(access.random());
    byte[] sealed = new byte[headBytes + SegmentCipher.TAG_BYTES];
    new SegmentCipher(key).encryptBlock(0, true, head, 0, headBytes, sealed, 0);
    BlockLayout layout = BlockLayout.inline(headBytes);
    int epoch = target.path().keyEpoch();
    byte[] wrapped = keys.wrap(key, epoch, target.part(), segmentCount, layout);
    key.destroy();
    return CommittedSegment.newBuilder()
        .setPart(target.part())
        .setIndex(segmentCount)
        .setCipherId(SegmentCipher.CIPHER_ID)
        .setKeyEpoch(epoch)
        .setWrappedSegmentKey(ByteString.copyFrom(wrapped))
        .setLayout(
            dev.holdfast.protocol.wire.BlockLayout.newBuilder()
                .setPlainBytes(layout.plainBytes())
                .setBlockBytes(layout.blockBytes())
                .setBlocksPerStripe(layout.blocksPerStripe()))
        .setInlineCiphertext(ByteString.copyFrom(sealed))
        .build();
  }
}
