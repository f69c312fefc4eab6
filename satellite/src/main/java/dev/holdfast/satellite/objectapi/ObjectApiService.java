package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.*;
import dev.holdfast.satellite.apikeys.ApiKeys;
import dev.holdfast.satellite.audit.SuspectedPiece;
import dev.holdfast.satellite.audit.SuspicionQueue;
import dev.holdfast.satellite.metadata.MetadataStore;
import dev.holdfast.satellite.metadata.MultipartCompletion;
import dev.holdfast.satellite.metadata.MultipartUploads;
import dev.holdfast.satellite.metadata.ObjectCommits;
import dev.holdfast.satellite.metadata.ObjectCopies;
import dev.holdfast.satellite.metadata.ObjectDeletions;
import dev.holdfast.satellite.metadata.ObjectListing;
import dev.holdfast.satellite.metadata.ObjectReads;
import dev.holdfast.satellite.projects.BucketPage;
import dev.holdfast.satellite.projects.Buckets;
import dev.holdfast.satellite.projects.Project;
import dev.holdfast.satellite.projects.Projects;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ObjectApi of the satellite: finds out who calls, hands the call to the feature, turns what
 * goes wrong into a status. Stateless between calls; thread-safe. Calls block, so serve them on
 * virtual threads.
 */
public final class ObjectApiService extends ObjectApiGrpc.ObjectApiImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectApiService.class);

  private final Projects projects;
  private final Buckets buckets;
  private final ApiKeys apiKeys;
  private final SuspicionQueue suspicions;
  private final ObjectApiSettings settings;
  private final ObjectDeletions deletions;
  private final ObjectReads reads;
  private final UploadCalls uploadCalls;
  private final MultipartCalls multipartCalls;
  private final ReadCalls readCalls;

  /**
   * @param secrets for segment tokens
   */
  public ObjectApiService(
      MetadataStore store,
      Projects projects,
      Buckets buckets,
      ApiKeys apiKeys,
      SatelliteSecrets secrets,
      SuspicionQueue suspicions,
      ObjectApiSettings settings) {
    this.projects = projects;
    this.buckets = buckets;
    this.apiKeys = apiKeys;
    this.suspicions = suspicions;
    this.settings = settings;
    this.deletions = new ObjectDeletions(store);
    this.reads = new ObjectReads(store);
    ObjectCommits commits = new ObjectCommits(store);
    SegmentTokens tokens = new SegmentTokens(secrets, settings.clock());
    SegmentAdmission admission =
        new SegmentAdmission(tokens, settings.limits(), settings.maxInlineBytes());
    this.uploadCalls = new UploadCalls(commits, tokens, admission, settings);
    this.multipartCalls =
        new MultipartCalls(new MultipartUploads(store), new MultipartCompletion(store), admission);
    this.readCalls =
        new ReadCalls(
            reads, new ObjectListing(store), deletions, new ObjectCopies(store), settings.limits());
  }

  /** The service with the interceptor that brings it the caller's key. */
  public ServerServiceDefinition bound() {
    return ServerInterceptors.intercept(this, new ApiKeyHeader());
  }

  @Override
  public void describeProject(
      DescribeProjectRequest request, StreamObserver<DescribeProjectResponse> observer) {
    answer(request, observer, this::describeProject);
  }

  @Override
  public void createBucket(
      CreateBucketRequest request, StreamObserver<CreateBucketResponse> observer) {
    answer(request, observer, this::createBucket);
  }

  @Override
  public void deleteBucket(
      DeleteBucketRequest request, StreamObserver<DeleteBucketResponse> observer) {
    answer(request, observer, this::deleteBucket);
  }

  @Override
  public void listBuckets(
      ListBucketsRequest request, StreamObserver<ListBucketsResponse> observer) {
    answer(request, observer, this::listBuckets);
  }

  @Override
  public void beginSegment(
      BeginSegmentRequest request, StreamObserver<BeginSegmentResponse> observer) {
    answer(request, observer, uploadCalls::beginSegment);
  }

  @Override
  public void replacePieces(
      ReplacePiecesRequest request, StreamObserver<ReplacePiecesResponse> observer) {
    answer(request, observer, uploadCalls::replacePieces);
  }

  @Override
  public void commitSegment(
      CommitSegmentRequest request, StreamObserver<CommitSegmentResponse> observer) {
    answer(request, observer, uploadCalls::commitSegment);
  }

  @Override
  public void commitObject(
      CommitObjectRequest request, StreamObserver<CommitObjectResponse> observer) {
    answer(request, observer, uploadCalls::commitObject);
  }

  @Override
  public void cancelUpload(
      CancelUploadRequest request, StreamObserver<CancelUploadResponse> observer) {
    answer(request, observer, uploadCalls::cancel);
  }

  @Override
  public void beginMultipart(
      BeginMultipartRequest request, StreamObserver<BeginMultipartResponse> observer) {
    answer(request, observer, multipartCalls::begin);
  }

  @Override
  public void findMultipart(
      FindMultipartRequest request, StreamObserver<FindMultipartResponse> observer) {
    answer(request, observer, multipartCalls::find);
  }

  @Override
  public void commitPart(CommitPartRequest request, StreamObserver<CommitPartResponse> observer) {
    answer(request, observer, multipartCalls::commitPart);
  }

  @Override
  public void listParts(ListPartsRequest request, StreamObserver<ListPartsResponse> observer) {
    answer(request, observer, multipartCalls::listParts);
  }

  @Override
  public void listMultiparts(
      ListMultipartsRequest request, StreamObserver<ListMultipartsResponse> observer) {
    answer(request, observer, multipartCalls::list);
  }

  @Override
  public void completeMultipart(
      CompleteMultipartRequest request, StreamObserver<CommitObjectResponse> observer) {
    answer(request, observer, multipartCalls::complete);
  }

  @Override
  public void abortMultipart(
      AbortMultipartRequest request, StreamObserver<AbortMultipartResponse> observer) {
    answer(request, observer, multipartCalls::abort);
  }

  @Override
  public void openObject(OpenObjectRequest request, StreamObserver<OpenObjectResponse> observer) {
    answer(request, observer, readCalls::open);
  }

  @Override
  public void listObjects(
      ListObjectsRequest request, StreamObserver<ListObjectsResponse> observer) {
    answer(request, observer, readCalls::list);
  }

  @Override
  public void deleteObjects(
      DeleteObjectsRequest request, StreamObserver<DeleteObjectsResponse> observer) {
    answer(request, observer, readCalls::delete);
  }

  @Override
  public void copyObject(CopyObjectRequest request, StreamObserver<CommitObjectResponse> observer) {
    answer(request, observer, readCalls::copy);
  }

  @Override
  public void reportPieces(
      ReportPiecesRequest request, StreamObserver<ReportPiecesResponse> observer) {
    answer(request, observer, this::reportPieces);
  }

  @Override
  public void revokeApiKey(
      RevokeApiKeyRequest request, StreamObserver<RevokeApiKeyResponse> observer) {
    answer(request, observer, this::revokeApiKey);
  }

  private DescribeProjectResponse describeProject(Caller caller, DescribeProjectRequest request) {
    caller.requireTime();
    Project project = caller.project();
    return DescribeProjectResponse.newBuilder()
        .setProjectId(bytes(project.id()))
        .setProjectName(project.name())
        .setSatelliteTimeMillis(caller.now().toEpochMilli())
        .setScheme(WireRows.scheme(settings.schemes().current()))
        .setMaxInlineBytes(settings.maxInlineBytes())
        .setMaxSegmentBytes(BlockLayout.SEGMENT_MAX_PLAIN_BYTES)
        .setRecoveryPublicKey(ByteString.copyFrom(project.recoveryPublicKey().toByteArray()))
        .build();
  }

  private CreateBucketResponse createBucket(Caller caller, CreateBucketRequest request) {
    caller.requireOnBucket(Operation.WRITE, request.getName());
    return CreateBucketResponse.newBuilder()
        .setBucket(bucket(buckets.create(caller.project().id(), request.getName())))
        .build();
  }

  private DeleteBucketResponse deleteBucket(Caller caller, DeleteBucketRequest request) {
    caller.requireOnBucket(Operation.DELETE, request.getName());
    deletions.deleteBucket(caller.project().id(), request.getName());
    return DeleteBucketResponse.getDefaultInstance();
  }

  private ListBucketsResponse listBuckets(Caller caller, ListBucketsRequest request) {
    caller.requireOnProject(Operation.LIST);
    int limit = Limits.page(request.getLimit());
    ListBucketsResponse.Builder response = ListBucketsResponse.newBuilder();
    String after = request.getAfter();
    boolean more = true;
    // A restricted key sees its own buckets only, so a page may take several from the database.
    while (more && response.getBucketsCount() < limit) {
      BucketPage page = buckets.list(caller.project().id(), after, Buckets.MAX_PAGE);
      more = page.more();
      for (dev.holdfast.satellite.projects.Bucket bucket : page.buckets()) {
        if (response.getBucketsCount() == limit) {
          more |= caller.key().touchesBucket(bucket.name());
        } else if (caller.key().touchesBucket(bucket.name())) {
          response.addBuckets(bucket(bucket));
        }
        after = bucket.name();
      }
    }
    return response.setMore(more).build();
  }

  private ReportPiecesResponse reportPieces(Caller caller, ReportPiecesRequest request) {
    caller.requireTime();
    Limits.atMost("the number of suspected pieces", request.getPiecesCount(), Limits.SUSPICIONS);
    List<SuspectedPiece> suspected = new ArrayList<>(request.getPiecesCount());
    for (SuspectPiece piece : request.getPiecesList()) {
      suspected.add(suspected(piece));
    }
    // Nobody may have another project's pieces asked about.
    Set<RootPieceId> own =
        reads.ownRoots(
            caller.project().recoveryPublicKey(),
            suspected.stream().map(piece -> piece.piece().root()).collect(Collectors.toSet()));
    suspicions.report(
        suspected.stream().filter(piece -> own.contains(piece.piece().root())).toList());
    return ReportPiecesResponse.getDefaultInstance();
  }

  private static SuspectedPiece suspected(SuspectPiece piece) {
    Limits.within("the piece number", piece.getPieceNumber(), 0, PieceId.MAX_NUMBER);
    SuspectedPiece.Reason reason =
        switch (piece.getSuspicion()) {
          case SUSPICION_BAD_SHARE -> SuspectedPiece.Reason.BAD_SHARE;
          case SUSPICION_REFUSED -> SuspectedPiece.Reason.REFUSED;
          case SUSPICION_UNREACHABLE -> SuspectedPiece.Reason.UNREACHABLE;
          case SUSPICION_UNSPECIFIED, UNRECOGNIZED ->
              throw new HoldfastException(
                  ErrorCode.BAD_REQUEST, "a suspected piece comes without a known reason");
        };
    ByteString root = Limits.id("the root piece id", piece.getRootPieceId());
    return new SuspectedPiece(
        new PieceId(RootPieceId.of(root.toByteArray()), piece.getPieceNumber()),
        new NodeId(SegmentAdmission.bytes32("the node id", piece.getNodeId())),
        piece.getStripe(),
        reason);
  }

  private RevokeApiKeyResponse revokeApiKey(Caller caller, RevokeApiKeyRequest request) {
    caller.requireTime();
    apiKeys.revoke(request.getApiKey().toByteArray(), caller.key());
    return RevokeApiKeyResponse.getDefaultInstance();
  }

  private <Q, A> void answer(Q request, StreamObserver<A> observer, BiFunction<Caller, Q, A> call) {
    A response;
    try {
      response = call.apply(authenticate(), request);
    } catch (HoldfastException e) {
      if (e.code().category() == ErrorCode.Category.INTERNAL) {
        LOG.atError()
            .setCause(e)
            .addKeyValue("errorCode", e.code().stableName())
            .log("call failed");
      }
      observer.onError(GrpcErrors.toGrpc(e));
      return;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("call failed");
      observer.onError(GrpcErrors.toGrpc(e));
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  private Caller authenticate() {
    byte[] header = ApiKeyHeader.CONTEXT.get();
    if (header.length == 0) {
      throw new HoldfastException(
          ErrorCode.API_KEY_INVALID, "the call lacks the header holdfast-api-key-bin");
    }
    ApiKey key = apiKeys.authenticate(header);
    Project project = projects.require(key.projectId());
    Instant now = settings.clock().instant();
    return new Caller(project, key, now);
  }

  private static Bucket bucket(dev.holdfast.satellite.projects.Bucket bucket) {
    return Bucket.newBuilder()
        .setName(bucket.name())
        .setCreatedMillis(bucket.created().toEpochMilli())
        .build();
  }

  private static ByteString bytes(UUID id) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }
}
