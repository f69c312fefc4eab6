package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.BeginSegmentRequest;
import dev.holdfast.protocol.wire.BeginSegmentResponse;
import dev.holdfast.protocol.wire.CancelUploadRequest;
import dev.holdfast.protocol.wire.CancelUploadResponse;
import dev.holdfast.protocol.wire.CommitObjectRequest;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.protocol.wire.CommitSegmentRequest;
import dev.holdfast.protocol.wire.CommitSegmentResponse;
import dev.holdfast.protocol.wire.ReplacePiecesRequest;
import dev.holdfast.protocol.wire.ReplacePiecesResponse;
import dev.holdfast.satellite.metadata.Attempt;
import dev.holdfast.satellite.metadata.MultipartUploads;
import dev.holdfast.satellite.metadata.NewObject;
import dev.holdfast.satellite.metadata.NewSegment;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.metadata.ObjectCommits;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.nodes.NodeDirectory;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.orders.LimitIssuer;
import dev.holdfast.satellite.orders.PieceOffer;
import dev.holdfast.satellite.orders.PutOfferRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The calls by which an uplink writes objects without multipart, and segments of either kind. */
final class UploadCalls {
  private final ObjectCommits commits;
  private final SegmentTokens tokens;
  private final SegmentAdmission admission;
  private final LimitIssuer limits;
  private final NodeDirectory nodes;
  private final SchemeChoice schemes;
  private final Duration commitWindow;
  private final SecureRandom random;

  UploadCalls(
      ObjectCommits commits,
      SegmentTokens tokens,
      SegmentAdmission admission,
      ObjectApiSettings settings) {
    this.commits = commits;
    this.tokens = tokens;
    this.admission = admission;
    this.limits = settings.limits();
    this.nodes = settings.nodes();
    this.schemes = settings.schemes();
    this.commitWindow = settings.commitWindow();
    this.random = settings.random();
  }

