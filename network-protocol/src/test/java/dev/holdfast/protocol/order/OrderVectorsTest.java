package dev.holdfast.protocol.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.vectors.VectorFile;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class OrderVectorsTest {
  private final VectorFile vectors = VectorFile.read("order-limit.txt");
  private final VectorFile.Case keys = vectors.named("keys");
  private final SecretBytes orderSecret = SecretBytes.copyOf(keys.bytes("order_secret"));
  private final NodeId node = NodeId.of(keys.bytes("node_id"));
  private final MacKey limitKey =
      NodeKeyDerivation.limitKey(orderSecret, keys.integer("epoch"), node);
  private final MacKey receiptKey =
      NodeKeyDerivation.receiptKey(orderSecret, keys.integer("epoch"), node);
  private final MacKey settlementKey =
      MacKey.of(keys.integer("epoch"), keys.bytes("settlement_secret"));

  @Test
  void derivesNodeKeysAsSpecified() {
    assertThat(limitKey.secret().expose()).isEqualTo(keys.bytes("limit_key"));
    assertThat(receiptKey.secret().expose()).isEqualTo(keys.bytes("receipt_key"));
  }

  @Test
  void issuesAndReadsLimitsChainsAndReceiptsAsSpecified() {
    for (VectorFile.Case c : vectors.cases()) {
      if (!c.name().equals("keys")) {
        check(c);
      }
    }
  }

  private void check(VectorFile.Case c) {
    long pieceExpires = c.number("piece_expires");
    OrderLimit terms =
        OrderLimit.terms(
            SatelliteId.of(c.bytes("satellite_id")),
            c.integer("epoch"),
            SerialNumber.of(c.bytes("serial")),
            Instant.ofEpochMilli(c.number("created")),
            Instant.ofEpochMilli(c.number("expires")),
            NodeId.of(c.bytes("node_id")),
            PieceAction.ofId(c.integer("action")),
            PieceId.of(c.bytes("piece_id")),
            c.number("ceiling"),
            c.number("piece_bytes"),
            pieceExpires == 0 ? null : Instant.ofEpochMilli(pieceExpires),
            Bytes32.of(c.bytes("owner_commitment")));
    IssuedOrderLimit issued = OrderChain.issue(terms, settlementKey, limitKey);
    SignedOrderLimit limit = issued.limit();
    assertThat(issued.seed().expose()).as(c.name()).isEqualTo(c.bytes("seed"));
    assertThat(limit.limit().chainAnchor().toByteArray()).as(c.name()).isEqualTo(c.bytes("anchor"));
    assertThat(limit.limit().chainUnitBytes()).as(c.name()).isEqualTo(c.integer("chain_unit"));
    assertThat(limit.limit().chainLength()).as(c.name()).isEqualTo(c.integer("chain_length"));
    assertThat(limit.serialized())
        .as(c.name())
        .isEqualTo(c.bytes("limit"))
        .hasSize(OrderLimit.SIGNED_LENGTH);
    assertThat(limit.hash().toByteArray()).as(c.name()).isEqualTo(c.bytes("limit_hash"));

    SignedOrderLimit parsed = SignedOrderLimit.parse(c.bytes("limit"));
    assertThat(parsed).as(c.name()).isEqualTo(limit);
    assertThat(parsed.limit()).as(c.name()).isEqualTo(limit.limit());
    assertThat(parsed.verify(limitKey)).as(c.name()).isTrue();

    OrderChain chain = OrderChain.of(parsed.limit(), issued.seed());
    assertThat(chain.preimage(1)).as(c.name()).isEqualTo(c.bytes("first_preimage"));
    assertThat(chain.preimage(c.integer("middle_depth")))
        .as(c.name())
        .isEqualTo(c.bytes("middle_preimage"));
    assertThat(chain.preimage(chain.length())).as(c.name()).isEqualTo(c.bytes("seed"));

    PieceReceipt receipt =
        new PieceReceipt(
            c.integer("epoch"),
            limit.hash(),
            Bytes32.of(c.bytes("receipt_piece_root")),
            Bytes32.of(c.bytes("receipt_segment_root")),
            c.number("receipt_piece_bytes"),
            Instant.ofEpochMilli(c.number("receipt_time")),
            c.number("receipt_sequence"));
    assertThat(receipt.toBytes(receiptKey))
        .as(c.name())
        .isEqualTo(c.bytes("receipt"))
        .hasSize(PieceReceipt.SIGNED_LENGTH);
    SignedPieceReceipt parsedReceipt = SignedPieceReceipt.parse(c.bytes("receipt"));
    assertThat(parsedReceipt.receipt()).as(c.name()).isEqualTo(receipt);
    assertThat(parsedReceipt.verify(receiptKey)).as(c.name()).isTrue();
    assertThat(parsedReceipt.verify(limitKey)).as(c.name()).isFalse();
  }
}
