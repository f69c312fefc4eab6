package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.Cipher;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.UploadedPieces;
import dev.holdfast.satellite.metadata.Attempt;
import dev.holdfast.satellite.metadata.NewSegment;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.metadata.Segment;
import dev.holdfast.satellite.metadata.SegmentContent;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.orders.LimitIssuer;
import dev.holdfast.satellite.orders.UploadedPiece;
import dev.holdfast.satellite.orders.VerifiedReceipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether a segment that an uplink hands in is what it was begun as: token, layouts,
 * receipts. Asks no database. Thread-safe.
 */
final class SegmentAdmission {
  private final SegmentTokens tokens;
  private final LimitIssuer limits;
  private final int maxInlineBytes;

  SegmentAdmission(SegmentTokens tokens, LimitIssuer limits, int maxInlineBytes) {
    this.tokens = tokens;
    this.limits = limits;
    this.maxInlineBytes = maxInlineBytes;
  }

  /** Checks all; their order does not matter. */
  List<NewSegment> admit(
      Caller caller, ObjectAddress address, Attempt attempt, List<CommittedSegment> segments) {
    Limits.atMost(
        "the number of segments of one commit", segments.size(), Limits.SEGMENTS_OF_COMMIT);
    Set<Integer> indexes = new HashSet<>();
    List<NewSegment> admitted = new ArrayList<>(segments.size());
    for (CommittedSegment segment : segments) {
      if (!indexes.add(segment.getIndex())) {
        throw refused(
            ErrorCode.BAD_REQUEST, "segment index " + segment.getIndex() + " stands twice");
      }
      admitted.add(admit(caller, address, attempt, segment));
    }
    return admitted;
  }

  /**
   * @throws HoldfastException bad-request, segment-token-invalid, segment-token-expired,
   *     sizes-disagree, receipts-disagree, receipts-too-few, receipt-invalid and what a limit can
   *     be refused for
   */
  NewSegment admit(
      Caller caller, ObjectAddress address, Attempt attempt, CommittedSegment segment) {
    Limits.within("the segment index", segment.getIndex(), 0, Limits.SEGMENTS_OF_ATTEMPT - 1L);
    Limits.within("the key epoch", segment.getKeyEpoch(), 0, 255);
    Limits.within(
        "the length of the wrapped segment key",
        segment.getWrappedSegmentKey().size(),
        1,
        Limits.WRAPPED_KEY_BYTES);
    if (segment.getPart() != attempt.part()) {
      throw refused(
          ErrorCode.BAD_REQUEST,
          "segment %d names part %d in a commit of part %d"
              .formatted(segment.getIndex(), segment.getPart(), attempt.part()));
    }
    BlockLayout layout = layout(segment);
    return switch (segment.getContentCase()) {
      case INLINE_CIPHERTEXT -> inline(segment, layout);
      case REMOTE -> remote(caller, address, attempt, segment, layout);
      case CONTENT_NOT_SET ->
          throw refused(ErrorCode.BAD_REQUEST, "segment " + segment.getIndex() + " has no content");
    };
  }

