package dev.holdfast.protocol.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.vectors.VectorFile;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LayoutTest {
  @Test
  void laysBlocksAndSharesOutAsSpecified() {
    for (VectorFile.Case c : VectorFile.read("layouts.txt").cases()) {
      BlockLayout blocks =
          new BlockLayout(
              c.number("plain_bytes"), c.integer("block_bytes"), c.integer("blocks_per_stripe"));
      assertThat(blocks.stripeCount()).as(c.name()).isEqualTo(c.integer("stripe_count"));
      assertThat(blocks.lastBlockPlainBytes())
          .as(c.name())
          .isEqualTo(c.integer("last_block_plain_bytes"));
      assertThat(blocks.blockCount()).as(c.name()).isEqualTo(c.integer("block_count"));
      assertThat(blocks.lastBlock()).as(c.name()).isEqualTo(c.integer("last_block"));
      int first = blocks.blockCount() - blocks.blocksPerStripe();
      for (int i = 0; i < blocks.blocksPerStripe(); i++) {
        assertThat((long) blocks.blockPlainBytes(first + i))
            .as(c.name())
            .isEqualTo(c.numberList("last_sizes").get(i));
        assertThat(blocks.blockOffset(first + i))
            .as(c.name())
            .isEqualTo(c.numberList("last_offsets").get(i));
      }
      ShareLayout shares = ShareLayout.of(blocks, c.integer("granule"), c.integer("total"));
      assertThat(shares.shareBytes()).as(c.name()).isEqualTo(c.integer("share_bytes"));
      assertThat(shares.lastShareBytes()).as(c.name()).isEqualTo(c.integer("last_share_bytes"));
      assertThat(shares.pieceBytes()).as(c.name()).isEqualTo(c.number("piece_bytes"));
      assertThat(shares.toByteArray()).as(c.name()).isEqualTo(c.bytes("share_layout"));
      assertThat(ShareLayout.read(ByteBuffer.wrap(shares.toByteArray())))
          .as(c.name())
          .isEqualTo(shares);
    }
  }

  @Test
  void coversEveryPlainByteOnce() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int block = 1 + random.nextInt(70);
      int perStripe = 1 + random.nextInt(12);
      long plain = 1L + random.nextInt(3_000);
      BlockLayout layout = new BlockLayout(plain, block, perStripe);
      String about = "seed " + seed + ", " + layout;
      long at = 0;
      int last = -1;
      for (int i = 0; i < layout.blockCount(); i++) {
        int size = layout.blockPlainBytes(i);
        assertThat(layout.blockOffset(i)).as(about).isEqualTo(at);
        assertThat(size).as(about).isBetween(0, block);
        assertThat(layout.blockEncryptedBytes(i)).as(about).isEqualTo(size == 0 ? 0 : size + 16);
        for (long offset = at; offset < at + size; offset++) {
          assertThat(layout.blockOf(offset)).as(about).isEqualTo(i);
        }
        at += size;
        last = size > 0 ? i : last;
      }
      assertThat(at).as(about).isEqualTo(plain);
      assertThat(layout.lastBlock()).as(about).isEqualTo(last);
      ShareLayout shares =
          ShareLayout.of(layout, 1 + random.nextInt(20), perStripe + random.nextInt(5));
      long pieceAt = 0;
      for (int stripe = 0; stripe < shares.stripeCount(); stripe++) {
        assertThat(shares.shareOffset(stripe)).as(about).isEqualTo(pieceAt);
        assertThat(shares.stripeOf(pieceAt)).as(about).isEqualTo(stripe);
        assertThat(shares.stripeOf(pieceAt + shares.shareBytes(stripe) - 1))
            .as(about)
            .isEqualTo(stripe);
        assertThat(shares.shareBytes(stripe))
            .as(about)
            .isGreaterThanOrEqualTo(layout.blockPlainBytes(stripe * perStripe) + 16);
        pieceAt += shares.shareBytes(stripe);
      }
      assertThat(shares.pieceBytes()).as(about).isEqualTo(pieceAt);
    }
  }

  @Test
  void encryptsOneBlockOfAnEmptyObject() {
    BlockLayout empty = BlockLayout.inline(0);
    assertThat(empty.blockCount()).isEqualTo(1);
    assertThat(empty.blockEncryptedBytes(0)).isEqualTo(16);
    assertThatThrownBy(() -> empty.blockOf(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesSizesOutsideTheirRanges() {
    assertThatThrownBy(() -> BlockLayout.of((64L << 20) + 1, 4)).hasMessageContaining("67108864");
    assertThatThrownBy(() -> BlockLayout.of(-1, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BlockLayout.of(0, 4)).hasMessageContaining("inline");
    assertThatThrownBy(() -> BlockLayout.of(5, 257)).hasMessageContaining("257");
    assertThatThrownBy(() -> new BlockLayout(5, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShareLayout(HashAlgorithm.SHA_256, 16, 17, 1, 1))
        .hasMessageContaining("17");
    assertThatThrownBy(() -> new ShareLayout(HashAlgorithm.SHA_256, 16, 16, 0, 1))
        .hasMessageContaining("stripes");
    assertThatThrownBy(() -> new ShareLayout(HashAlgorithm.SHA_256, 16, 16, 1, 257))
        .hasMessageContaining("257");
    byte[] unknownHash = new ShareLayout(HashAlgorithm.SHA_256, 16, 16, 1, 1).toByteArray();
    unknownHash[0] = 2;
    assertThatThrownBy(() -> ShareLayout.read(ByteBuffer.wrap(unknownHash)))
        .hasMessageContaining("hash id 2");
  }

  @Test
  void freezesNumericIds() {
    assertThat(HashAlgorithm.SHA_256.id()).isEqualTo(1);
    assertThat(Cipher.AES_256_GCM.id()).isEqualTo(1);
    assertThat(Cipher.ofId(1)).isEqualTo(Cipher.AES_256_GCM);
    assertThatThrownBy(() -> Cipher.ofId(2)).hasMessageContaining("2");
  }
}
