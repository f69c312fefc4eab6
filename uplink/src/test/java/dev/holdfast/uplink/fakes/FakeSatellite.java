package dev.holdfast.uplink.fakes;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.*;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The object API over maps in memory; one version of each object. Counts calls, and can lose or
 * refuse answers.
 */
public final class FakeSatellite extends ObjectApiGrpc.ObjectApiImplBase {
  public static final int MAX_INLINE_BYTES = 16_384;
  private static final int SEGMENT_PAGE = 2;

  /**
   * A stored object with its segments in order, mutable so that tests can play a lying satellite.
   */
  public static final class Stored {
    public ObjectRow row;
    public List<SegmentRow> segments = new ArrayList<>();

    Stored(ObjectRow row) {
      this.row = row;
    }
  }

  /** A committed part of an unfinished upload. */
  public record StoredPart(PartRow row, List<SegmentRow> segments) {}

  /** An unfinished upload. */
  public record StoredUpload(ObjectRow row, TreeMap<Integer, StoredPart> parts) {}

  private static final Comparator<ByteString> BYTES =
      (a, b) -> Arrays.compareUnsigned(a.toByteArray(), b.toByteArray());

  public final Map<String, TreeMap<ByteString, Stored>> buckets = new TreeMap<>();
  public final Map<ByteString, StoredUpload> uploads = new HashMap<>();
  public final Map<String, Integer> calls = new HashMap<>();
  public final List<CancelUploadRequest> cancelled = new ArrayList<>();

  /** Answers of these methods get lost once, after the work was done. */
  public final List<String> loseAnswersOf = new ArrayList<>();

  private final Map<ByteString, TreeMap<Integer, CommittedSegment>> attempts = new HashMap<>();
  private final AtomicLong sequence = new AtomicLong();
  public int listPage = 1000;

  public synchronized int callsTo(String method) {
    return calls.getOrDefault(method, 0);
  }

  public synchronized Stored only(String bucket) {
    return bucket(bucket).values().iterator().next();
  }

  private synchronized <T> void answer(String method, StreamObserver<T> to, Supplier<T> work) {
    calls.merge(method, 1, Integer::sum);
    try {
      T result = work.get();
      if (loseAnswersOf.remove(method)) {
        throw new HoldfastException(ErrorCode.UNAVAILABLE, "The answer got lost.");
      }
      to.onNext(result);
      to.onCompleted();
    } catch (HoldfastException e) {
      to.onError(GrpcErrors.toGrpc(e));
    }
  }

  private TreeMap<ByteString, Stored> bucket(String name) {
    TreeMap<ByteString, Stored> objects = buckets.get(name);
    if (objects == null) {
      throw new HoldfastException(ErrorCode.BUCKET_NOT_FOUND, "No bucket " + name);
    }
    return objects;
  }

  private static HoldfastException failed(ErrorCode code) {
    return new HoldfastException(code, "Refused by the fake: " + code);
  }

  @Override
  public void describeProject(
      DescribeProjectRequest request, StreamObserver<DescribeProjectResponse> to) {
    answer(
        "describeProject",
        to,
        () -> DescribeProjectResponse.newBuilder().setMaxInlineBytes(MAX_INLINE_BYTES).build());
  }

  @Override
  public void createBucket(CreateBucketRequest request, StreamObserver<CreateBucketResponse> to) {
    answer(
        "createBucket",
        to,
        () -> {
          if (buckets.putIfAbsent(request.getName(), new TreeMap<>(BYTES)) != null) {
            throw failed(ErrorCode.BUCKET_EXISTS);
          }
          return CreateBucketResponse.newBuilder()
              .setBucket(Bucket.newBuilder().setName(request.getName()).setCreatedMillis(1))
              .build();
        });
  }

  @Override
  public void listBuckets(ListBucketsRequest request, StreamObserver<ListBucketsResponse> to) {
    answer(
        "listBuckets",
        to,
        () -> {
          ListBucketsResponse.Builder response = ListBucketsResponse.newBuilder();
          buckets.keySet().stream()
              .filter(name -> name.compareTo(request.getAfter()) > 0)
              .forEach(name -> response.addBuckets(Bucket.newBuilder().setName(name)));
          return response.build();
        });
  }

