package dev.holdfast.satellite.orders;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.PieceReceipt;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.order.SignedPieceReceipt;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.RegisteredNode;
import dev.holdfast.satellite.nodeselection.NodeSelector;
import dev.holdfast.satellite.nodeselection.UploadOutcomes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Offers nodes with their limits to uplinks and checks what comes back. Thread-safe. */
public final class OrderLimits implements LimitIssuer {

  /**
   * A download session may ask for every byte of a piece this many times: shares are asked again
   * with proofs, and requests are repeated on fresh connections.
   */
  static final int GET_CEILING_FACTOR = 2;

  private final LimitForge forge;
  private final OrderKeys keys;
  private final NodeRegistry registry;
  private final NodeSelector selector;
  private final UploadOutcomes outcomes;
  private final KnownBadPieces knownBad;
  private final OrdersConfig config;
  private final InstantSource clock;

  public OrderLimits(
      LimitForge forge,
      OrderKeys keys,
      NodeRegistry registry,
      NodeSelector selector,
      UploadOutcomes outcomes,
      KnownBadPieces knownBad,
      OrdersConfig config,
      InstantSource clock) {
    this.forge = forge;
    this.keys = keys;
    this.registry = registry;
    this.selector = selector;
    this.outcomes = outcomes;
    this.knownBad = knownBad;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public List<PieceOffer> offerPuts(PutOfferRequest request) {
    List<Integer> numbers = request.pieceNumbers();
    List<RegisteredNode> nodes =
        selector.select(
            request.minimum(), numbers.size(), request.ceilingBytes(), request.excluded());
    List<PieceOffer> offers = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      RegisteredNode node = nodes.get(i);
      PieceId piece = new PieceId(request.root(), numbers.get(i));
      outcomes.offered(node.id());
      offers.add(
          offer(
              node,
              piece,
              forge.issue(
                  PieceAction.PUT,
                  node.id(),
                  piece,
                  request.ceilingBytes(),
                  0,
                  config.putLifetime(),
                  request.pieceExpires(),
                  request.recoveryPublicKey())));
    }
    return offers;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Pieces proven bad and pieces on nodes that missed their check-ins are left out while {@code
   * repair} others remain; with fewer, all are offered, since a piece may be bad in one share only
   * and a node may be back. What is likely to answer comes first.
   */
  @Override
  public List<PieceOffer> offerGets(StoredSegment segment) {
    List<PieceOffer> likely = new ArrayList<>();
    List<PieceOffer> doubtful = new ArrayList<>();
    int likelyCount = 0;
    for (PlacedPiece placed : segment.pieces()) {
      if (isLikely(segment, placed)) {
        likelyCount++;
      }
    }
    boolean offerAll = likelyCount < segment.scheme().repair();
    for (PlacedPiece placed : segment.pieces()) {
      boolean isLikely = isLikely(segment, placed);
      if (isLikely || offerAll) {
        registry
            .find(placed.nodeAlias())
            .ifPresent(node -> (isLikely ? likely : doubtful).add(offerGet(segment, placed, node)));
      }
    }
    likely.addAll(doubtful);
    return likely;
  }

  @Override
  public VerifiedReceipt verify(UploadedPiece piece, RootPieceId root) {
    SignedOrderLimit signedLimit = SignedOrderLimit.parse(piece.orderLimit().toByteArray());
    SignedPieceReceipt signedReceipt = SignedPieceReceipt.parse(piece.receipt().toByteArray());
    OrderLimit limit = forge.requireOwn(signedLimit);
    requireFreshPut(limit, root);
    PieceReceipt receipt = requireGenuine(signedReceipt, signedLimit);
    if (receipt.pieceBytes() > limit.ceilingBytes()) {
      throw new HoldfastException(
          ErrorCode.LIMIT_CEILING_EXCEEDED,
          "node %s acknowledged %d bytes under a limit of %d"
              .formatted(limit.nodeId(), receipt.pieceBytes(), limit.ceilingBytes()));
    }
    RegisteredNode node =
        registry
            .find(limit.nodeId())
            .orElseThrow(() ->
                new HoldfastException(
                    ErrorCode.RECEIPT_INVALID,
                    "node %s is not registered here".formatted(limit.nodeId())));
    outcomes.succeeded(node.id());
    return new VerifiedReceipt(
        limit.pieceId().pieceNumber(),
        node.alias(),
        node.id(),
        receipt.pieceRoot(),
        receipt.segmentRoot(),
        receipt.pieceBytes());
  }

  /** A limit for one whole share of a piece, for the satellite's own question to the node. */
  public AuditLimit issueAudit(
      StoredSegment segment, PieceId piece, RegisteredNode node, int stripe) {
    IssuedOrderLimit issued =
        forge.issue(
            PieceAction.GET_AUDIT,
            node.id(),
            piece,
            segment.shares().shareBytes(stripe),
            segment.shares().pieceBytes(),
            config.auditLifetime(),
            segment.expires(),
            segment.recoveryPublicKey());
    return new AuditLimit(issued.limit(), OrderChain.of(issued.limit().limit(), issued.seed()));
  }

  private boolean isLikely(StoredSegment segment, PlacedPiece placed) {
    Optional<RegisteredNode> node = registry.find(placed.nodeAlias());
    return node.isPresent()
        && registry.isReachable(node.get())
        && !knownBad.isKnownBad(
            new PieceId(segment.root(), placed.pieceNumber()), placed.nodeAlias());
  }

  private PieceOffer offerGet(StoredSegment segment, PlacedPiece placed, RegisteredNode node) {
    PieceId piece = new PieceId(segment.root(), placed.pieceNumber());
    long pieceBytes = segment.shares().pieceBytes();
    return offer(
        node,
        piece,
        forge.issue(
            PieceAction.GET,
            node.id(),
            piece,
            Math.multiplyExact(pieceBytes, (long) GET_CEILING_FACTOR),
            pieceBytes,
            config.getLifetime(),
            segment.expires(),
            segment.recoveryPublicKey()));
  }

  private static PieceOffer offer(RegisteredNode node, PieceId piece, IssuedOrderLimit issued) {
    return new PieceOffer(
        piece.pieceNumber(),
        node.alias(),
        node.id(),
        node.address().toString(),
        ByteString.copyFrom(issued.limit().serialized()),
        ByteString.copyFrom(issued.seed().expose()));
  }

  private void requireFreshPut(OrderLimit limit, RootPieceId root) {
    if (limit.action() != PieceAction.PUT) {
      throw new HoldfastException(
          ErrorCode.LIMIT_WRONG_ACTION,
          "a commit needs limits to put a piece, this one is for %s".formatted(limit.action()));
    }
    if (!limit.pieceId().root().equals(root)) {
      throw new HoldfastException(
          ErrorCode.RECEIPT_INVALID,
          "the receipt is for a piece of segment %s, the commit is for %s"
              .formatted(limit.pieceId().root(), root));
    }
    Instant now = clock.instant();
    if (!now.isBefore(limit.expires())) {
      throw new HoldfastException(
          ErrorCode.LIMIT_EXPIRED,
          "the order limit expired at %s, the commit came at %s; upload the segment again"
              .formatted(limit.expires(), now));
    }
    if (limit.created().isAfter(now.plus(config.maxClockSkew()))) {
      throw new HoldfastException(
          ErrorCode.LIMIT_NOT_YET_VALID,
          "the order limit is from %s, it is %s now; the satellites' clocks differ"
              .formatted(limit.created(), now));
    }
  }

  private PieceReceipt requireGenuine(SignedPieceReceipt signed, SignedOrderLimit limit) {
    PieceReceipt receipt = signed.receipt();
    boolean genuine =
        keys.find(receipt.epoch(), limit.limit().nodeId())
            .map(nodeKeys -> signed.verify(nodeKeys.receiptKey()))
            .orElse(false);
    if (!genuine) {
      throw new HoldfastException(
          ErrorCode.RECEIPT_INVALID,
          "the receipt for piece %s was not made by node %s as it stands"
              .formatted(limit.limit().pieceId(), limit.limit().nodeId()));
    }
    if (!receipt.limitHash().equals(limit.hash())) {
      throw new HoldfastException(
          ErrorCode.RECEIPT_INVALID,
          "the receipt of node %s answers another order limit than the one for piece %s"
              .formatted(limit.limit().nodeId(), limit.limit().pieceId()));
    }
    Instant earliest = limit.limit().created().minus(config.maxClockSkew());
    Instant latest = clock.instant().plus(config.maxClockSkew());
    if (receipt.nodeTime().isBefore(earliest) || receipt.nodeTime().isAfter(latest)) {
      throw new HoldfastException(
          ErrorCode.RECEIPT_INVALID,
          "node %s dated its receipt %s, which is not between %s and %s; its clock is wrong or the receipt is stale"
              .formatted(limit.limit().nodeId(), receipt.nodeTime(), earliest, latest));
    }
    return receipt;
  }

  /** A limit with the chain that pays under it. */
  public record AuditLimit(SignedOrderLimit limit, OrderChain chain) {}
}