  private static BlockLayout layout(CommittedSegment segment) {
    try {
      int cipherId = Cipher.ofId(segment.getCipherId()).id();
      BlockLayout layout =
          new BlockLayout(
              segment.getLayout().getPlainBytes(),
              segment.getLayout().getBlockBytes(),
              segment.getLayout().getBlocksPerStripe());
      if (layout.blockBytes() != BlockLayout.BLOCK_PLAIN_BYTES) {
        throw refused(
            ErrorCode.SIZES_DISAGREE,
            "segment %d has blocks of %d bytes; cipher %d uses %d"
                .formatted(
                    segment.getIndex(),
                    layout.blockBytes(),
                    cipherId,
                    BlockLayout.BLOCK_PLAIN_BYTES));
      }
      return layout;
    } catch (IllegalArgumentException e) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "segment " + segment.getIndex() + ": " + e.getMessage(), e);
    }
  }

  private NewSegment inline(CommittedSegment segment, BlockLayout layout) {
    Limits.atMost("the plain size of an inline segment", layout.plainBytes(), maxInlineBytes);
    ByteString ciphertext = segment.getInlineCiphertext();
    if (layout.blocksPerStripe() != 1
        || layout.stripeCount() != 1
        || ciphertext.size() != layout.plainBytes() + BlockLayout.TAG_BYTES) {
      throw refused(
          ErrorCode.SIZES_DISAGREE,
          "inline segment %d of %d plain bytes has %d bytes of ciphertext in stripes of %d blocks; expected %d bytes in one block"
              .formatted(
                  segment.getIndex(),
                  layout.plainBytes(),
                  ciphertext.size(),
                  layout.blocksPerStripe(),
                  layout.plainBytes() + BlockLayout.TAG_BYTES));
    }
    return new NewSegment(
        row(segment, layout, new SegmentContent.Inline(ciphertext)), null, List.of());
  }

  private NewSegment remote(
      Caller caller,
      ObjectAddress address,
      Attempt attempt,
      CommittedSegment segment,
      BlockLayout layout) {
    UploadedPieces pieces = segment.getRemote();
    SegmentToken token = tokens.open(pieces.getSegmentToken());
    requireBound(caller, address, attempt, segment.getIndex(), token);
    Limits.atMost(
        "the plain size of segment " + segment.getIndex(),
        layout.plainBytes(),
        token.maxPlainBytes());
    ShareLayout shares = shares(segment, layout, token);
    Bytes32 segmentRoot = bytes32("the segment root", pieces.getSegmentRoot());
    List<PlacedPiece> placed = receipts(token, pieces, segmentRoot, shares);
    List<PlacedPiece> unused = new ArrayList<>(token.offered());
    unused.removeAll(placed);
    StoredSegment stored =
        new StoredSegment(
            token.root(),
            segmentRoot,
            shares,
            token.scheme(),
            caller.project().recoveryPublicKey(),
            placed,
            token.objectExpiresMillis() == 0
                ? null
                : Instant.ofEpochMilli(token.objectExpiresMillis()));
    return new NewSegment(
        row(segment, layout, new SegmentContent.Stored(token.root())), stored, unused);
  }

  private static void requireBound(
      Caller caller, ObjectAddress address, Attempt attempt, int index, SegmentToken token) {
    if (!token.projectId().equals(caller.project().id())
        || !token.addressHash().equals(SegmentToken.hash(address))
        || !token.attempt().equals(attempt)
        || token.index() != index) {
      throw refused(
          ErrorCode.SEGMENT_TOKEN_INVALID,
          "the token of segment %d was issued for another object, attempt, part or index"
              .formatted(index));
    }
  }

  private static ShareLayout shares(
      CommittedSegment segment, BlockLayout layout, SegmentToken token) {
    dev.holdfast.protocol.wire.ShareLayout wire = segment.getRemote().getShares();
    ShareLayout shares;
    try {
      shares =
          new ShareLayout(
              HashAlgorithm.ofId(wire.getHashId()),
              wire.getShareBytes(),
              wire.getLastShareBytes(),
              wire.getStripeCount(),
              wire.getTotal());
    } catch (IllegalArgumentException e) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "segment " + segment.getIndex() + ": " + e.getMessage(), e);
    }
    ShareLayout expected =
        ShareLayout.of(layout, token.scheme().granuleBytes(), token.scheme().total());
    if (layout.blocksPerStripe() != token.scheme().required() || !shares.equals(expected)) {
      throw refused(
          ErrorCode.SIZES_DISAGREE,
          "segment %d has %s in stripes of %d blocks; %d plain bytes under scheme %s give %s in stripes of %d"
              .formatted(
                  segment.getIndex(),
                  shares,
                  layout.blocksPerStripe(),
                  layout.plainBytes(),
                  token.scheme().text(),
                  expected,
                  token.scheme().required()));
    }
    return shares;
  }

  private List<PlacedPiece> receipts(
      SegmentToken token, UploadedPieces pieces, Bytes32 segmentRoot, ShareLayout shares) {
    Limits.atMost("the number of receipts", pieces.getPiecesCount(), token.scheme().total());
    Set<Integer> numbers = new HashSet<>();
    Set<Integer> nodes = new HashSet<>();
    List<PlacedPiece> placed = new ArrayList<>();
    for (dev.holdfast.protocol.wire.UploadedPiece wire : pieces.getPiecesList()) {
      VerifiedReceipt receipt =
          limits.verify(new UploadedPiece(wire.getOrderLimit(), wire.getReceipt()), token.root());
      PlacedPiece piece = new PlacedPiece(receipt.pieceNumber(), receipt.nodeAlias());
      if (!token.offered().contains(piece)) {
        throw refused(
            ErrorCode.RECEIPT_INVALID,
            "the receipt of piece %d comes from node %s, to which the segment token offered no such piece"
                .formatted(receipt.pieceNumber(), receipt.nodeId()));
      }
      if (!receipt.segmentRoot().equals(segmentRoot)) {
        throw refused(
            ErrorCode.RECEIPTS_DISAGREE,
            "node %s holds piece %d of another segment root than the one committed"
                .formatted(receipt.nodeId(), receipt.pieceNumber()));
      }
      if (receipt.pieceBytes() != shares.pieceBytes()) {
        throw refused(
            ErrorCode.SIZES_DISAGREE,
            "node %s holds %d bytes of piece %d; the layout has %d"
                .formatted(
                    receipt.nodeId(),
                    receipt.pieceBytes(),
                    receipt.pieceNumber(),
                    shares.pieceBytes()));
      }
      if (!numbers.add(piece.pieceNumber()) || !nodes.add(piece.nodeAlias())) {
        throw refused(
            ErrorCode.RECEIPTS_DISAGREE,
            "piece %d or node %s stands in two receipts"
                .formatted(receipt.pieceNumber(), receipt.nodeId()));
      }
      placed.add(piece);
    }
    if (placed.size() < token.scheme().optimal()) {
      throw refused(
          ErrorCode.RECEIPTS_TOO_FEW,
          "%d nodes acknowledged a piece; scheme %s (required/repair/optimal/total) asks for %d"
              .formatted(placed.size(), token.scheme().text(), token.scheme().optimal()));
    }
    return placed;
  }

  static Bytes32 bytes32(String name, ByteString bytes) {
    if (bytes.size() != Bytes32.LENGTH) {
      throw refused(
          ErrorCode.BAD_REQUEST,
          "%s has %d bytes, not %d".formatted(name, bytes.size(), Bytes32.LENGTH));
    }
    return Bytes32.of(bytes.toByteArray());
  }

  private static Segment row(CommittedSegment segment, BlockLayout layout, SegmentContent content) {
    return new Segment(
        segment.getIndex(),
        segment.getCipherId(),
        segment.getKeyEpoch(),
        segment.getWrappedSegmentKey(),
        layout,
        content);
  }

  private static HoldfastException refused(ErrorCode code, String message) {
    return new HoldfastException(code, message);
  }
}