  @Override
  public void beginSegment(BeginSegmentRequest request, StreamObserver<BeginSegmentResponse> to) {
    answer(
        "beginSegment",
        to,
        () ->
            BeginSegmentResponse.newBuilder()
                .setSegmentToken(ByteString.copyFromUtf8("token-" + sequence.incrementAndGet()))
                .build());
  }

  @Override
  public void commitSegment(
      CommitSegmentRequest request, StreamObserver<CommitSegmentResponse> to) {
    answer(
        "commitSegment",
        to,
        () -> {
          attempt(request.getAttemptId())
              .put(request.getSegment().getIndex(), request.getSegment());
          return CommitSegmentResponse.getDefaultInstance();
        });
  }

  private TreeMap<Integer, CommittedSegment> attempt(ByteString id) {
    return attempts.computeIfAbsent(id, unused -> new TreeMap<>());
  }

  private List<SegmentRow> segments(
      ByteString attemptId, List<CommittedSegment> last, int expectedCount) {
    TreeMap<Integer, CommittedSegment> all = attempt(attemptId);
    last.forEach(segment -> all.put(segment.getIndex(), segment));
    if (all.size() != expectedCount) {
      throw failed(ErrorCode.SEGMENT_MISSING);
    }
    List<SegmentRow> rows = new ArrayList<>();
    for (CommittedSegment segment : all.values()) {
      SegmentRow.Builder row =
          SegmentRow.newBuilder()
              .setPart(segment.getPart())
              .setIndex(segment.getIndex())
              .setCipherId(segment.getCipherId())
              .setKeyEpoch(segment.getKeyEpoch())
              .setWrappedSegmentKey(segment.getWrappedSegmentKey())
              .setLayout(segment.getLayout());
      if (segment.hasRemote()) {
        row.setRemote(
            StoredPieces.newBuilder().setRootPieceId(segment.getRemote().getSegmentToken()));
      } else {
        row.setInlineCiphertext(segment.getInlineCiphertext());
      }
      rows.add(row.build());
    }
    return rows;
  }

  private Stored put(
      String bucketName, ObjectRow row, List<SegmentRow> segments, CommitConditions conditions) {
    TreeMap<ByteString, Stored> objects = bucket(bucketName);
    Stored present = objects.get(row.getEncryptedKey());
    if (present != null && present.row.getObjectId().equals(row.getObjectId())) {
      return present;
    }
    boolean matches =
        present != null
            && conditions.getIfMatchEtagTokensList().contains(present.row.getEtagToken());
    boolean excluded =
        present != null
            && conditions.getIfNoneMatchEtagTokensList().contains(present.row.getEtagToken());
    if ((conditions.getIfNoneMatchAny() && present != null)
        || (conditions.getIfMatchEtagTokensCount() > 0 && !matches)
        || excluded) {
      throw failed(ErrorCode.PRECONDITION_FAILED);
    }
    long version = sequence.incrementAndGet();
    Stored stored =
        new Stored(row.toBuilder().setVersion(version).setCreatedMillis(1000 + version).build());
    stored.segments.addAll(segments);
    objects.put(row.getEncryptedKey(), stored);
    return stored;
  }

  private static CommitObjectResponse committed(Stored stored) {
    return CommitObjectResponse.newBuilder()
        .setVersion(stored.row.getVersion())
        .setCreatedMillis(stored.row.getCreatedMillis())
        .build();
  }

  @Override
  public void commitObject(CommitObjectRequest request, StreamObserver<CommitObjectResponse> to) {
    answer(
        "commitObject",
        to,
        () ->
            committed(
                put(
                    request.getBucket(),
                    request.getObject(),
                    segments(
                        request.getAttemptId(),
                        request.getSegmentsList(),
                        request.getSegmentCount()),
                    request.getConditions())));
  }

  @Override
  public void cancelUpload(CancelUploadRequest request, StreamObserver<CancelUploadResponse> to) {
    answer(
        "cancelUpload",
        to,
        () -> {
          cancelled.add(request);
          return CancelUploadResponse.getDefaultInstance();
        });
  }

  private Stored find(String bucketName, ByteString key) {
    Stored stored = bucket(bucketName).get(key);
    if (stored == null) {
      throw failed(ErrorCode.OBJECT_NOT_FOUND);
    }
    return stored;
  }

