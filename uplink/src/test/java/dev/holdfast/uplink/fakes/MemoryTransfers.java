package dev.holdfast.uplink.fakes;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.UploadedPieces;
import dev.holdfast.uplink.encryption.SegmentCipher;
import dev.holdfast.uplink.segment.PlainSink;
import dev.holdfast.uplink.segment.PlainSource;
import dev.holdfast.uplink.segment.SegmentDownloader;
import dev.holdfast.uplink.segment.SegmentReadRequest;
import dev.holdfast.uplink.segment.SegmentTransfers;
import dev.holdfast.uplink.segment.SegmentUploadRequest;
import dev.holdfast.uplink.segment.SegmentUploader;
import dev.holdfast.uplink.segment.UploadedSegment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** Keeps the ciphertext of remote segments in memory, by their segment token. */
public final class MemoryTransfers implements SegmentTransfers, SegmentUploader, SegmentDownloader {
  private static final int BLOCKS_PER_STRIPE = 4;

  public final Map<ByteString, byte[]> ciphertexts = new ConcurrentHashMap<>();
  public final AtomicInteger uploading = new AtomicInteger();
  public final AtomicInteger mostUploading = new AtomicInteger();

  /** Thrown by the next uploads after so many plain bytes. */
  public volatile @Nullable HoldfastException failUploads;

  public volatile int failUploadsAfterBytes;

  /** Thrown once by a read after its first block. */
  public final AtomicReference<@Nullable HoldfastException> failReadOnce = new AtomicReference<>();

  private final SecureRandom random = new SecureRandom();

  @Override
  public SegmentUploader uploader() {
    return this;
  }

  @Override
  public SegmentDownloader downloader() {
    return this;
  }

  @Override
  public void close() {}

  @Override
  public UploadedSegment upload(SegmentUploadRequest request, PlainSource source)
      throws IOException {
    mostUploading.accumulateAndGet(uploading.incrementAndGet(), Math::max);
    try {
      ByteString token = request.broker().begin(request.maxPlainBytes()).getSegmentToken();
      byte[] plain = readAll(source);
      BlockLayout layout = BlockLayout.of(plain.length, BLOCKS_PER_STRIPE);
      SecretBytes key = request.keys().draw(random);
      ciphertexts.put(token, encrypt(layout, key, plain));
      CommittedSegment message =
          CommittedSegment.newBuilder()
              .setPart(request.part())
              .setIndex(request.index())
              .setCipherId(SegmentCipher.CIPHER_ID)
              .setKeyEpoch(request.keyEpoch())
              .setWrappedSegmentKey(
                  ByteString.copyFrom(
                      request
                          .keys()
                          .wrap(key, request.keyEpoch(), request.part(), request.index(), layout)))
              .setLayout(
                  dev.holdfast.protocol.wire.BlockLayout.newBuilder()
                      .setPlainBytes(layout.plainBytes())
                      .setBlockBytes(layout.blockBytes())
                      .setBlocksPerStripe(layout.blocksPerStripe()))
              .setRemote(UploadedPieces.newBuilder().setSegmentToken(token))
              .build();
      return new UploadedSegment(message, plain.length);
    } finally {
      uploading.decrementAndGet();
    }
  }

  private byte[] readAll(PlainSource source) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[65_536];
    for (int n = source.read(buffer, 0, buffer.length);
        n >= 0;
        n = source.read(buffer, 0, buffer.length)) {
      all.write(buffer, 0, n);
      HoldfastException failure = failUploads;
      if (failure != null && all.size() >= failUploadsAfterBytes) {
        throw failure;
      }
    }
    return all.toByteArray();
  }

  private static byte[] encrypt(BlockLayout layout, SecretBytes key, byte[] plain) {
    SegmentCipher cipher = new SegmentCipher(key);
    byte[] out = new byte[plain.length + 16 * (layout.lastBlock() + 1)];
    int at = 0;
    for (int block = 0; block <= layout.lastBlock(); block++) {
      at +=
          cipher.encryptBlock(
              block,
              block == layout.lastBlock(),
              plain,
              (int) layout.blockOffset(block),
              layout.blockPlainBytes(block),
              out,
              at);
    }
    return out;
  }

  @Override
  public void read(SegmentReadRequest request, PlainSink sink) throws IOException {
    byte[] ciphertext = ciphertexts.get(request.stored().getRootPieceId());
    if (ciphertext == null) {
      throw new IOException("No such segment.");
    }
    BlockLayout layout = request.layout();
    SegmentCipher cipher = new SegmentCipher(request.segmentKey());
    long end = request.offset() + request.length();
    for (int block = layout.blockOf(request.offset()); block <= layout.blockOf(end - 1); block++) {
      byte[] plain = new byte[layout.blockPlainBytes(block)];
      int from = (int) layout.blockOffset(block) + 16 * block;
      try {
        cipher.decryptBlock(
            block, block == layout.lastBlock(), ciphertext, from, plain.length + 16, plain, 0);
      } catch (AEADBadTagException e) {
        throw new IOException("Altered.", e);
      }
      int start = (int) Math.max(0, request.offset() - layout.blockOffset(block));
      int stop = (int) Math.min(plain.length, end - layout.blockOffset(block));
      sink.write(plain, start, stop - start);
      HoldfastException failure = failReadOnce.getAndSet(null);
      if (failure != null) {
        throw failure;
      }
    }
  }
}
