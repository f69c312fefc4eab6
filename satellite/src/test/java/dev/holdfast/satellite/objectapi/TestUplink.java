package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.*;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Speaks to a {@link TestSatellite} as an uplink does; "encryption" leaves everything as it is. */
final class TestUplink {
  final TestSatellite satellite;
  final ApiKey key;
  final String bucket;

  TestUplink(TestSatellite satellite, ApiKey key, String bucket) {
    this.satellite = satellite;
    this.key = key;
    this.bucket = bucket;
  }

  TestUplink with(ApiKey other) {
    return new TestUplink(satellite, other, bucket);
  }

  TestUplink createBucket() {
    satellite.call(
        key,
        satellite.service::createBucket,
        CreateBucketRequest.newBuilder().setName(bucket).build());
    return this;
  }

  /** The encoding of names: per component a length of two bytes, then the component. */
  static ByteString path(String path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String component : path.split("/", -1)) {
      byte[] bytes = component.getBytes(StandardCharsets.UTF_8);
      out.write(bytes.length >>> 8);
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
    return ByteString.copyFrom(out.toByteArray());
  }

  static ByteString etag(String etag) {
    return ByteString.copyFrom(
        Bytes32.of(java.util.Arrays.copyOf(etag.getBytes(StandardCharsets.UTF_8), 32))
            .toByteArray(),
        0,
        16);
  }

  ObjectRow.Builder row(String path, ByteString objectId) {
    return ObjectRow.newBuilder()
        .setEncryptedKey(path(path))
        .setObjectId(objectId)
        .setWrapType(1)
        .setKeyEpoch(1)
        .setWrappedObjectKey(ByteString.copyFromUtf8("wrapped " + path))
        .setEncryptedSummary(ByteString.copyFromUtf8("summary " + path))
        .setEncryptedDetail(ByteString.copyFromUtf8("detail " + path))
        .setEtagToken(etag(path))
        .setRevision(1);
  }

  static CommittedSegment inline(int part, int index, int plainBytes) {
    return CommittedSegment.newBuilder()
        .setPart(part)
        .setIndex(index)
        .setCipherId(1)
        .setKeyEpoch(1)
        .setWrappedSegmentKey(ByteString.copyFromUtf8("key " + index))
        .setLayout(WireRows.layout(BlockLayout.inline(plainBytes)))
        .setInlineCiphertext(ByteString.copyFrom(new byte[plainBytes + 16]))
        .build();
  }

  CommitObjectRequest.Builder inlineObject(String path) {
    return CommitObjectRequest.newBuilder()
        .setBucket(bucket)
        .setAttemptId(satellite.id())
        .setObject(row(path, satellite.id()))
        .addSegments(inline(1, 0, 100))
        .setSegmentCount(1);
  }

  CommitObjectResponse commit(CommitObjectRequest request) {
    return satellite.call(key, satellite.service::commitObject, request);
  }

  CommitObjectResponse putInline(String path) {
    return commit(inlineObject(path).build());
  }

  BeginSegmentResponse begin(BeginSegmentRequest request) {
    return satellite.call(key, satellite.service::beginSegment, request);
  }

  BeginSegmentRequest.Builder segment(String path, ByteString objectId, ByteString attemptId) {
    return BeginSegmentRequest.newBuilder()
        .setBucket(bucket)
        .setEncryptedKey(path(path))
        .setObjectId(objectId)
        .setAttemptId(attemptId)
        .setPart(1)
        .setIndex(0)
        .setMaxPlainBytes(1 << 20);
  }

  static Bytes32 segmentRoot(BeginSegmentResponse begun) {
    byte[] root = new byte[32];
    begun.getRootPieceId().copyTo(root, 0);
    return Bytes32.of(root);
  }

