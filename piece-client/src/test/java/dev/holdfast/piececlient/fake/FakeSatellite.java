package dev.holdfast.piececlient.fake;

import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.piece.OwnerCommitment;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/** Issues order limits as a satellite does. */
public final class FakeSatellite {
  private final SecureRandom random = new SecureRandom();
  private final SatelliteId id = new SatelliteId(Bytes32.of(randomBytes(32)));
  private final MacKey settlementKey = new MacKey(1, SecretBytes.random(32, random));
  private final byte[] recoveryPublicKey = randomBytes(32);

  public SatelliteId id() {
    return id;
  }

  public byte[] recoveryPublicKey() {
    return recoveryPublicKey.clone();
  }

  public byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  public IssuedOrderLimit issue(
      FakeNode node, PieceAction action, PieceId piece, long ceilingBytes, long pieceBytes) {
    return issue(node, action, piece, ceilingBytes, pieceBytes, Instant.now());
  }

  public IssuedOrderLimit issue(
      FakeNode node,
      PieceAction action,
      PieceId piece,
      long ceilingBytes,
      long pieceBytes,
      Instant created) {
    OrderLimit terms =
        OrderLimit.terms(
            id,
            1,
            SerialNumber.draw(created, random),
            created,
            created.plus(Duration.ofMinutes(10)),
            node.id(),
            action,
            piece,
            ceilingBytes,
            pieceBytes,
            null,
            OwnerCommitment.of(recoveryPublicKey, piece));
    return OrderChain.issue(terms, settlementKey, node.limitKey());
  }

  public LimitSession session(
      FakeNode node, PieceAction action, PieceId piece, long ceilingBytes, long pieceBytes) {
    return session(node, issue(node, action, piece, ceilingBytes, pieceBytes));
  }

  public LimitSession session(FakeNode node, IssuedOrderLimit issued) {
    return new LimitSession(
        node.target(), issued.limit(), OrderChain.of(issued.limit().limit(), issued.seed()));
  }
}
