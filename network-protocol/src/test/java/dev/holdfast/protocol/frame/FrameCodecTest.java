package dev.holdfast.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.vectors.VectorFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameCodecTest {
  private static final int EXCHANGE = 258;
  private static final ShareLayout LAYOUT =
      new ShareLayout(HashAlgorithm.SHA_256, 65_552, 1_040, 3, 10);

  private static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed + 7 * i + (i >> 8));
    }
    return bytes;
  }

  private static byte[] hash(int seed) {
    return pattern(32, seed);
  }

  private static PieceId piece(int number) {
    return new PieceId(RootPieceId.of(pattern(16, 55)), number);
  }

  /** The frames of the vector file, by the names of its cases. */
  private static Map<String, Frame> frames() {
    Map<String, Frame> frames = new LinkedHashMap<>();
    frames.put(
        "put-begin", new Frame.PutBegin(EXCHANGE, pattern(245, 1), HashAlgorithm.SHA_256, 65_552));
    frames.put("order", new Frame.Order(EXCHANGE, 17, Bytes32.of(hash(2))));
    frames.put(
        "share-bytes", new Frame.ShareBytes(EXCHANGE, Unpooled.wrappedBuffer(pattern(20, 3))));
    frames.put(
        "put-finish",
        new Frame.PutFinish(
            EXCHANGE, LAYOUT, Bytes32.of(hash(4)), Bytes32.of(hash(5)), List.of(hash(6), hash(7))));
    frames.put("cancel", new Frame.Cancel(EXCHANGE));
    frames.put(
        "get",
        new Frame.Get(
            EXCHANGE,
            pattern(245, 1),
            3,
            Bytes32.of(hash(8)),
            List.of(ShareRange.whole(LAYOUT, 0), new ShareRange(2, 16, 1_024)),
            true));
    frames.put("delete", new Frame.Delete(EXCHANGE, List.of(piece(0), piece(255))));
    frames.put("list-pieces from the first", new Frame.ListPieces(EXCHANGE, null, 1_000));
    frames.put("list-pieces after one", new Frame.ListPieces(EXCHANGE, piece(9), 4_096));
    frames.put("receipt", new Frame.Receipt(EXCHANGE, pattern(158, 9)));
    frames.put(
        "proof",
        new Frame.Proof(
            EXCHANGE, new ShareProof(List.of(hash(10), hash(11)), List.of(hash(12))), LAYOUT));
    frames.put("done", new Frame.Done(EXCHANGE));
    frames.put("cancelled", new Frame.Cancelled(EXCHANGE));
    frames.put("deleted", new Frame.Deleted(EXCHANGE, 2));
    frames.put(
        "pieces",
        new Frame.Pieces(
            EXCHANGE, List.of(new ListedPiece(piece(9), 196_608, 1763862000123L)), true));
    frames.put("refused", Frame.Refused.of(EXCHANGE, ErrorCode.NODE_FULL, "The node is full."));
    return frames;
  }

  private static byte[] encode(Frame frame) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder());
    assertThat(channel.writeOutbound(frame)).isTrue();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      out.writeBytes(ByteBufUtil.getBytes(part));
      part.release();
    }
    channel.finishAndReleaseAll();
    return out.toByteArray();
  }

  /** Decodes bytes that arrive in runs of this length; joins the parts of split piece bytes. */
  private static List<Frame> decode(byte[] bytes, int run) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    List<Frame> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += run) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(run, bytes.length - at)));
    }
    for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      if (frame instanceof Frame.ShareBytes share
          && !frames.isEmpty()
          && frames.getLast() instanceof Frame.ShareBytes before) {
        frames.set(
            frames.size() - 1,
            new Frame.ShareBytes(
                share.exchange(), Unpooled.wrappedBuffer(before.data(), share.data())));
      } else {
        frames.add(frame);
      }
    }
    channel.finishAndReleaseAll();
    return frames;
  }

  @Test
  void writesAndReadsEveryFrameAsSpecified() {
    Map<String, Frame> frames = frames();
    VectorFile vectors = VectorFile.read("frames.txt");
    assertThat(vectors.cases())
        .extracting(VectorFile.Case::name)
        .containsExactlyElementsOf(frames.keySet());
    assertThat(FrameType.values())
        .extracting(FrameType::id)
        .containsExactlyElementsOf(
            vectors.cases().stream().map(c -> c.integer("type")).distinct().toList());
    for (VectorFile.Case c : vectors.cases()) {
      Frame frame = Objects.requireNonNull(frames.get(c.name()));
      assertThat(encode(frame)).as(c.name()).isEqualTo(c.bytes("frame"));
      for (int run : new int[] {1, 3, 10_000}) {
        List<Frame> decoded = decode(c.bytes("frame"), run);
        assertThat(decoded).as(c.name()).hasSize(1);
        assertThat(encode(decoded.getFirst())).as(c.name()).isEqualTo(c.bytes("frame"));
        assertThat(decoded.getFirst().exchange()).isEqualTo(EXCHANGE);
      }
    }
  }

  @Test
  void readsAStreamOfFramesCutAnywhere() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    List<byte[]> single = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<Frame> choice = List.copyOf(frames().values());
      byte[] bytes =
          i % 2 == 0
              ? encode(choice.get(random.nextInt(choice.size())))
              : encode(new Frame.Order(i, 1, Bytes32.ZERO));
      single.add(bytes);
      stream.writeBytes(bytes);
    }
    for (int run : new int[] {1, 7, 100, 4_096}) {
      List<Frame> frames = decode(stream.toByteArray(), run);
      assertThat(frames).as("seed " + seed).hasSize(single.size());
      for (int i = 0; i < frames.size(); i++) {
        assertThat(encode(frames.get(i))).as("seed " + seed).isEqualTo(single.get(i));
      }
    }
  }

  @Test
  void passesPieceBytesOnWithoutCopyingOrWaiting() {
    ByteBuf payload =
        Unpooled.directBuffer(Frame.MAX_PAYLOAD_BYTES).writeZero(Frame.MAX_PAYLOAD_BYTES);
    EmbeddedChannel encoder = new EmbeddedChannel(new FrameEncoder());
    encoder.writeOutbound(new Frame.ShareBytes(1, payload));
    ByteBuf header = encoder.readOutbound();
    ByteBuf body = encoder.readOutbound();
    assertThat(body).isSameAs(payload);
    assertThat(payload.refCnt()).isEqualTo(1);

    EmbeddedChannel decoder = new EmbeddedChannel(new FrameDecoder());
    decoder.writeInbound(header);
    ByteBuf first = body.readRetainedSlice(1_000);
    decoder.writeInbound(first);
    Frame.ShareBytes early = decoder.readInbound();
    assertThat(early.data().readableBytes()).isEqualTo(1_000);
    assertThat(early.data().memoryAddress()).isEqualTo(payload.memoryAddress());
    early.release();
    decoder.writeInbound(body);
    Frame.ShareBytes rest = decoder.readInbound();
    assertThat(rest.data().readableBytes()).isEqualTo(Frame.MAX_PAYLOAD_BYTES - 1_000);
    rest.release();
    assertThat(payload.refCnt()).isZero();
    encoder.finishAndReleaseAll();
    decoder.finishAndReleaseAll();
  }

  @Test
  void refusesEveryCutAndEveryLengthenedFrame() {
    for (Map.Entry<String, Frame> entry : frames().entrySet()) {
      byte[] good = encode(entry.getValue());
      if (entry.getKey().equals("share-bytes")) {
        continue;
      }
      int payload = good.length - Frame.HEADER_BYTES;
      for (int length = 0; length <= payload + 1; length++) {
        byte[] bad = Arrays.copyOf(good, Frame.HEADER_BYTES + length);
        bad[2] = (byte) ((length + 5) >> 8);
        bad[3] = (byte) (length + 5);
        if (length != payload) {
          assertRefused(entry.getKey() + " with " + length + " bytes", bad);
        }
      }
    }
  }

  @Test
  void refusesWhatCannotBeAFrame() {
    assertRefused("longer than allowed", new byte[] {0, 4, 0, 6, 3, 0, 0, 0, 1});
    assertRefused("negative", new byte[] {0, 0, 0, 4, 3, 0, 0, 0, 1});
    assertRefused(
        "unsigned", new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 3, 0, 0, 0, 1});
    assertRefused("unknown type", new byte[] {0, 0, 0, 5, 99, 0, 0, 0, 1});
    byte[] badFlag = encode(new Frame.ListPieces(1, null, 5));
    badFlag[Frame.HEADER_BYTES] = 2;
    assertRefused("flag of 2", badFlag);
    byte[] badHash = encode(new Frame.PutBegin(1, new byte[0], HashAlgorithm.SHA_256, 16));
    badHash[Frame.HEADER_BYTES + 2] = 9;
    assertRefused("unknown hash", badHash);
    byte[] badShareBytes = encode(new Frame.PutBegin(1, new byte[0], HashAlgorithm.SHA_256, 16));
    badShareBytes[Frame.HEADER_BYTES + 3] = 1;
    assertRefused("share of 16 MiB", badShareBytes);
    byte[] badRange =
        encode(
            new Frame.Get(
                1, new byte[0], 0, Bytes32.ZERO, List.of(new ShareRange(0, 0, 1)), false));
    badRange[badRange.length - 1] = 0;
    assertRefused("empty range", badRange);
  }

  private static void assertRefused(String what, byte[] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)))
        .as(what)
        .isInstanceOf(DecoderException.class)
        .cause()
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FRAME_INVALID));
    channel.writeInbound(Unpooled.wrappedBuffer(encode(new Frame.Done(1))));
    assertThat((Object) channel.readInbound()).as(what + ", then a good one").isNull();
    channel.finishAndReleaseAll();
  }

  @Test
  void neverAnswersRandomBytesWithAnythingButFramesOrARefusal() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = encode(List.copyOf(frames().values()).get(random.nextInt(16)));
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
      try {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
      } catch (DecoderException e) {
        assertThat(e.getCause()).as("seed " + seed).isInstanceOf(HoldfastException.class);
      }
      channel.finishAndReleaseAll();
    }
  }

  @Test
  void cutsLongMessagesAtACharacter() {
    byte[] bytes = encode(Frame.Refused.of(1, ErrorCode.INTERNAL, "a" + "é".repeat(2_000)));
    Frame.Refused refused = (Frame.Refused) decode(bytes, 10_000).getFirst();
    assertThat(refused.message()).hasSize(512).endsWith("é").doesNotContain("�");
    assertThat(new Frame.Refused(1, 60_000, "later").code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void refusesToWriteMoreThanAFrameHolds() {
    ByteBuf tooMuch =
        Unpooled.buffer(Frame.MAX_PAYLOAD_BYTES + 1).writeZero(Frame.MAX_PAYLOAD_BYTES + 1);
    EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder());
    assertThatThrownBy(() -> channel.writeOutbound(new Frame.ShareBytes(1, tooMuch)))
        .rootCause()
        .hasMessageContaining("262144");
    assertThat(tooMuch.refCnt()).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void judgesRangesByTheirLayout() {
    assertThat(ShareRange.whole(LAYOUT, 2)).isEqualTo(new ShareRange(2, 0, 1_040));
    assertThat(new ShareRange(2, 0, 1_041).fits(LAYOUT)).isFalse();
    assertThat(new ShareRange(3, 0, 1).fits(LAYOUT)).isFalse();
    assertThat(new ShareRange(1, 5, 10).pieceOffset(LAYOUT)).isEqualTo(65_557);
    assertThat(new ShareRange(1, 0, 65_552).isWhole(LAYOUT)).isTrue();
    assertThat(new ShareRange(1, 1, 65_551).isWhole(LAYOUT)).isFalse();
    assertThatThrownBy(() -> new ShareRange(0, Integer.MAX_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