  @Override
  public void openObject(OpenObjectRequest request, StreamObserver<OpenObjectResponse> to) {
    answer(
        "openObject",
        to,
        () -> {
          Stored stored = find(request.getBucket(), request.getEncryptedKey());
          if (!request.getObjectId().isEmpty()
              && !request.getObjectId().equals(stored.row.getObjectId())) {
            throw failed(ErrorCode.OBJECT_CHANGED);
          }
          OpenObjectResponse.Builder response =
              OpenObjectResponse.newBuilder()
                  .setObject(
                      request.getWithDetail()
                          ? stored.row
                          : stored.row.toBuilder().clearEncryptedDetail().build());
          if (request.hasRange()) {
            addSegments(response, stored, request.getRange());
          }
          return response.build();
        });
  }

  private static void addSegments(
      OpenObjectResponse.Builder response, Stored stored, PlainRange range) {
    long size = stored.segments.stream().mapToLong(row -> row.getLayout().getPlainBytes()).sum();
    long from = range.getSuffix() ? Math.max(0, size - range.getLength()) : range.getOffset();
    long end =
        range.getSuffix() || range.getLength() < 0
            ? size
            : Math.min(size, range.getOffset() + range.getLength());
    long offset = 0;
    for (SegmentRow row : stored.segments) {
      long next = offset + row.getLayout().getPlainBytes();
      boolean overlaps = next > from && offset < end;
      if (overlaps || size == 0) {
        if (response.getSegmentsCount() == SEGMENT_PAGE) {
          response.setMoreSegments(true);
          return;
        }
        response.addSegments(row.toBuilder().setPlainOffset(offset));
      }
      offset = next;
    }
  }

  @Override
  public void listObjects(ListObjectsRequest request, StreamObserver<ListObjectsResponse> to) {
    answer(
        "listObjects",
        to,
        () -> {
          int limit = Math.min(request.getLimit(), listPage);
          ByteString prefix = request.getEncryptedPrefix();
          ListObjectsResponse.Builder response = ListObjectsResponse.newBuilder();
          ByteString cursor = request.getCursor();
          ByteString lastPrefix = request.getCursorIsPrefix() ? cursor : null;
          for (Stored stored : bucket(request.getBucket()).tailMap(prefix).values()) {
            ByteString key = stored.row.getEncryptedKey();
            if (!key.startsWith(prefix)) {
              break;
            }
            if ((!cursor.isEmpty() && BYTES.compare(key, cursor) <= 0)
                || (lastPrefix != null && key.startsWith(lastPrefix))) {
              continue;
            }
            ByteString child = request.getRecursive() ? key : child(key, prefix.size());
            if (response.getEntriesCount() == limit) {
              response.setMore(true);
              break;
            }
            if (child.size() == key.size()) {
              response.addEntries(
                  ListEntry.newBuilder().setObject(stored.row.toBuilder().clearEncryptedDetail()));
            } else {
              response.addEntries(ListEntry.newBuilder().setEncryptedPrefix(child));
              lastPrefix = child;
            }
          }
          return response.build();
        });
  }

  private static ByteString child(ByteString key, int from) {
    int length = (key.byteAt(from) & 0xFF) << 8 | (key.byteAt(from + 1) & 0xFF);
    return key.substring(0, from + 2 + length);
  }

  @Override
  public void deleteObjects(
      DeleteObjectsRequest request, StreamObserver<DeleteObjectsResponse> to) {
    answer(
        "deleteObjects",
        to,
        () -> {
          DeleteObjectsResponse.Builder response = DeleteObjectsResponse.newBuilder();
          for (ObjectRef ref : request.getObjectsList()) {
            TreeMap<ByteString, Stored> objects = bucket(request.getBucket());
            Stored present = objects.get(ref.getEncryptedKey());
            if (present != null
                && ref.getIfMatchEtagTokensCount() > 0
                && !ref.getIfMatchEtagTokensList().contains(present.row.getEtagToken())) {
              response.addResults(DeleteResult.newBuilder().setErrorCode("precondition-failed"));
            } else {
              objects.remove(ref.getEncryptedKey());
              response.addResults(DeleteResult.newBuilder().setExisted(present != null));
            }
          }
          return response.build();
        });
  }

