package dev.holdfast.uplink.segment.transfer;

import com.google.protobuf.ByteString;
import dev.holdfast.erasure.RedundancyScheme;
import dev.holdfast.piececlient.fake.FakeNode;
import dev.holdfast.piececlient.fake.FakeSatellite;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.order.SignedPieceReceipt;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.BeginSegmentResponse;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.protocol.wire.RedundancyParameters;
import dev.holdfast.protocol.wire.ReplacePiecesResponse;
import dev.holdfast.protocol.wire.StoredPieces;
import dev.holdfast.protocol.wire.SuspectPiece;
import dev.holdfast.protocol.wire.UploadedPiece;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.encryption.SegmentKeyWrap;
import dev.holdfast.uplink.segment.PieceOwnership;
import dev.holdfast.uplink.segment.PlainSource;
import dev.holdfast.uplink.segment.SegmentBroker;
import dev.holdfast.uplink.segment.SegmentReadRequest;
import dev.holdfast.uplink.segment.SegmentUploadRequest;
import dev.holdfast.uplink.segment.UploadedSegment;
import dev.holdfast.uplink.segment.resource.TransferLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Ten or more fake nodes, a satellite that offers them, and transfers to try on them. */
final class FakeNetwork implements AutoCloseable {
  private final RedundancyScheme scheme;
  private final SecureRandom random = new SecureRandom();
  private final FakeSatellite satellite = new FakeSatellite();
  private final List<FakeNode> nodes = new ArrayList<>();
  private final SegmentKeyWrap keys = new SegmentKeyWrap(SecretBytes.random(32, random));
  private final PieceOwnership ownership =
      new PieceOwnership(satellite.id(), satellite.recoveryPublicKey());
  private final List<SuspectPiece> suspicions = new CopyOnWriteArrayList<>();
  private PieceTransfers transfers;

