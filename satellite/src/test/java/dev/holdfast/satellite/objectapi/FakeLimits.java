package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.nodes.NodeDirectory;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.orders.LimitIssuer;
import dev.holdfast.satellite.orders.PieceOffer;
import dev.holdfast.satellite.orders.PutOfferRequest;
import dev.holdfast.satellite.orders.UploadedPiece;
import dev.holdfast.satellite.orders.VerifiedReceipt;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Nodes 1 to n whose limits and receipts are plain fields without MACs: the metadata side must not
 * care what is in them.
 */
final class FakeLimits implements LimitIssuer, NodeDirectory {
  private final int nodeCount;

  FakeLimits(int nodeCount) {
    this.nodeCount = nodeCount;
  }

  static NodeId node(int alias) {
    byte[] id = new byte[32];
    id[31] = (byte) alias;
    return NodeId.of(id);
  }

  /** What the fake node of an offer answers. */
  static ByteString receipt(ByteString orderLimit, Bytes32 segmentRoot, long pieceBytes) {
    ByteBuffer out = ByteBuffer.allocate(orderLimit.size() + 40);
    orderLimit.copyTo(out);
    out.put(segmentRoot.toByteArray()).putLong(pieceBytes);
    return ByteString.copyFrom(out.array());
  }

  @Override
  public List<PieceOffer> offerPuts(PutOfferRequest request) {
    List<PieceOffer> offers = new ArrayList<>();
    int alias = 0;
    for (int number : request.pieceNumbers()) {
      do {
        alias++;
      } while (alias <= nodeCount && request.excluded().contains(node(alias)));
      if (alias > nodeCount) {
        break;
      }
      offers.add(offer(new PieceId(request.root(), number), alias));
    }
    if (offers.size() < request.minimum()) {
      throw new HoldfastException(
          ErrorCode.TOO_FEW_NODES,
          "need %d nodes, have %d".formatted(request.minimum(), offers.size()));
    }
    return offers;
  }

  @Override
  public List<PieceOffer> offerGets(StoredSegment segment) {
    List<PieceOffer> offers = new ArrayList<>();
    for (PlacedPiece piece : segment.pieces()) {
      offers.add(offer(new PieceId(segment.root(), piece.pieceNumber()), piece.nodeAlias()));
    }
    return offers;
  }

  private static PieceOffer offer(PieceId piece, int alias) {
    ByteBuffer limit = ByteBuffer.allocate(PieceId.LENGTH + 4);
    limit.put(piece.toByteArray()).putInt(alias);
    return new PieceOffer(
        piece.pieceNumber(),
        alias,
        node(alias),
        "127.0.0.1:" + (7000 + alias),
        ByteString.copyFrom(limit.array()),
        ByteString.copyFrom(new byte[32]));
  }

  @Override
  public VerifiedReceipt verify(UploadedPiece piece, RootPieceId root) {
    if (!piece.receipt().startsWith(piece.orderLimit())) {
      throw new HoldfastException(ErrorCode.RECEIPT_INVALID, "the receipt answers another limit");
    }
    ByteBuffer in = ByteBuffer.wrap(piece.receipt().toByteArray());
    PieceId pieceId = PieceId.read(in);
    int alias = in.getInt();
    if (!pieceId.root().equals(root)) {
      throw new HoldfastException(ErrorCode.RECEIPT_INVALID, "the receipt names another segment");
    }
    return new VerifiedReceipt(
        pieceId.pieceNumber(), alias, node(alias), Bytes32.ZERO, Bytes32.read(in), in.getLong());
  }

  @Override
  public OptionalInt alias(NodeId node) {
    int alias = node.bytes()[31];
    return alias >= 1 && alias <= nodeCount ? OptionalInt.of(alias) : OptionalInt.empty();
  }

  @Override
  public Optional<NodeId> nodeId(int alias) {
    return alias >= 1 && alias <= nodeCount ? Optional.of(node(alias)) : Optional.empty();
  }

  @Override
  public Optional<String> address(int alias) {
    return Optional.of("127.0.0.1:" + (7000 + alias));
  }

  @Override
  public int eligibleCount() {
    return nodeCount;
  }
}
