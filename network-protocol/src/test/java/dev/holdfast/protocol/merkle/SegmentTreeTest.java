package dev.holdfast.protocol.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.vectors.VectorFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SegmentTreeTest {
  private static final HashAlgorithm HASH = HashAlgorithm.SHA_256;

  private static byte[] share(int piece, int stripe, int length) {
    byte[] share = new byte[length];
    for (int i = 0; i < length; i++) {
      share[i] = (byte) (31 * piece + 17 * stripe + 7 * i + (i >> 8));
    }
    return share;
  }

  private record Segment(ShareLayout layout, List<List<byte[]>> leaves, SegmentTree tree) {
    static Segment of(ShareLayout layout) {
      List<List<byte[]>> leaves = new ArrayList<>();
      List<byte[]> roots = new ArrayList<>();
      for (int piece = 0; piece < layout.total(); piece++) {
        SegmentTree.PieceRootBuilder builder =
            new SegmentTree.PieceRootBuilder(layout.hash(), piece);
        for (int stripe = 0; stripe < layout.stripeCount(); stripe++) {
          builder.addShare(ByteBuffer.wrap(share(piece, stripe, layout.shareBytes(stripe))));
        }
        leaves.add(builder.leaves());
        roots.add(builder.root());
      }
      return new Segment(layout, leaves, SegmentTree.of(layout, roots));
    }
  }

  @Test
  void hashesAsSpecified() {
    for (VectorFile.Case c : VectorFile.read("merkle.txt").cases()) {
      ShareLayout layout =
          new ShareLayout(
              HASH,
              c.integer("share_bytes"),
              c.integer("last_share_bytes"),
              c.integer("stripe_count"),
              c.integer("total"));
      Segment segment = Segment.of(layout);
      int piece = c.integer("piece");
      int stripe = c.integer("stripe");
      List<byte[]> leafPath = SegmentTree.leafPath(segment.leaves().get(piece), stripe);
      List<byte[]> piecePath = segment.tree().piecePath(piece);
      assertThat(segment.leaves().get(piece).get(stripe)).as(c.name()).isEqualTo(c.bytes("leaf"));
      assertThat(SegmentTree.pieceRoot(HASH, segment.leaves().get(piece)))
          .as(c.name())
          .isEqualTo(c.bytes("piece_root"));
      assertThat(leafPath).as(c.name()).containsExactlyElementsOf(c.byteList("leaf_path"));
      assertThat(piecePath).as(c.name()).containsExactlyElementsOf(c.byteList("piece_path"));
      assertThat(segment.tree().segmentRoot()).as(c.name()).isEqualTo(c.bytes("segment_root"));
      byte[] share = share(piece, stripe, layout.shareBytes(stripe));
      assertThat(
              SegmentTree.verifyShare(
                  layout, piece, stripe, share, leafPath, piecePath, c.bytes("segment_root")))
          .as(c.name())
          .isTrue();
    }
  }

  /** RFC 6962 by its recursive definition, against the level by level computation. */
  @Test
  void hasTheShapeOfRfc6962ForEveryCount() {
    List<byte[]> leaves = new ArrayList<>();
    for (int count = 1; count <= 300; count++) {
      leaves.add(SegmentTree.leaf(HASH, 0, share(0, count, 8), 0, 8));
      byte[] root = MerkleTree.root(HASH, leaves);
      assertThat(root).isEqualTo(naive(leaves));
      int step = count <= 40 ? 1 : 13;
      for (int index = 0; index < count; index += step) {
        List<byte[]> path = MerkleTree.path(HASH, leaves, index);
        assertThat(path)
            .hasSize(MerkleTree.pathLength(count, index))
            .hasSizeLessThanOrEqualTo(ShareProof.MAX_PATH);
        assertThat(MerkleTree.climb(HASH, count, index, leaves.get(index), path)).isEqualTo(root);
        if (count <= 40) {
          for (int other = 0; other < count; other++) {
            if (other != index) {
              assertThat(MerkleTree.climb(HASH, count, other, leaves.get(index), path))
                  .isNotEqualTo(root);
            }
          }
        }
      }
    }
  }

  private static byte[] naive(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    MessageDigest digest = HASH.newDigest();
    digest.update((byte) 1);
    digest.update(naive(leaves.subList(0, split)));
    digest.update(naive(leaves.subList(split, leaves.size())));
    return digest.digest();
  }

  @Test
  void refusesAShareWithAnyByteAlteredOrMoved() {
    ShareLayout layout = new ShareLayout(HASH, 32, 16, 5, 7);
    Segment segment = Segment.of(layout);
    byte[] root = segment.tree().segmentRoot();
    for (int piece = 0; piece < layout.total(); piece++) {
      List<byte[]> piecePath = segment.tree().piecePath(piece);
      for (int stripe = 0; stripe < layout.stripeCount(); stripe++) {
        List<byte[]> leafPath = SegmentTree.leafPath(segment.leaves().get(piece), stripe);
        byte[] share = share(piece, stripe, layout.shareBytes(stripe));
        assertThat(SegmentTree.verifyShare(layout, piece, stripe, share, leafPath, piecePath, root))
            .isTrue();
        for (int i = 0; i < share.length; i++) {
          byte[] bad = share.clone();
          bad[i] ^= 1;
          assertThat(SegmentTree.verifyShare(layout, piece, stripe, bad, leafPath, piecePath, root))
              .isFalse();
        }
        for (int otherPiece = -1; otherPiece <= layout.total(); otherPiece++) {
          for (int otherStripe = -1; otherStripe <= layout.stripeCount(); otherStripe++) {
            boolean same = otherPiece == piece && otherStripe == stripe;
            assertThat(
                    SegmentTree.verifyShare(
                        layout, otherPiece, otherStripe, share, leafPath, piecePath, root))
                .isEqualTo(same);
          }
        }
        assertEveryAlteredHashIsRefused(layout, piece, stripe, share, leafPath, piecePath, root);
      }
    }
  }

  private static void assertEveryAlteredHashIsRefused(
      ShareLayout layout,
      int piece,
      int stripe,
      byte[] share,
      List<byte[]> leafPath,
      List<byte[]> piecePath,
      byte[] root) {
    List<byte[]> all = new ArrayList<>(leafPath);
    all.addAll(piecePath);
    for (int hash = 0; hash < all.size(); hash++) {
      for (int i = 0; i < 32; i++) {
        List<byte[]> bad = new ArrayList<>(all);
        byte[] altered = bad.get(hash).clone();
        altered[i] ^= (byte) 0x80;
        bad.set(hash, altered);
        assertThat(
                SegmentTree.verifyShare(
                    layout,
                    piece,
                    stripe,
                    share,
                    bad.subList(0, leafPath.size()),
                    bad.subList(leafPath.size(), bad.size()),
                    root))
            .isFalse();
      }
    }
    for (int i = 0; i < 32; i++) {
      byte[] badRoot = root.clone();
      badRoot[i] ^= 1;
      assertThat(
              SegmentTree.verifyShare(layout, piece, stripe, share, leafPath, piecePath, badRoot))
          .isFalse();
    }
    List<byte[]> longer = new ArrayList<>(leafPath);
    longer.add(new byte[32]);
    assertThat(SegmentTree.verifyShare(layout, piece, stripe, share, longer, piecePath, root))
        .isFalse();
    List<byte[]> odd = new ArrayList<>(piecePath);
    odd.set(0, new byte[31]);
    assertThat(SegmentTree.verifyShare(layout, piece, stripe, share, leafPath, odd, root))
        .isFalse();
  }

  @Test
  void bindsTheLayoutIntoTheRoot() {
    ShareLayout layout = new ShareLayout(HASH, 32, 16, 5, 7);
    Segment segment = Segment.of(layout);
    byte[] root = segment.tree().segmentRoot();
    byte[] pieceRoot = SegmentTree.pieceRoot(HASH, segment.leaves().get(3));
    List<byte[]> path = segment.tree().piecePath(3);
    assertThat(SegmentTree.verifyPiece(layout, 3, pieceRoot, path, root)).isTrue();
    for (ShareLayout other :
        List.of(
            new ShareLayout(HASH, 33, 16, 5, 7),
            new ShareLayout(HASH, 32, 17, 5, 7),
            new ShareLayout(HASH, 32, 16, 4, 7),
            new ShareLayout(HASH, 32, 16, 5, 8))) {
      assertThat(SegmentTree.verifyPiece(other, 3, pieceRoot, path, root)).isFalse();
    }
    assertThat(SegmentTree.verifyPiece(layout, 3, new byte[31], path, root)).isFalse();
    assertThat(SegmentTree.verifyPiece(layout, 3, pieceRoot, path, new byte[5])).isFalse();
  }

  @Test
  void hashesAPieceThatArrivesInAnyRuns() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      int shareBytes = 1 + random.nextInt(100);
      ShareLayout layout =
          new ShareLayout(
              HASH,
              shareBytes,
              1 + random.nextInt(shareBytes),
              1 + random.nextInt(9),
              1 + random.nextInt(9));
      int piece = random.nextInt(layout.total());
      SegmentTree.PieceRootBuilder whole = new SegmentTree.PieceRootBuilder(HASH, piece);
      ByteBuffer bytes = ByteBuffer.allocate((int) layout.pieceBytes());
      for (int stripe = 0; stripe < layout.stripeCount(); stripe++) {
        byte[] share = share(piece, stripe, layout.shareBytes(stripe));
        whole.addShare(share, 0, share.length);
        bytes.put(share);
      }
      bytes.flip();
      PieceHasher hasher = new PieceHasher(HASH, shareBytes, piece);
      while (bytes.hasRemaining()) {
        assertThat(hasher.matches(layout)).isFalse();
        int run = 1 + random.nextInt(Math.min(70, bytes.remaining()));
        hasher.update(bytes.slice(bytes.position(), run));
        bytes.position(bytes.position() + run);
      }
      assertThat(hasher.matches(layout)).as("seed " + seed).isTrue();
      assertThat(hasher.hashedBytes()).isEqualTo(layout.pieceBytes());
      assertThat(hasher.root()).as("seed " + seed).isEqualTo(whole.root());
      assertThat(hasher.root()).as("seed " + seed).isEqualTo(whole.root());
      assertThat(hasher.leaves()).as("seed " + seed).containsExactlyElementsOf(whole.leaves());
      assertThatThrownBy(() -> hasher.update(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class);
      for (ShareLayout other :
          List.of(
              new ShareLayout(HASH, shareBytes + 1, 1, layout.stripeCount(), layout.total()),
              new ShareLayout(
                  HASH,
                  shareBytes,
                  layout.lastShareBytes(),
                  layout.stripeCount() + 1,
                  layout.total()))) {
        assertThat(hasher.matches(other)).as("seed " + seed).isFalse();
      }
    }
  }

  @Test
  void refusesCountsThatDoNotFit() {
    ShareLayout layout = new ShareLayout(HASH, 32, 16, 5, 2);
    assertThatThrownBy(() -> SegmentTree.of(layout, List.of(new byte[32])))
        .hasMessageContaining("2 piece roots");
    assertThatThrownBy(() -> SegmentTree.of(layout, List.of(new byte[32], new byte[33])))
        .hasMessageContaining("33");
    assertThatThrownBy(() -> new PieceHasher(HASH, 32, 256)).hasMessageContaining("256");
    assertThatThrownBy(() -> new PieceHasher(HASH, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PieceHasher(HASH, 32, 1).root())
        .isInstanceOf(IllegalStateException.class);
    PieceHasher full = new PieceHasher(HASH, 1, 0);
    full.update(ByteBuffer.allocate(ShareLayout.MAX_STRIPES));
    assertThatThrownBy(() -> full.update(ByteBuffer.allocate(1))).hasMessageContaining("65536");
  }
}