  @Override
  public void copyObject(CopyObjectRequest request, StreamObserver<CommitObjectResponse> to) {
    answer(
        "copyObject",
        to,
        () -> {
          Stored source = find(request.getSourceBucket(), request.getSourceEncryptedKey());
          if (!source.row.getObjectId().equals(request.getSourceObjectId())) {
            throw failed(ErrorCode.OBJECT_CHANGED);
          }
          return committed(
              put(
                  request.getBucket(),
                  request.getObject(),
                  source.segments,
                  request.getConditions()));
        });
  }

  private StoredUpload upload(ByteString objectId) {
    @Nullable StoredUpload upload = uploads.get(objectId);
    if (upload == null) {
      throw failed(ErrorCode.UPLOAD_NOT_FOUND);
    }
    return upload;
  }

  @Override
  public void beginMultipart(
      BeginMultipartRequest request, StreamObserver<BeginMultipartResponse> to) {
    answer(
        "beginMultipart",
        to,
        () -> {
          ObjectRow row =
              request.getObject().toBuilder().setCreatedMillis(sequence.incrementAndGet()).build();
          uploads.put(row.getObjectId(), new StoredUpload(row, new TreeMap<>()));
          return BeginMultipartResponse.getDefaultInstance();
        });
  }

  @Override
  public void findMultipart(
      FindMultipartRequest request, StreamObserver<FindMultipartResponse> to) {
    answer(
        "findMultipart",
        to,
        () ->
            FindMultipartResponse.newBuilder()
                .setObject(upload(request.getObjectId()).row())
                .build());
  }

  @Override
  public void commitPart(CommitPartRequest request, StreamObserver<CommitPartResponse> to) {
    answer(
        "commitPart",
        to,
        () -> {
          PartRow row = request.getPart();
          upload(request.getObjectId())
              .parts()
              .put(
                  row.getPart(),
                  new StoredPart(
                      row,
                      segments(
                          row.getAttemptId(),
                          request.getSegmentsList(),
                          request.getSegmentCount())));
          return CommitPartResponse.getDefaultInstance();
        });
  }

  @Override
  public void listParts(ListPartsRequest request, StreamObserver<ListPartsResponse> to) {
    answer(
        "listParts",
        to,
        () -> {
          ListPartsResponse.Builder response = ListPartsResponse.newBuilder();
          for (StoredPart part :
              upload(request.getObjectId()).parts().tailMap(request.getAfterPart() + 1).values()) {
            if (response.getPartsCount() == Math.min(request.getLimit(), listPage)) {
              return response.setMore(true).build();
            }
            response.addParts(part.row());
          }
          return response.build();
        });
  }

  @Override
  public void listMultiparts(
      ListMultipartsRequest request, StreamObserver<ListMultipartsResponse> to) {
    answer(
        "listMultiparts",
        to,
        () ->
            ListMultipartsResponse.newBuilder()
                .addAllUploads(
                    uploads.values().stream()
                        .map(StoredUpload::row)
                        .filter(
                            row -> row.getEncryptedKey().startsWith(request.getEncryptedPrefix()))
                        .sorted(Comparator.comparing(ObjectRow::getEncryptedKey, BYTES))
                        .toList())
                .build());
  }

  @Override
  public void completeMultipart(
      CompleteMultipartRequest request, StreamObserver<CommitObjectResponse> to) {
    answer(
        "completeMultipart",
        to,
        () -> {
          ByteString id = request.getObject().getObjectId();
          if (!uploads.containsKey(id)) {
            Stored done = find(request.getBucket(), request.getObject().getEncryptedKey());
            if (done.row.getObjectId().equals(id)) {
              return committed(done);
            }
          }
          StoredUpload upload = upload(id);
          List<SegmentRow> segments = new ArrayList<>();
          for (ChosenPart chosen : request.getPartsList()) {
            StoredPart part = upload.parts().get(chosen.getPart());
            if (part == null || !part.row().getAttemptId().equals(chosen.getAttemptId())) {
              throw failed(ErrorCode.PART_NOT_FOUND);
            }
            segments.addAll(part.segments());
          }
          Stored stored =
              put(request.getBucket(), request.getObject(), segments, request.getConditions());
          uploads.remove(id);
          return committed(stored);
        });
  }

  @Override
  public void abortMultipart(
      AbortMultipartRequest request, StreamObserver<AbortMultipartResponse> to) {
    answer(
        "abortMultipart",
        to,
        () -> {
          upload(request.getObjectId());
          uploads.remove(request.getObjectId());
          return AbortMultipartResponse.getDefaultInstance();
        });
  }
}