  /** "Sends" the first pieces of a segment and hands in what the nodes answered. */
  static CommittedSegment.Builder sent(
      BeginSegmentResponse begun, BeginSegmentRequest request, int plainBytes, int pieceCount) {
    int required = begun.getScheme().getRequired();
    BlockLayout layout = BlockLayout.of(plainBytes, required);
    ShareLayout shares = ShareLayout.of(layout, 16, begun.getScheme().getTotal());
    UploadedPieces.Builder pieces =
        UploadedPieces.newBuilder()
            .setSegmentToken(begun.getSegmentToken())
            .setSegmentRoot(ByteString.copyFrom(segmentRoot(begun).toByteArray()))
            .setShares(WireRows.shares(shares));
    for (PieceOffer offer : begun.getOffersList().subList(0, pieceCount)) {
      pieces.addPieces(
          UploadedPiece.newBuilder()
              .setOrderLimit(offer.getOrderLimit())
              .setReceipt(
                  FakeLimits.receipt(
                      offer.getOrderLimit(), segmentRoot(begun), shares.pieceBytes())));
    }
    return CommittedSegment.newBuilder()
        .setPart(request.getPart())
        .setIndex(request.getIndex())
        .setCipherId(1)
        .setKeyEpoch(1)
        .setWrappedSegmentKey(ByteString.copyFromUtf8("key " + request.getIndex()))
        .setLayout(WireRows.layout(layout))
        .setRemote(pieces);
  }

  /** A remote object of one segment, sent and ready to commit. */
  CommitObjectRequest.Builder remoteObject(String path, int plainBytes) {
    ByteString objectId = satellite.id();
    ByteString attemptId = satellite.id();
    BeginSegmentRequest request = segment(path, objectId, attemptId).build();
    BeginSegmentResponse begun = begin(request);
    return CommitObjectRequest.newBuilder()
        .setBucket(bucket)
        .setAttemptId(attemptId)
        .setObject(row(path, objectId))
        .addSegments(sent(begun, request, plainBytes, 4))
        .setSegmentCount(1);
  }

  static RootPieceId root(CommitObjectRequest request) {
    ByteString root = request.getSegments(0).getRemote().getSegmentRoot();
    return RootPieceId.of(root.substring(0, 16).toByteArray());
  }

  OpenObjectResponse open(String path) {
    return open(path, PlainRange.newBuilder().setLength(-1).build());
  }

  OpenObjectResponse open(String path, PlainRange range) {
    return satellite.call(
        key,
        satellite.service::openObject,
        OpenObjectRequest.newBuilder()
            .setBucket(bucket)
            .setEncryptedKey(path(path))
            .setRange(range)
            .setWithDetail(true)
            .build());
  }

  DeleteResult delete(String path) {
    return satellite
        .call(
            key,
            satellite.service::deleteObjects,
            DeleteObjectsRequest.newBuilder()
                .setBucket(bucket)
                .addObjects(ObjectRef.newBuilder().setEncryptedKey(path(path)))
                .build())
        .getResults(0);
  }

  /** All entries, page by page, in the text form {@code key} or {@code dir/}. */
  List<String> list(String directory, boolean recursive, int pageSize) {
    List<String> names = new ArrayList<>();
    ListObjectsRequest.Builder request =
        ListObjectsRequest.newBuilder()
            .setBucket(bucket)
            .setEncryptedPrefix(directory.isEmpty() ? ByteString.EMPTY : path(directory))
            .setRecursive(recursive)
            .setLimit(pageSize);
    ListObjectsResponse page;
    do {
      page = satellite.call(key, satellite.service::listObjects, request.build());
      for (ListEntry entry : page.getEntriesList()) {
        boolean isObject = entry.hasObject();
        ByteString key =
            isObject ? entry.getObject().getEncryptedKey() : entry.getEncryptedPrefix();
        names.add(text(key) + (isObject ? "" : "/"));
        request.setCursor(key).setCursorIsPrefix(!isObject);
      }
    } while (page.getMore());
    return names;
  }

  static String text(ByteString path) {
    List<String> components = new ArrayList<>();
    int at = 0;
    while (at < path.size()) {
      int length = (path.byteAt(at) & 0xff) << 8 | (path.byteAt(at + 1) & 0xff);
      components.add(path.substring(at + 2, at + 2 + length).toStringUtf8());
      at += 2 + length;
    }
    return String.join("/", components);
  }
}
