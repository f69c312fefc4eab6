package dev.holdfast.protocol.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OrderLimitTest {
  private static final Instant NOW = Instant.parse("2026-11-23T04:05:06.789Z");
  private final SecureRandom random = new SecureRandom();
  private final MacKey settlementKey = new MacKey(1, SecretBytes.random(32, random));
  private final MacKey limitKey = new MacKey(1, SecretBytes.random(32, random));
  private final MacKey receiptKey = new MacKey(1, SecretBytes.random(32, random));

  private OrderLimit terms(PieceAction action, long ceiling) {
    return OrderLimit.terms(
        new SatelliteId(LabeledHash.of("satellite", 1)),
        1,
        SerialNumber.draw(NOW, random),
        NOW,
        NOW.plus(Duration.ofHours(1)),
        new NodeId(LabeledHash.of("node", 1)),
        action,
        new PieceId(RootPieceId.random(random), 7),
        ceiling,
        action.isGet() ? 2_294_320 : 0,
        null,
        LabeledHash.of("owner", 1));
  }

  @Test
  void refusesALimitWithAnyByteAltered() {
    byte[] bytes =
        OrderChain.issue(terms(PieceAction.GET, 2_294_320), settlementKey, limitKey)
            .limit()
            .serialized();
    assertThat(SignedOrderLimit.parse(bytes).verify(limitKey)).isTrue();
    for (int i = 0; i < bytes.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] altered = bytes.clone();
        altered[i] ^= (byte) (1 << bit);
        assertThat(isGenuine(altered)).as("byte " + i + " bit " + bit).isFalse();
      }
    }
    assertThat(isGenuine(Arrays.copyOf(bytes, bytes.length - 1))).isFalse();
    assertThat(isGenuine(Arrays.copyOf(bytes, bytes.length + 1))).isFalse();
    assertThat(isGenuine(new byte[0])).isFalse();
  }

  private boolean isGenuine(byte[] bytes) {
    try {
      return SignedOrderLimit.parse(bytes).verify(limitKey);
    } catch (HoldfastException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_ALTERED);
      return false;
    }
  }

  @Test
  void refusesForeignKeys() {
    SignedOrderLimit limit =
        OrderChain.issue(terms(PieceAction.PUT, 70_000), settlementKey, limitKey).limit();
    assertThat(limit.verify(limitKey)).isTrue();
    assertThat(limit.verify(limitKey.secret().expose())).isTrue();
    assertThat(limit.verify(new MacKey(1, SecretBytes.random(32, random)))).isFalse();
    assertThat(limit.verify(new MacKey(2, limitKey.secret()))).isFalse();
    assertThatThrownBy(() -> terms(PieceAction.PUT, 1).sign(new MacKey(2, limitKey.secret())))
        .hasMessageContaining("epoch 2");
    SecretBytes secret = SecretBytes.random(32, random);
    NodeId one = new NodeId(LabeledHash.of("node", 1));
    NodeId other = new NodeId(LabeledHash.of("node", 2));
    Set<Bytes32> keys = new HashSet<>();
    for (NodeId node : new NodeId[] {one, other}) {
      for (int epoch = 1; epoch <= 2; epoch++) {
        keys.add(Bytes32.of(NodeKeyDerivation.limitKey(secret, epoch, node).secret().expose()));
        keys.add(Bytes32.of(NodeKeyDerivation.receiptKey(secret, epoch, node).secret().expose()));
      }
    }
    assertThat(keys).hasSize(8);
  }

  @Test
  void paysForWhatIsServedAndForNoMore() {
    for (long ceiling :
        new long[] {1, 65_536, 65_537, 4_194_304, 4_194_305, 16_779_264, 64L << 30}) {
      IssuedOrderLimit issued =
          OrderChain.issue(terms(PieceAction.GET, ceiling), settlementKey, limitKey);
      OrderLimit limit = issued.limit().limit();
      OrderChain chain = OrderChain.of(limit, issued.seed());
      assertThat(chain.length()).isBetween(1, OrderChain.MAX_LENGTH);
      assertThat((long) chain.length() * limit.chainUnitBytes()).isGreaterThanOrEqualTo(ceiling);
      assertThat((chain.length() - 1L) * limit.chainUnitBytes()).isLessThan(ceiling);
      assertThat(chain.depthFor(ceiling)).isEqualTo(chain.length());
      assertThat(chain.depthFor(0)).isZero();
      for (int depth = 0; depth <= chain.length(); depth++) {
        byte[] preimage = chain.preimage(depth);
        assertThat(OrderChain.verify(limit, depth, preimage)).isTrue();
        assertThat(OrderChain.verify(limit, depth + 1, preimage)).isFalse();
        assertThat(OrderChain.verify(limit, depth - 1, preimage)).isFalse();
        for (int known = 0; known <= depth; known++) {
          assertThat(OrderChain.verifyFrom(limit, known, chain.preimage(known), depth, preimage))
              .isTrue();
        }
        byte[] altered = preimage.clone();
        altered[depth % 32] ^= 4;
        assertThat(OrderChain.verify(limit, depth, altered)).isFalse();
      }
      assertThat(OrderChain.verify(limit, 1, new byte[31])).isFalse();
      assertThatThrownBy(() -> chain.preimage(chain.length() + 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(OrderChain.seed(settlementKey, limit)).isEqualTo(issued.seed());
    }
  }

  @Test
  void bindsTheSeedToEveryTerm() {
    OrderLimit limit = terms(PieceAction.PUT, 70_000);
    OrderLimit other = terms(PieceAction.PUT, 70_000);
    assertThat(OrderChain.seed(settlementKey, limit))
        .isNotEqualTo(OrderChain.seed(settlementKey, other));
    assertThat(OrderChain.seed(settlementKey, limit.withAnchor(Bytes32.ZERO)))
        .isEqualTo(OrderChain.seed(settlementKey, limit));
    assertThatThrownBy(() -> OrderChain.of(limit, OrderChain.seed(settlementKey, other)))
        .hasMessageContaining("does not belong");
  }

  @Test
  void refusesAReceiptWithAnyByteAltered() {
    PieceReceipt receipt =
        new PieceReceipt(
            1,
            LabeledHash.of("limit", 1),
            LabeledHash.of("piece", 1),
            LabeledHash.of("segment", 1),
            65_552,
            NOW,
            1);
    byte[] bytes = receipt.toBytes(receiptKey);
    assertThat(SignedPieceReceipt.parse(bytes).verify(receiptKey)).isTrue();
    assertThat(SignedPieceReceipt.parse(bytes).verify(receiptKey.secret().expose())).isTrue();
    for (int i = 0; i < bytes.length; i++) {
      byte[] altered = bytes.clone();
      altered[i] ^= 1;
      try {
        assertThat(SignedPieceReceipt.parse(altered).verify(receiptKey)).as("byte " + i).isFalse();
      } catch (HoldfastException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.RECEIPT_INVALID);
      }
    }
    assertThatThrownBy(() -> SignedPieceReceipt.parse(Arrays.copyOf(bytes, 40)))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RECEIPT_INVALID));
  }

  @Test
  void refusesTermsOutsideTheirRanges() {
    assertThatThrownBy(() -> terms(PieceAction.PUT, 0)).hasMessageContaining("ceiling");
    assertThatThrownBy(() -> terms(PieceAction.PUT, (64L << 30) + 1))
        .hasMessageContaining("ceiling");
    OrderLimit good = terms(PieceAction.PUT, 1_000);
    assertThatThrownBy(() ->
            OrderLimit.terms(
                good.satelliteId(),
                1,
                good.serial(),
                NOW,
                NOW,
                good.nodeId(),
                PieceAction.PUT,
                good.pieceId(),
                1_000,
                0,
                null,
                Bytes32.ZERO))
        .hasMessageContaining("expires");
    assertThatThrownBy(() ->
            OrderLimit.terms(
                good.satelliteId(),
                1,
                good.serial(),
                NOW,
                NOW.plusSeconds(1),
                good.nodeId(),
                PieceAction.GET,
                good.pieceId(),
                1_000,
                0,
                null,
                Bytes32.ZERO))
        .hasMessageContaining("exact piece size");
  }

  @Test
  void freezesActionsAndOrdersSerials() {
    assertThat(PieceAction.values()).extracting(PieceAction::id).containsExactly(1, 2, 3, 4, 5);
    for (PieceAction action : PieceAction.values()) {
      assertThat(PieceAction.ofId(action.id())).isEqualTo(action);
    }
    assertThatThrownBy(() -> PieceAction.ofId(6)).hasMessageContaining("6");
    SerialNumber early = new SerialNumber(100, -1);
    SerialNumber late = new SerialNumber(101, 0);
    assertThat(early).isLessThan(late);
    assertThat(new SerialNumber(100, 1)).isLessThan(early);
    assertThat(SerialNumber.of(early.toByteArray()))
        .isEqualTo(early)
        .hasToString("0000000000000064ffffffffffffffff");
    assertThat(SerialNumber.windowOf(Instant.ofEpochSecond(7_199))).isEqualTo(1);
  }
}
