package dev.holdfast.systemtests.wire;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.BeginSegmentRequest;
import dev.holdfast.protocol.wire.BeginSegmentResponse;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.protocol.wire.RedundancyParameters;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A segment of one stripe made of noise: pieces with a true Merkle tree, limits from the satellite,
 * and no upload logic around them. To a node it cannot be told from a real one.
 */
final class RawSegment {
  static final int PLAIN_BYTES = 100_000;

  /** What the satellite is asked to allow. */
  static final int MAX_PLAIN_BYTES = 4 * PLAIN_BYTES;

  private static final int GRANULE = 16;
  private static final int EXCHANGE = 1;

  private final BeginSegmentRequest request;
  private final BeginSegmentResponse offered;
  private final ShareLayout layout;
  private final List<byte[]> pieces = new ArrayList<>();
  private final List<byte[]> roots = new ArrayList<>();
  private final SegmentTree tree;

  private RawSegment(BeginSegmentRequest request, BeginSegmentResponse offered, Random random) {
    this.request = request;
    this.offered = offered;
    int total = offered.getScheme().getTotal();
    this.layout = layout(PLAIN_BYTES, offered.getScheme());
    for (int number = 0; number < total; number++) {
      byte[] piece = new byte[Math.toIntExact(layout.pieceBytes())];
      random.nextBytes(piece);
      pieces.add(piece);
      SegmentTree.PieceRootBuilder root = new SegmentTree.PieceRootBuilder(layout.hash(), number);
      root.addShare(piece, 0, piece.length);
      roots.add(root.root());
    }
    this.tree = SegmentTree.of(layout, roots);
  }

  /** The shares of a segment of so many plain bytes. */
  static ShareLayout layout(long plainBytes, RedundancyParameters scheme) {
    return ShareLayout.of(
        BlockLayout.of(plainBytes, scheme.getRequired()), GRANULE, scheme.getTotal());
  }

  /** Asks the satellite for limits for one segment of a new object. */
  static RawSegment begin(
      RawSatellite satellite, String bucket, ByteString encryptedKey, Random random) {
    BeginSegmentRequest request =
        BeginSegmentRequest.newBuilder()
            .setBucket(bucket)
            .setEncryptedKey(encryptedKey)
            .setObjectId(noise(random, 16))
            .setAttemptId(noise(random, 16))
            .setPart(1)
            .setMaxPlainBytes(MAX_PLAIN_BYTES)
            .build();
    return new RawSegment(request, satellite.call().beginSegment(request), random);
  }

  static ByteString noise(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  BeginSegmentRequest request() {
    return request;
  }

  BeginSegmentResponse offered() {
    return offered;
  }

  ShareLayout layout() {
    return layout;
  }

  Bytes32 segmentRoot() {
    return Bytes32.of(tree.segmentRoot());
  }

  List<PieceOffer> offers() {
    return offered.getOffersList();
  }

  static OrderLimit limit(PieceOffer offer) {
    return SignedOrderLimit.parse(offer.getOrderLimit().toByteArray()).limit();
  }

  static OrderChain chain(PieceOffer offer) {
    return OrderChain.of(limit(offer), SecretBytes.copyOf(offer.getChainSeed().toByteArray()));
  }

  byte[] piece(PieceOffer offer) {
    return pieces.get(offer.getPieceNumber()).clone();
  }

  static RawNode dial(PieceOffer offer) {
    return new RawNode(limit(offer).nodeId(), offer.getNodeAddress());
  }

  Frame begin(byte[] limit) {
    return new Frame.PutBegin(EXCHANGE, limit, HashAlgorithm.SHA_256, layout.shareBytes());
  }

  static Frame order(PieceOffer offer, int depth) {
    return new Frame.Order(EXCHANGE, depth, Bytes32.of(chain(offer).preimage(depth)));
  }

  static Frame bytes(byte[] bytes, int offset, int length) {
    return new Frame.ShareBytes(EXCHANGE, Unpooled.copiedBuffer(bytes, offset, length));
  }

  static Frame cancel() {
    return new Frame.Cancel(EXCHANGE);
  }

  Frame finish(PieceOffer offer) {
    return new Frame.PutFinish(
        EXCHANGE,
        layout,
        segmentRoot(),
        Bytes32.of(roots.get(offer.getPieceNumber())),
        tree.piecePath(offer.getPieceNumber()));
  }

  /** Puts one piece as an honest uplink does; answers what the node answered. */
  Frame put(PieceOffer offer) throws InterruptedException {
    return put(offer, piece(offer));
  }

  /** Puts other bytes under the true root, path and sizes. */
  Frame put(PieceOffer offer, byte[] piece) throws InterruptedException {
    try (RawNode node = dial(offer)) {
      node.send(begin(offer.getOrderLimit().toByteArray()));
      node.send(
          order(
              offer,
              Math.max(1, Math.min(chain(offer).length(), chain(offer).depthFor(piece.length)))));
      node.send(bytes(piece, 0, piece.length));
      node.send(finish(offer));
      return node.receive();
    }
  }
}
