package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/** What a storage node refuses from an uplink that bends its permission, each with its own name. */
@ExtendWith(ProcessNetworkExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderLimitRefusalsIT {
  private static final String BUCKET = "limit-refusals";

  private final Random random = new Random(RandomContent.drawSeed(OrderLimitRefusalsIT.class));
  private RawSatellite satellite;
  private RawSegment segment;

  @BeforeAll
  void connect(ProcessNetwork network) {
    satellite =
        new RawSatellite(
            AccessGrant.parse(network.environment().getOrDefault("HOLDFAST_ACCESS", "")));
    try (S3Client s3 = network.s3()) {
      s3.createBucket(r -> r.bucket(BUCKET));
    }
  }

  @AfterAll
  void disconnect() {
    satellite.close();
  }

  @BeforeEach
  void draw() {
    segment = RawSegment.begin(satellite, BUCKET, RawSegment.noise(random, 32), random);
  }

  private PieceOffer offer() {
    return segment.offers().getFirst();
  }

  private static ErrorCode refusal(Frame answer) {
    assertThat(answer).isInstanceOf(Frame.Refused.class);
    assertThat(((Frame.Refused) answer).message()).isNotBlank();
    return ((Frame.Refused) answer).code();
  }

  @Test
  void anHonestPutIsAccepted() throws InterruptedException {
    assertThat(segment.put(offer())).isInstanceOf(Frame.Receipt.class);
  }

  @Test
  void anAlteredLimitIsRefusedWhereverItWasAltered() throws InterruptedException {
    byte[] limit = offer().getOrderLimit().toByteArray();
    for (int i = 0; i < limit.length; i += 1 + random.nextInt(12)) {
      byte[] altered = limit.clone();
      altered[i] ^= (byte) (1 << random.nextInt(8));
      try (RawNode node = RawSegment.dial(offer())) {
        node.send(segment.begin(altered)).send(RawSegment.cancel());
        assertThat(refusal(node.receive())).as("byte %d", i).isNotEqualTo(ErrorCode.INTERNAL);
      }
    }
    byte[] otherMac = limit.clone();
    otherMac[limit.length - 1] ^= 1;
    try (RawNode node = RawSegment.dial(offer())) {
      node.send(segment.begin(otherMac));
      assertThat(refusal(node.receive())).isEqualTo(ErrorCode.LIMIT_ALTERED);
    }
  }

  @Test
  void anotherNodesLimitIsRefused() throws InterruptedException {
    try (RawNode node = RawSegment.dial(segment.offers().get(1))) {
      node.send(segment.begin(offer().getOrderLimit().toByteArray()));
      assertThat(refusal(node.receive())).isEqualTo(ErrorCode.LIMIT_FOREIGN_NODE);
    }
  }

  @Test
  void aLimitIsForOneActionOnly() throws InterruptedException {
    try (RawNode node = RawSegment.dial(offer())) {
      node.send(
          new Frame.Get(
              1,
              offer().getOrderLimit().toByteArray(),
              1,
              Bytes32.of(RawSegment.chain(offer()).preimage(1)),
              List.of(new ShareRange(0, 0, 16)),
              false));
      assertThat(refusal(node.receive())).isEqualTo(ErrorCode.LIMIT_WRONG_ACTION);
    }
  }

  @Test
  void bytesBeyondTheCeilingAreRefused() throws InterruptedException {
    OrderChain chain = RawSegment.chain(offer());
    long ceiling = RawSegment.limit(offer()).ceilingBytes();
    try (RawNode node = RawSegment.dial(offer())) {
      node.send(segment.begin(offer().getOrderLimit().toByteArray()));
      node.send(RawSegment.order(offer(), chain.length()));
      byte[] run = new byte[65_536];
      for (long sent = 0; sent <= ceiling; sent += run.length) {
        node.send(RawSegment.bytes(run, 0, run.length));
      }
      assertThat(refusal(node.receive())).isEqualTo(ErrorCode.LIMIT_CEILING_EXCEEDED);
    }
  }

  @Test
  void unpaidBytesAreRefused() throws InterruptedException {
    byte[] piece = segment.piece(offer());
    try (RawNode node = RawSegment.dial(offer())) {
      node.send(segment.begin(offer().getOrderLimit().toByteArray()));
      node.send(RawSegment.bytes(piece, 0, piece.length));
      assertThat(refusal(node.receive())).isEqualTo(ErrorCode.ORDER_TOO_SHALLOW);
    }
  }

  @Test
  void aForgedPreimageIsRefused() throws InterruptedException {
    try (RawNode node = RawSegment.dial(offer())) {
      node.send(segment.begin(offer().getOrderLimit().toByteArray()));
      node.send(new Frame.Order(1, 1, Bytes32.of(RawSegment.noise(random, 32).toByteArray())));
      assertThat(refusal(node.receive())).isEqualTo(ErrorCode.ORDER_INVALID);
    }
  }

  @Test
  void anAlteredPieceIsRefused() throws InterruptedException {
    byte[] altered = segment.piece(offer());
    altered[random.nextInt(altered.length)] ^= 4;
    assertThat(refusal(segment.put(offer(), altered))).isEqualTo(ErrorCode.PIECE_ALTERED);
  }

  @Test
  void aTruncatedPieceIsRefused() throws InterruptedException {
    byte[] piece = segment.piece(offer());
    assertThat(refusal(segment.put(offer(), Arrays.copyOf(piece, piece.length - 1_000))))
        .isEqualTo(ErrorCode.PIECE_TRUNCATED);
  }
}