  BeginSegmentResponse beginSegment(Caller caller, BeginSegmentRequest request) {
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), Limits.key(request.getEncryptedKey()));
    Limits.within("the part", request.getPart(), 1, MultipartUploads.MAX_PART);
    Limits.within("the segment index", request.getIndex(), 0, Limits.SEGMENTS_OF_ATTEMPT - 1L);
    Limits.within(
        "the plain size of a segment",
        request.getMaxPlainBytes(),
        1,
        BlockLayout.SEGMENT_MAX_PLAIN_BYTES);
    Instant expires = expiry(request.getObjectExpiresMillis(), caller.now());
    commits.requireBucket(address);
    RedundancyScheme scheme = schemes.current();
    RootPieceId root = RootPieceId.random(random);
    long ceilingBytes = ceiling(request.getMaxPlainBytes(), scheme);
    List<PieceOffer> offers =
        limits.offerPuts(
            new PutOfferRequest(
                root,
                IntStream.range(0, scheme.total()).boxed().toList(),
                scheme.optimal(),
                ceilingBytes,
                expires,
                caller.project().recoveryPublicKey(),
                Set.of()));
    SegmentToken token =
        new SegmentToken(
            caller.project().id(),
            SegmentToken.hash(address),
            attempt(request.getObjectId(), request.getAttemptId(), request.getPart()),
            request.getIndex(),
            root,
            scheme,
            request.getMaxPlainBytes(),
            caller.now().plus(commitWindow).toEpochMilli(),
            request.getObjectExpiresMillis(),
            placed(offers));
    return BeginSegmentResponse.newBuilder()
        .setSegmentToken(tokens.issue(token))
        .setRootPieceId(ByteString.copyFrom(root.toByteArray()))
        .setScheme(WireRows.scheme(scheme))
        .addAllOffers(offers.stream().map(WireRows::offer).toList())
        .build();
  }

  ReplacePiecesResponse replacePieces(Caller caller, ReplacePiecesRequest request) {
    SegmentToken token = tokens.open(request.getSegmentToken());
    requireProject(caller, token);
    caller.requireTime();
    int total = token.scheme().total();
    Limits.atMost("the number of pieces to replace", request.getPieceNumbersCount(), total);
    Limits.atMost("the number of failed nodes", request.getFailedNodeIdsCount(), 1024);
    for (int number : request.getPieceNumbersList()) {
      Limits.within("the piece number", number, 0, total - 1L);
    }
    Set<NodeId> excluded = new HashSet<>();
    for (PlacedPiece piece : token.offered()) {
      nodes.nodeId(piece.nodeAlias()).ifPresent(excluded::add);
    }
    for (ByteString failed : request.getFailedNodeIdsList()) {
      excluded.add(new NodeId(SegmentAdmission.bytes32("a failed node's id", failed)));
    }
    List<PieceOffer> offers =
        limits.offerPuts(
            new PutOfferRequest(
                token.root(),
                request.getPieceNumbersList().stream().distinct().toList(),
                0,
                ceiling(token.maxPlainBytes(), token.scheme()),
                token.objectExpiresMillis() == 0
                    ? null
                    : Instant.ofEpochMilli(token.objectExpiresMillis()),
                caller.project().recoveryPublicKey(),
                excluded));
    List<PlacedPiece> offered = new ArrayList<>(token.offered());
    offered.addAll(placed(offers));
    SegmentToken extended =
        new SegmentToken(
            token.projectId(),
            token.addressHash(),
            token.attempt(),
            token.index(),
            token.root(),
            token.scheme(),
            token.maxPlainBytes(),
            token.windowEndsMillis(),
            token.objectExpiresMillis(),
            offered);
    return ReplacePiecesResponse.newBuilder()
        .setSegmentToken(tokens.issue(extended))
        .addAllOffers(offers.stream().map(WireRows::offer).toList())
        .build();
  }

  CommitSegmentResponse commitSegment(Caller caller, CommitSegmentRequest request) {
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), Limits.key(request.getEncryptedKey()));
    int part = request.getSegment().getPart();
    Limits.within("the part", part, 1, MultipartUploads.MAX_PART);
    Attempt attempt = attempt(request.getObjectId(), request.getAttemptId(), part);
    NewSegment segment = admission.admit(caller, address, attempt, request.getSegment());
    commits.commitSegment(address, attempt, segment);
    return CommitSegmentResponse.getDefaultInstance();
  }

  CommitObjectResponse commitObject(Caller caller, CommitObjectRequest request) {
    ObjectAddress address =
        caller.require(
            Operation.WRITE,
            request.getBucket(),
            Limits.key(request.getObject().getEncryptedKey()));
    Limits.within("the segment count", request.getSegmentCount(), 1, Limits.SEGMENTS_OF_ATTEMPT);
    Attempt attempt = attempt(request.getObject().getObjectId(), request.getAttemptId(), 1);
    return WireRows.committed(
        commits.commitObject(
            new NewObject(
                address,
                WireRows.object(request.getObject()),
                attempt.attemptId(),
                admission.admit(caller, address, attempt, request.getSegmentsList()),
                request.getSegmentCount(),
                WireRows.conditions(request.getConditions()),
                caller.mayReplace())));
  }

  CancelUploadResponse cancel(Caller caller, CancelUploadRequest request) {
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), Limits.key(request.getEncryptedKey()));
    Limits.atMost(
        "the number of segment tokens", request.getSegmentTokensCount(), Limits.TOKENS_TO_CANCEL);
    Map<RootPieceId, List<PlacedPiece>> offered = new HashMap<>();
    for (ByteString serialized : request.getSegmentTokensList()) {
      SegmentToken token = tokens.openClosed(serialized);
      requireProject(caller, token);
      if (!token.addressHash().equals(SegmentToken.hash(address))) {
        throw new HoldfastException(
            ErrorCode.SEGMENT_TOKEN_INVALID, "a segment token was issued for another object");
      }
      // Tokens of one segment grow with each replacement; the union gives up what any of them
      // offered.
      Set<PlacedPiece> pieces = new HashSet<>(offered.getOrDefault(token.root(), List.of()));
      pieces.addAll(token.offered());
      offered.put(token.root(), List.copyOf(pieces));
    }
    commits.cancel(
        address,
        request.getAttemptId().isEmpty()
            ? null
            : attempt(request.getObjectId(), request.getAttemptId(), 1),
        offered);
    return CancelUploadResponse.getDefaultInstance();
  }

  private static void requireProject(Caller caller, SegmentToken token) {
    if (!token.projectId().equals(caller.project().id())) {
      throw new HoldfastException(
          ErrorCode.SEGMENT_TOKEN_INVALID, "the segment token was issued for another project");
    }
  }

  static Attempt attempt(ByteString objectId, ByteString attemptId, int part) {
    return new Attempt(
        Limits.id("the object id", objectId), Limits.id("the attempt id", attemptId), part);
  }

  static @Nullable Instant expiry(long millis, Instant now) {
    if (millis == 0) {
      return null;
    }
    Limits.within("the object's expiry", millis, now.toEpochMilli(), Long.MAX_VALUE);
    return Instant.ofEpochMilli(millis);
  }

  private static long ceiling(long maxPlainBytes, RedundancyScheme scheme) {
    return ShareLayout.of(
            BlockLayout.of(maxPlainBytes, scheme.required()), scheme.granuleBytes(), scheme.total())
        .pieceBytes();
  }

  private static List<PlacedPiece> placed(List<PieceOffer> offers) {
    return offers.stream().map(o -> new PlacedPiece(o.pieceNumber(), o.nodeAlias())).toList();
  }
}
