package dev.holdfast.uplink.segment.download;

import dev.holdfast.erasure.ErasureCodec;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.uplink.encryption.SegmentCipher;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** Makes plain blocks of a segment's shares. Thread-safe. */
final class StripeOpener {
  private final SecretBytes segmentKey;
  private final BlockLayout blocks;
  private final ShareLayout shares;
  private final ErasureCodec codec;
  private final ShareBuffers buffers;

  StripeOpener(
      SecretBytes segmentKey,
      BlockLayout blocks,
      ShareLayout shares,
      ErasureCodec codec,
      ShareBuffers buffers) {
    this.segmentKey = segmentKey;
    this.blocks = blocks;
    this.shares = shares;
    this.codec = codec;
    this.buffers = buffers;
  }

  /**
   * Opens the wanted blocks of a stripe.
   *
   * @param present which of {@code stripeShares} hold bytes; all wanted ones, or as many as the
   *     code requires
   * @param wanted data shares to open
   * @return plain blocks by data share, null where none was wanted; the arrays are the caller's to
   *     give back
   * @throws AEADBadTagException if a block is not what was encrypted there
   */
  byte[] @Nullable [] open(
      int stripe, byte[] @Nullable [] stripeShares, boolean[] present, boolean[] wanted)
      throws AEADBadTagException {
    byte[] @Nullable [] rebuilt = rebuild(stripe, stripeShares, present, wanted);
    byte[] @Nullable [] plain = new byte[wanted.length][];
    boolean opened = false;
    try {
      SegmentCipher cipher = new SegmentCipher(segmentKey);
      for (int i = 0; i < wanted.length; i++) {
        plain[i] = null;
      }
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i]) {
          byte[] share = rebuilt[i] != null ? rebuilt[i] : stripeShares[i];
          if (share == null) {
            throw new IllegalStateException("share " + i + " of stripe " + stripe + " is missing");
          }
          int block = stripe * blocks.blocksPerStripe() + i;
          byte[] out = buffers.take(shares.shareBytes());
          plain[i] = out;
          int unused =
              cipher.decryptBlock(
                  block,
                  block == blocks.lastBlock(),
                  share,
                  0,
                  blocks.blockEncryptedBytes(block),
                  out,
                  0);
        }
      }
      opened = true;
      return plain;
    } finally {
      giveBack(rebuilt);
      if (!opened) {
        giveBack(plain);
      }
    }
  }

  private byte[] @Nullable [] rebuild(
      int stripe, byte[] @Nullable [] stripeShares, boolean[] present, boolean[] wanted) {
    byte[] @Nullable [] rebuilt = new byte[shares.total()][];
    boolean missing = false;
    for (int i = 0; i < rebuilt.length; i++) {
      boolean rebuild = i < wanted.length && wanted[i] && !present[i];
      rebuilt[i] = rebuild ? buffers.take(shares.shareBytes()) : null;
      missing |= rebuild;
    }
    if (missing) {
      codec.reconstruct(stripeShares, present, rebuilt, 0, shares.shareBytes(stripe));
    }
    return rebuilt;
  }

  /**
   * Which of some shares differ from what proven shares of the stripe say that they must be.
   *
   * @param proven which of {@code provenShares} are proven, at least as many as the code requires
   * @param given which of {@code givenShares} there are
   */
  boolean[] differing(
      int stripe,
      byte[] @Nullable [] provenShares,
      boolean[] proven,
      byte[] @Nullable [] givenShares,
      boolean[] given) {
    int length = shares.shareBytes(stripe);
    byte[] @Nullable [] right = new byte[shares.total()][];
    for (int i = 0; i < right.length; i++) {
      boolean rebuild = given[i] && givenShares[i] != null && !proven[i];
      right[i] = rebuild ? buffers.take(shares.shareBytes()) : null;
    }
    codec.reconstruct(provenShares, proven, right, 0, length);
    boolean[] differing = new boolean[right.length];
    for (int i = 0; i < right.length; i++) {
      byte[] rightShare = proven[i] ? provenShares[i] : right[i];
      byte[] givenShare = givenShares[i];
      differing[i] =
          given[i]
              && rightShare != null
              && givenShare != null
              && !Arrays.equals(rightShare, 0, length, givenShare, 0, length);
    }
    giveBack(right);
    return differing;
  }

  void giveBack(byte[] @Nullable [] arrays) {
    for (byte[] array : arrays) {
      if (array != null) {
        buffers.give(array);
      }
    }
  }
}