  FakeNetwork(RedundancyScheme scheme, int nodeCount) {
    this.scheme = scheme;
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(new FakeNode());
    }
    this.transfers = newTransfers();
  }

  private PieceTransfers newTransfers() {
    return new PieceTransfers(
        UplinkConfig.DEFAULT,
        TransferLimits.DEFAULT,
        Runtime.getRuntime().availableProcessors(),
        InstantSource.system(),
        System::nanoTime,
        random);
  }

  /** Transfers that know nothing of the nodes' past. */
  void forgetNodes() {
    transfers.close();
    transfers = newTransfers();
  }

  List<FakeNode> nodes() {
    return nodes;
  }

  List<SuspectPiece> suspicions() {
    return suspicions;
  }

  /** The node that holds a piece of a segment. */
  FakeNode holder(UploadedSegment segment, int piece) {
    for (UploadedPiece uploaded : segment.message().getRemote().getPiecesList()) {
      var limit = SignedOrderLimit.parse(uploaded.getOrderLimit().toByteArray()).limit();
      if (limit.pieceId().pieceNumber() == piece) {
        return node(limit.nodeId());
      }
    }
    throw new IllegalArgumentException("piece " + piece + " was not uploaded");
  }

  FakeNode node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  UploadedSegment upload(byte[] plain) throws IOException, InterruptedException {
    return upload(plain, new Broker());
  }

  UploadedSegment upload(byte[] plain, SegmentBroker broker)
      throws IOException, InterruptedException {
    SegmentUploadRequest request =
        new SegmentUploadRequest(
            1, 0, BlockLayout.SEGMENT_MAX_PLAIN_BYTES, 1, keys, ownership, broker);
    return transfers.uploader().upload(request, source(plain));
  }

  private static PlainSource source(byte[] plain) {
    int[] taken = new int[1];
    return (into, offset, length) -> {
      int run = Math.min(Math.min(length, 50_000), plain.length - taken[0]);
      if (run == 0) {
        return -1;
      }
      System.arraycopy(plain, taken[0], into, offset, run);
      taken[0] += run;
      return run;
    };
  }

  byte[] read(UploadedSegment segment, long offset, long length)
      throws IOException, InterruptedException {
    CommittedSegment message = segment.message();
    var layout = message.getLayout();
    BlockLayout blocks =
        new BlockLayout(
            layout.getPlainBytes(), layout.getBlockBytes(), layout.getBlocksPerStripe());
    SecretBytes key = keys.unwrap(message.getWrappedSegmentKey().toByteArray(), 1, 1, 0, blocks);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    transfers
        .downloader()
        .read(
            new SegmentReadRequest(
                blocks, stored(segment), key, offset, length, ownership, suspicions::addAll),
            sink::write);
    return sink.toByteArray();
  }

  private StoredPieces stored(UploadedSegment segment) {
    var remote = segment.message().getRemote();
    long pieceBytes =
        (remote.getShares().getStripeCount() - 1L) * remote.getShares().getShareBytes()
            + remote.getShares().getLastShareBytes();
    StoredPieces.Builder stored =
        StoredPieces.newBuilder()
            .setSegmentRoot(remote.getSegmentRoot())
            .setShares(remote.getShares())
            .setScheme(parameters());
    for (UploadedPiece piece : remote.getPiecesList()) {
      var limit = SignedOrderLimit.parse(piece.getOrderLimit().toByteArray()).limit();
      stored.setRootPieceId(ByteString.copyFrom(limit.pieceId().root().toByteArray()));
      stored.addOffers(
          offer(
              node(limit.nodeId()),
              PieceAction.GET,
              limit.pieceId(),
              3 * pieceBytes + (1 << 20),
              pieceBytes));
    }
    return stored.build();
  }

  private RedundancyParameters parameters() {
    return RedundancyParameters.newBuilder()
        .setCodeId(1)
        .setRequired(scheme.required())
        .setRepair(scheme.repair())
        .setOptimal(scheme.optimal())
        .setTotal(scheme.total())
        .build();
  }

  private PieceOffer offer(
      FakeNode node, PieceAction action, PieceId piece, long ceiling, long pieceBytes) {
    IssuedOrderLimit issued = satellite.issue(node, action, piece, ceiling, pieceBytes);
    return PieceOffer.newBuilder()
        .setPieceNumber(piece.pieceNumber())
        .setOrderLimit(ByteString.copyFrom(issued.limit().serialized()))
        .setChainSeed(ByteString.copyFrom(issued.seed().expose()))
        .setNodeAddress(node.target().host() + ":" + node.target().port())
        .build();
  }

  /** Checks receipts as a satellite does: enough distinct nodes, one root. */
  void checkReceipts(UploadedSegment segment) {
    var remote = segment.message().getRemote();
    Set<NodeId> distinct = new HashSet<>();
    for (UploadedPiece piece : remote.getPiecesList()) {
      var limit = SignedOrderLimit.parse(piece.getOrderLimit().toByteArray());
      var receipt = SignedPieceReceipt.parse(piece.getReceipt().toByteArray());
      FakeNode node = node(limit.limit().nodeId());
      if (!receipt.verify(node.receiptKey())
          || !receipt.receipt().limitHash().equals(limit.hash())
          || !Arrays.equals(
              receipt.receipt().segmentRoot().toByteArray(), remote.getSegmentRoot().toByteArray())
          || !distinct.add(node.id())) {
        throw new AssertionError("receipt of " + limit.limit().pieceId());
      }
    }
    if (distinct.size() < scheme.optimal()) {
      throw new AssertionError(distinct.size() + " receipts");
    }
  }

  @Override
  public void close() {
    transfers.close();
    nodes.forEach(FakeNode::close);
  }

  /** Offers the first nodes, and others as replacements. */
  final class Broker implements SegmentBroker {
    private final RootPieceId root = RootPieceId.random(random);
    private final Set<NodeId> used = new HashSet<>();
    private long ceiling;
    private int replacements;

    @Override
    public BeginSegmentResponse begin(long maxPlainBytes) {
      ceiling = Math.ceilDiv(maxPlainBytes, scheme.required()) + (1 << 20);
      BeginSegmentResponse.Builder answer =
          BeginSegmentResponse.newBuilder()
              .setSegmentToken(ByteString.copyFromUtf8("token-0"))
              .setRootPieceId(ByteString.copyFrom(root.toByteArray()))
              .setScheme(parameters());
      for (int piece = 0; piece < scheme.total(); piece++) {
        FakeNode node = nodes.get(piece);
        used.add(node.id());
        answer.addOffers(offer(node, PieceAction.PUT, new PieceId(root, piece), ceiling, 0));
      }
      return answer.build();
    }

    @Override
    public synchronized ReplacePiecesResponse replace(
        List<Integer> pieceNumbers, Collection<byte[]> failedNodeIds) {
      replacements++;
      ReplacePiecesResponse.Builder answer =
          ReplacePiecesResponse.newBuilder()
              .setSegmentToken(ByteString.copyFromUtf8("token-" + replacements));
      for (int piece : pieceNumbers) {
        for (FakeNode node : nodes) {
          if (used.add(node.id())) {
            answer.addOffers(offer(node, PieceAction.PUT, new PieceId(root, piece), ceiling, 0));
            break;
          }
        }
      }
      return answer.build();
    }

    int replacements() {
      return replacements;
    }
  }
}
