package dev.holdfast.satellite.objectapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.AllowedPath;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.apikey.Caveat;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.wire.*;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the object API promises, on whatever database. */
abstract class ObjectApiContract {
  private final SecureRandom random = new SecureRandom();
  TestSatellite satellite;
  TestUplink uplink;

  abstract Database database();

  @BeforeEach
  void start(@TempDir Path folder) {
    satellite = new TestSatellite(database(), folder.resolve("secrets"));
    uplink =
        new TestUplink(satellite, satellite.apiKeys.issue(satellite.project.id()), "backup")
            .createBucket();
  }

  static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void inlineObjectComesBackAsItWasCommitted() {
    CommitObjectRequest request = uplink.inlineObject("docs/letter").build();
    CommitObjectResponse committed = uplink.commit(request);

    OpenObjectResponse opened = uplink.open("docs/letter");
    assertThat(opened.getObject())
        .isEqualTo(
            request.getObject().toBuilder()
                .setVersion(committed.getVersion())
                .setCreatedMillis(committed.getCreatedMillis())
                .setStoredPlainBytes(100)
                .build());
    assertThat(opened.getSegmentsList()).hasSize(1);
    assertThat(opened.getSegments(0).getInlineCiphertext())
        .isEqualTo(request.getSegments(0).getInlineCiphertext());
    assertThat(opened.getPartsList()).hasSize(1);
  }

  @Test
  void remoteObjectComesBackWithLimitsForItsPieces() {
    CommitObjectRequest request = uplink.remoteObject("big", 500_000).build();
    uplink.commit(request);

    SegmentRow segment = uplink.open("big").getSegments(0);
    assertThat(segment.getRemote().getOffersList()).hasSize(4);
    assertThat(segment.getRemote().getScheme().getTotal()).isEqualTo(5);
    assertThat(segment.getRemote().getShares())
        .isEqualTo(request.getSegments(0).getRemote().getShares());
    assertThat(segment.getLayout()).isEqualTo(request.getSegments(0).getLayout());
    // The fifth offer was not used: its node may have begun to take the piece.
    assertThat(satellite.deleted(TestUplink.root(request))).containsExactly(new PlacedPiece(4, 5));
  }

  @Test
  void replacingAndDeletingQueuesThePiecesInTheSameTransaction() {
    CommitObjectRequest first = uplink.remoteObject("a", 500_000).build();
    uplink.commit(first);
    CommitObjectRequest second = uplink.remoteObject("a", 400_000).build();
    uplink.commit(second);
    assertThat(satellite.deleted(TestUplink.root(first))).hasSize(5);
    assertThat(satellite.deleted(TestUplink.root(second))).hasSize(1);

    assertThat(uplink.delete("a").getExisted()).isTrue();
    assertThat(satellite.deleted(TestUplink.root(second))).hasSize(5);
    assertThat(uplink.delete("a").getExisted()).isFalse();
    assertRefused(ErrorCode.OBJECT_NOT_FOUND, () -> uplink.open("a"));
  }

  @Test
  void repeatedCommitGetsTheSameAnswerWhateverHappenedSince() {
    CommitObjectRequest request =
        uplink
            .remoteObject("a", 500_000)
            .setConditions(CommitConditions.newBuilder().setIfNoneMatchAny(true))
            .build();
    CommitObjectResponse answer = uplink.commit(request);
    assertThat(uplink.commit(request)).isEqualTo(answer);

    CommitObjectRequest later = uplink.remoteObject("a", 300_000).build();
    uplink.commit(later);
    assertThat(uplink.commit(request)).isEqualTo(answer);
    assertThat(uplink.open("a").getObject().getObjectId())
        .isEqualTo(later.getObject().getObjectId());
    uplink.delete("a");
    assertThat(uplink.commit(request)).isEqualTo(answer);
    assertRefused(ErrorCode.OBJECT_NOT_FOUND, () -> uplink.open("a"));
  }

  @Test
  void ofFiftyWritersOneWinsUnderIfNoneMatch() throws Exception {
    List<CommitObjectRequest> requests = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      requests.add(
          uplink
              .inlineObject("contended")
              .setConditions(CommitConditions.newBuilder().setIfNoneMatchAny(true))
              .build());
    }
    List<String> outcomes =
        concurrently(
            requests.stream()
                .<Callable<String>>map(request ->
                    () -> {
                      try {
                        uplink.commit(request);
                        return "won";
                      } catch (HoldfastException e) {
                        return e.code().stableName();
                      }
                    })
                .toList());
    assertThat(outcomes).containsOnlyOnce("won");
    assertThat(outcomes.stream().filter("precondition-failed"::equals)).hasSize(49);
  }

  @Test
  void writersOfDifferentKeysAllSucceed() throws Exception {
    long before = database().retries();
    List<Callable<CommitObjectResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      CommitObjectRequest request = uplink.inlineObject("many/" + i).build();
      calls.add(() -> uplink.commit(request));
    }
    assertThat(concurrently(calls)).hasSize(100);
    assertThat(uplink.list("many", false, 1000)).hasSize(100);
    assertThat(satellite.reads().totals().objects()).isGreaterThanOrEqualTo(100);
    System.out.println(
        "100 concurrent commits: " + (database().retries() - before) + " transactions run again");
  }

  private static <T> List<T> concurrently(List<Callable<T>> calls) throws Exception {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
    }
    return results;
  }

  @Test
  void conditionsAreJudgedAgainstTheCurrentVersion() {
    CommitObjectResponse first = uplink.putInline("a");
    CommitConditions other =
        CommitConditions.newBuilder().addIfMatchEtagTokens(TestUplink.etag("b")).build();
    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        () -> uplink.commit(uplink.inlineObject("a").setConditions(other).build()));
    assertRefused(
        ErrorCode.OBJECT_NOT_FOUND,
        () -> uplink.commit(uplink.inlineObject("absent").setConditions(other).build()));
    CommitConditions own =
        CommitConditions.newBuilder()
            .addIfMatchEtagTokens(TestUplink.etag("a"))
            .setIfMatchVersion(first.getVersion())
            .build();
    CommitObjectResponse second =
        uplink.commit(uplink.inlineObject("a").setConditions(own).build());
    assertThat(second.getVersion()).isGreaterThan(first.getVersion());
    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        () -> uplink.commit(uplink.inlineObject("a").setConditions(own).build()));
    CommitConditions excluded =
        CommitConditions.newBuilder().addIfNoneMatchEtagTokens(TestUplink.etag("a")).build();
    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        () -> uplink.commit(uplink.inlineObject("a").setConditions(excluded).build()));
  }

  @Test
  void aKeyWithoutDeleteNeitherReplacesNorDeletes() {
    uplink.putInline("kept");
    TestUplink restricted =
        uplink.with(uplink.key.restrict(Caveat.unrestricted(random).withNoDelete(true)));
    assertRefused(ErrorCode.DELETE_DENIED, () -> restricted.putInline("kept"));
    assertThat(restricted.delete("kept").getErrorCode()).isEqualTo("delete-denied");
    restricted.putInline("new");
    assertThat(uplink.list("", true, 10)).containsExactlyInAnyOrder("kept", "new");
  }

  @Test
  void keysAreHeldToTheirPathsOperationsAndRevocation() {
    uplink.putInline("mine/a");
    uplink.putInline("theirs/a");
    ApiKey key =
        uplink.key.restrict(
            Caveat.unrestricted(random)
                .withOperations(Set.of(Operation.READ, Operation.LIST))
                .withPaths(
                    List.of(new AllowedPath("backup", TestUplink.path("mine").toByteArray()))));
    TestUplink reader = uplink.with(key);
    assertThat(reader.open("mine/a").getSegmentsList()).hasSize(1);
    assertThat(reader.list("mine", false, 10)).containsExactly("mine/a");
    assertRefused(ErrorCode.PATH_DENIED, () -> reader.open("theirs/a"));
    assertRefused(ErrorCode.PATH_DENIED, () -> reader.list("", false, 10));
    assertRefused(ErrorCode.OPERATION_DENIED, () -> reader.putInline("mine/b"));
    assertRefused(
        ErrorCode.OPERATION_DENIED,
        () ->
            satellite.call(
                key,
                satellite.service::revokeApiKey,
                RevokeApiKeyRequest.newBuilder()
                    .setApiKey(ByteString.copyFrom(uplink.key.serialize()))
                    .build()));

    satellite.call(
        uplink.key,
        satellite.service::revokeApiKey,
        RevokeApiKeyRequest.newBuilder().setApiKey(ByteString.copyFrom(key.serialize())).build());
    assertRefused(ErrorCode.API_KEY_REVOKED, () -> reader.open("mine/a"));
    ApiKey child = key.restrict(Caveat.unrestricted(random));
    assertRefused(ErrorCode.API_KEY_REVOKED, () -> uplink.with(child).open("mine/a"));
    assertThat(uplink.open("mine/a").getSegmentsList()).hasSize(1);
  }

  @Test
  void aForgedKeyIsRefused() {
    byte[] forged = uplink.key.serialize();
    forged[forged.length - 1] ^= 1;
    assertRefused(
        ErrorCode.API_KEY_INVALID, () -> uplink.with(ApiKey.parse(forged)).open("anything"));
  }

  @Test
  void listingGroupsByComponentAndJumpsOverDirectories() {
    for (String path :
        List.of("a", "a/x", "a/y/z", "a/", "b/1", "b/2", "b/3", "c", "d//e", "ab", "b")) {
      uplink.putInline(path);
    }
    for (int pageSize : List.of(1, 2, 3, 1000)) {
      // In the order of the encoding: shorter components first.
      assertThat(uplink.list("", false, pageSize))
          .as("page size %d", pageSize)
          .containsExactly("a", "a/", "b", "b/", "c", "d/", "ab");
      assertThat(uplink.list("a", false, pageSize)).containsExactly("a/", "a/x", "a/y/");
      assertThat(uplink.list("d", false, pageSize)).containsExactly("d//");
      assertThat(uplink.list("", true, pageSize)).hasSize(11).doesNotHaveDuplicates();
      assertThat(uplink.list("b", true, pageSize)).containsExactly("b/1", "b/2", "b/3");
      assertThat(uplink.list("none", false, pageSize)).isEmpty();
    }
  }

  @Test
  void aDirectoryOfThousandsIsOneEntryAndOneJump() throws Exception {
    List<Callable<CommitObjectResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      CommitObjectRequest request = uplink.inlineObject("large/" + i).build();
      calls.add(() -> uplink.commit(request));
    }
    concurrently(calls);
    uplink.putInline("aaaaa");
    uplink.putInline("zzzzz");
    assertThat(uplink.list("", false, 2)).containsExactly("aaaaa", "large/", "zzzzz");
  }

  @Test
  void segmentsCommittedAheadBecomeTheObject() {
    ByteString objectId = satellite.id();
    ByteString attemptId = satellite.id();
    List<CommittedSegment> segments = new ArrayList<>();
    for (int index = 0; index < 5; index++) {
      BeginSegmentRequest request =
          uplink.segment("big", objectId, attemptId).setIndex(index).build();
      segments.add(TestUplink.sent(uplink.begin(request), request, 1 << 20, 5).build());
    }
    CommitObjectRequest.Builder commit =
        CommitObjectRequest.newBuilder()
            .setBucket(uplink.bucket)
            .setAttemptId(attemptId)
            .setObject(uplink.row("big", objectId))
            .addSegments(segments.get(4))
            .setSegmentCount(5);
    for (CommittedSegment segment : segments.subList(0, 3)) {
      commitSegment("big", objectId, attemptId, segment);
      commitSegment("big", objectId, attemptId, segment); // its answer was lost
    }
    assertRefused(ErrorCode.SEGMENT_MISSING, () -> uplink.commit(commit.build()));
    commitSegment("big", objectId, attemptId, segments.get(3));
    satellite.advance(Duration.ofMinutes(50));
    uplink.commit(commit.build());
    satellite.advance(Duration.ofHours(3));
    satellite.expire();

    OpenObjectResponse all = uplink.open("big");
    assertThat(all.getObject().getStoredPlainBytes()).isEqualTo(5L << 20);
    assertThat(all.getSegmentsList()).hasSize(5);
    OpenObjectResponse middle =
        uplink.open(
            "big", PlainRange.newBuilder().setOffset((1 << 20) + 5).setLength(1 << 20).build());
    assertThat(middle.getSegmentsList()).extracting(SegmentRow::getIndex).containsExactly(1, 2);
    assertThat(middle.getSegments(0).getPlainOffset()).isEqualTo(1 << 20);
    OpenObjectResponse tail =
        uplink.open("big", PlainRange.newBuilder().setSuffix(true).setLength(7).build());
    assertThat(tail.getSegmentsList()).extracting(SegmentRow::getIndex).containsExactly(4);
    OpenObjectResponse page =
        satellite.call(
            uplink.key,
            satellite.service::openObject,
            OpenObjectRequest.newBuilder()
                .setBucket("backup")
                .setEncryptedKey(TestUplink.path("big"))
                .setObjectId(objectId)
                .setRange(PlainRange.newBuilder().setLength(-1))
                .setSegmentLimit(2)
                .build());
    assertThat(page.getSegmentsList()).hasSize(2);
    assertThat(page.getMoreSegments()).isTrue();
    assertRefused(
        ErrorCode.RANGE_INVALID,
        () -> uplink.open("big", PlainRange.newBuilder().setOffset(6L << 20).build()));
  }

  void commitSegment(
      String path, ByteString objectId, ByteString attemptId, CommittedSegment segment) {
    satellite.call(
        uplink.key,
        satellite.service::commitSegment,
        CommitSegmentRequest.newBuilder()
            .setBucket(uplink.bucket)
            .setEncryptedKey(TestUplink.path(path))
            .setObjectId(objectId)
            .setAttemptId(attemptId)
            .setSegment(segment)
            .build());
  }

  @Test
  void abandonedAttemptsAreTakenAwayAfterTheCommitWindow() {
    ByteString objectId = satellite.id();
    ByteString attemptId = satellite.id();
    BeginSegmentRequest request = uplink.segment("left", objectId, attemptId).build();
    BeginSegmentResponse begun = uplink.begin(request);
    commitSegment("left", objectId, attemptId, TestUplink.sent(begun, request, 1000, 4).build());
    RootPieceId root = RootPieceId.of(begun.getRootPieceId().toByteArray());
    assertThat(satellite.deleted(root)).hasSize(1);
    satellite.expire();
    assertThat(satellite.deleted(root)).hasSize(1);
    satellite.advance(TestSatellite.COMMIT_WINDOW.plusSeconds(1));
    satellite.expire();
    assertThat(satellite.deleted(root)).hasSize(5);
  }

  @Test
  void cancelGivesUpPiecesButNeverWhatWasCommitted() {
    CommitObjectRequest committed = uplink.remoteObject("kept", 500_000).build();
    uplink.commit(committed);
    CommitObjectRequest given = uplink.remoteObject("given-up", 500_000).build();
    for (CommitObjectRequest request : List.of(committed, given)) {
      satellite.call(
          uplink.key,
          satellite.service::cancelUpload,
          CancelUploadRequest.newBuilder()
              .setBucket("backup")
              .setEncryptedKey(request.getObject().getEncryptedKey())
              .setObjectId(request.getObject().getObjectId())
              .setAttemptId(request.getAttemptId())
              .addSegmentTokens(request.getSegments(0).getRemote().getSegmentToken())
              .build());
    }
    assertThat(satellite.deleted(TestUplink.root(committed))).hasSize(1);
    assertThat(uplink.open("kept").getSegmentsList()).hasSize(1);
    assertThat(satellite.deleted(TestUplink.root(given))).hasSize(5);
    assertRefused(ErrorCode.SEGMENT_TOKEN_INVALID, () -> uplink.commit(given));
  }

  @Test
  void tokensAreBoundToObjectIndexAndWindow() {
    CommitObjectRequest good = uplink.remoteObject("a", 500_000).build();
    CommitObjectRequest otherKey =
        good.toBuilder()
            .setObject(good.getObject().toBuilder().setEncryptedKey(TestUplink.path("b")))
            .build();
    assertRefused(ErrorCode.SEGMENT_TOKEN_INVALID, () -> uplink.commit(otherKey));
    assertRefused(
        ErrorCode.SEGMENT_TOKEN_INVALID,
        () -> uplink.commit(good.toBuilder().setAttemptId(satellite.id()).build()));
    CommittedSegment segment = good.getSegments(0);
    ByteString token = segment.getRemote().getSegmentToken();
    byte[] altered = token.toByteArray();
    altered[40] ^= 1;
    assertRefused(
        ErrorCode.SEGMENT_TOKEN_INVALID,
        () ->
            uplink.commit(
                good.toBuilder()
                    .setSegments(
                        0,
                        segment.toBuilder()
                            .setRemote(
                                segment.getRemote().toBuilder()
                                    .setSegmentToken(ByteString.copyFrom(altered))))
                    .build()));
    satellite.advance(TestSatellite.COMMIT_WINDOW.plusSeconds(1));
    assertRefused(ErrorCode.SEGMENT_TOKEN_EXPIRED, () -> uplink.commit(good));
  }

  @Test
  void receiptsMustAgreeFitAndSuffice() {
    CommitObjectRequest good = uplink.remoteObject("a", 500_000).build();
    CommittedSegment segment = good.getSegments(0);
    UploadedPieces pieces = segment.getRemote();
    assertRefused(
        ErrorCode.RECEIPTS_TOO_FEW,
        () -> uplink.commit(withPieces(good, pieces.toBuilder().removePieces(0).build())));
    assertRefused(
        ErrorCode.RECEIPTS_DISAGREE,
        () ->
            uplink.commit(
                withPieces(
                    good,
                    pieces.toBuilder().removePieces(0).addPieces(pieces.getPieces(1)).build())));
    assertRefused(
        ErrorCode.RECEIPTS_DISAGREE,
        () ->
            uplink.commit(
                withPieces(
                    good,
                    pieces.toBuilder().setSegmentRoot(ByteString.copyFrom(new byte[32])).build())));
    assertRefused(
        ErrorCode.SIZES_DISAGREE,
        () ->
            uplink.commit(
                withPieces(
                    good,
                    pieces.toBuilder()
                        .setShares(pieces.getShares().toBuilder().setLastShareBytes(32))
                        .build())));
    assertRefused(
        ErrorCode.BAD_REQUEST,
        () -> uplink.commit(good.toBuilder().clearSegments().setSegmentCount(0).build()));
    uplink.commit(good);
  }

  private static CommitObjectRequest withPieces(CommitObjectRequest commit, UploadedPieces pieces) {
    return commit.toBuilder()
        .setSegments(0, commit.getSegments(0).toBuilder().setRemote(pieces))
        .build();
  }

  @Test
  void replacedPiecesGoToFreshNodesAndLateOnesAreGivenUp() {
    ByteString objectId = satellite.id();
    ByteString attemptId = satellite.id();
    BeginSegmentRequest request = uplink.segment("a", objectId, attemptId).build();
    BeginSegmentResponse begun = uplink.begin(request);
    ReplacePiecesResponse replaced =
        satellite.call(
            uplink.key,
            satellite.service::replacePieces,
            ReplacePiecesRequest.newBuilder()
                .setSegmentToken(begun.getSegmentToken())
                .addPieceNumbers(1)
                .addPieceNumbers(2)
                .build());
    // Six nodes, five were offered: one is left.
    assertThat(replaced.getOffersList()).hasSize(1);
    List<PieceOffer> offers = new ArrayList<>(begun.getOffersList());
    offers.set(1, replaced.getOffers(0));
    BeginSegmentResponse patched =
        begun.toBuilder()
            .clearOffers()
            .addAllOffers(offers)
            .setSegmentToken(replaced.getSegmentToken())
            .build();
    uplink.commit(
        CommitObjectRequest.newBuilder()
            .setBucket("backup")
            .setAttemptId(attemptId)
            .setObject(uplink.row("a", objectId))
            .addSegments(TestUplink.sent(patched, request, 5000, 4))
            .setSegmentCount(1)
            .build());
    assertThat(satellite.deleted(RootPieceId.of(begun.getRootPieceId().toByteArray())))
        .containsExactlyInAnyOrder(new PlacedPiece(1, 2), new PlacedPiece(4, 5));
  }

  @Test
  void expiredObjectsAreInvisibleAtOnceAndGoWithTheChore() {
    long expires = satellite.instant().plusSeconds(60).toEpochMilli();
    CommitObjectRequest never = uplink.remoteObject("never", 1000).build();
    CommitObjectRequest.Builder brief = uplink.inlineObject("brief");
    uplink.commit(brief.setObject(brief.getObject().toBuilder().setExpiresMillis(expires)).build());
    uplink.commit(never);
    assertThat(uplink.list("", true, 10)).containsExactly("brief", "never");
    satellite.advance(Duration.ofSeconds(61));
    assertThat(uplink.list("", true, 10)).containsExactly("never");
    assertRefused(ErrorCode.OBJECT_NOT_FOUND, () -> uplink.open("brief"));
    assertThat(uplink.delete("brief").getExisted()).isFalse();
    // An expired object is no obstacle to a new one.
    uplink.commit(
        uplink
            .inlineObject("brief")
            .setConditions(CommitConditions.newBuilder().setIfNoneMatchAny(true))
            .build());
    CommitObjectRequest.Builder again = uplink.inlineObject("again");
    uplink.commit(
        again
            .setObject(
                again.getObject().toBuilder()
                    .setExpiresMillis(satellite.instant().plusSeconds(1).toEpochMilli()))
            .build());
    satellite.advance(Duration.ofSeconds(2));
    assertThat(satellite.expire().expiredObjects()).isEqualTo(1);
  }

  @Test
  void piecesMustNotExpireBeforeTheirObject() {
    ByteString objectId = satellite.id();
    ByteString attemptId = satellite.id();
    BeginSegmentRequest request =
        uplink
            .segment("a", objectId, attemptId)
            .setObjectExpiresMillis(satellite.instant().plusSeconds(600).toEpochMilli())
            .build();
    CommittedSegment sent = TestUplink.sent(uplink.begin(request), request, 1000, 4).build();
    assertRefused(
        ErrorCode.BAD_REQUEST,
        () ->
            uplink.commit(
                CommitObjectRequest.newBuilder()
                    .setBucket("backup")
                    .setAttemptId(attemptId)
                    .setObject(uplink.row("a", objectId))
                    .addSegments(sent)
                    .setSegmentCount(1)
                    .build()));
  }

  @Test
  void copiesShareSegmentsUntilTheLastReferenceGoes() {
    CommitObjectRequest source = uplink.remoteObject("source", 500_000).build();
    uplink.commit(source);
    RootPieceId root = TestUplink.root(source);
    CopyObjectRequest copy = copy(source.getObject(), "copy");
    CommitObjectResponse answer = satellite.call(uplink.key, satellite.service::copyObject, copy);
    assertThat(
            satellite.<CopyObjectRequest, CommitObjectResponse>call(
                uplink.key, satellite.service::copyObject, copy))
        .isEqualTo(answer);
    assertThat(uplink.open("copy").getSegments(0).getRemote().getRootPieceId())
        .isEqualTo(ByteString.copyFrom(root.toByteArray()));
    uplink.delete("source");
    assertThat(satellite.deleted(root)).hasSize(1);
    // Onto itself: the pieces must survive.
    ObjectRow current = uplink.open("copy").getObject();
    satellite.call(uplink.key, satellite.service::copyObject, copy(current, "copy"));
    assertThat(satellite.deleted(root)).hasSize(1);
    assertThat(uplink.open("copy").getSegments(0).getRemote().getOffersList()).hasSize(4);
    assertRefused(
        ErrorCode.OBJECT_CHANGED,
        () -> satellite.call(uplink.key, satellite.service::copyObject, copy(current, "other")));
    uplink.delete("copy");
    assertThat(satellite.deleted(root)).hasSize(5);
  }

  private CopyObjectRequest copy(ObjectRow source, String target) {
    return CopyObjectRequest.newBuilder()
        .setSourceBucket("backup")
        .setSourceEncryptedKey(source.getEncryptedKey())
        .setSourceObjectId(source.getObjectId())
        .setBucket("backup")
        .setObject(uplink.row(target, satellite.id()))
        .build();
  }

  @Test
  void bucketsAreListedInOrderAndGoOnlyWhenEmpty() {
    for (String name : List.of("zebra", "alpha", "alpha-2", "alpha.1")) {
      new TestUplink(satellite, uplink.key, name).createBucket();
    }
    assertRefused(ErrorCode.BUCKET_EXISTS, () -> uplink.createBucket());
    assertRefused(
        ErrorCode.BAD_REQUEST,
        () -> new TestUplink(satellite, uplink.key, "Not_A_Bucket").createBucket());
    ListBucketsResponse page =
        satellite.call(
            uplink.key,
            satellite.service::listBuckets,
            ListBucketsRequest.newBuilder().setLimit(3).build());
    assertThat(page.getBucketsList())
        .extracting(Bucket::getName)
        .containsExactly("alpha", "alpha-2", "alpha.1");
    assertThat(page.getMore()).isTrue();
    ApiKey restricted =
        uplink.key.restrict(
            Caveat.unrestricted(random).withPaths(List.of(new AllowedPath("zebra", new byte[0]))));
    ListBucketsResponse own =
        satellite.call(
            restricted, satellite.service::listBuckets, ListBucketsRequest.getDefaultInstance());
    assertThat(own.getBucketsList()).extracting(Bucket::getName).containsExactly("zebra");
    assertThat(own.getMore()).isFalse();

    uplink.putInline("a");
    DeleteBucketRequest delete = DeleteBucketRequest.newBuilder().setName("backup").build();
    assertRefused(
        ErrorCode.BUCKET_NOT_EMPTY,
        () -> satellite.call(uplink.key, satellite.service::deleteBucket, delete));
    uplink.delete("a");
    satellite.call(uplink.key, satellite.service::deleteBucket, delete);
    assertRefused(ErrorCode.BUCKET_NOT_FOUND, () -> uplink.putInline("a"));
  }

  @Test
  void oneCallDeletesMany() {
    DeleteObjectsRequest.Builder delete = DeleteObjectsRequest.newBuilder().setBucket("backup");
    for (int i = 0; i < 120; i++) {
      uplink.putInline("d/" + i);
      delete.addObjects(ObjectRef.newBuilder().setEncryptedKey(TestUplink.path("d/" + i)));
    }
    delete.addObjects(ObjectRef.newBuilder().setEncryptedKey(TestUplink.path("absent")));
    DeleteObjectsResponse response =
        satellite.call(uplink.key, satellite.service::deleteObjects, delete.build());
    assertThat(response.getResultsList().subList(0, 120)).allMatch(DeleteResult::getExisted);
    assertThat(response.getResults(120)).isEqualTo(DeleteResult.getDefaultInstance());
    assertThat(uplink.list("", true, 10)).isEmpty();
  }

  @Test
  void abortedTransactionsAreRunAgainWhole() {
    CommitObjectRequest first = uplink.remoteObject("a", 500_000).build();
    satellite.abortsToInject.set(3);
    uplink.commit(first);
    CommitObjectRequest second = uplink.remoteObject("a", 500_000).build();
    satellite.abortsToInject.set(5);
    uplink.commit(second);
    assertThat(satellite.deleted(TestUplink.root(first))).hasSize(5);
    assertThat(uplink.open("a").getObject().getObjectId())
        .isEqualTo(second.getObject().getObjectId());
    satellite.abortsToInject.set(1_000);
    assertRefused(ErrorCode.CONTENTION, () -> uplink.commit(uplink.remoteObject("a", 1).build()));
    satellite.abortsToInject.set(0);
    assertThat(uplink.open("a").getSegmentsList()).hasSize(1);
    assertThat(satellite.deleted(TestUplink.root(second))).hasSize(1);
  }

  @Test
  void theProjectIsDescribed() {
    DescribeProjectResponse described =
        satellite.call(
            uplink.key,
            satellite.service::describeProject,
            DescribeProjectRequest.getDefaultInstance());
    assertThat(described.getProjectName()).isEqualTo("test");
    assertThat(described.getScheme().getOptimal()).isEqualTo(4);
    assertThat(described.getMaxInlineBytes()).isEqualTo(16_384);
    assertThat(described.getMaxSegmentBytes()).isEqualTo(67_108_864);
    assertThat(described.getSatelliteTimeMillis()).isEqualTo(satellite.millis());
  }

  @Test
  void onlySuspicionsOfOwnPiecesAreKept() {
    CommitObjectRequest object = uplink.remoteObject("a", 1000).build();
    uplink.commit(object);
    SuspectPiece own =
        SuspectPiece.newBuilder()
            .setRootPieceId(ByteString.copyFrom(TestUplink.root(object).toByteArray()))
            .setPieceNumber(1)
            .setNodeId(ByteString.copyFrom(FakeLimits.node(2).bytes()))
            .setSuspicion(Suspicion.SUSPICION_BAD_SHARE)
            .build();
    satellite.call(
        uplink.key,
        satellite.service::reportPieces,
        ReportPiecesRequest.newBuilder()
            .addPieces(own)
            .addPieces(own.toBuilder().setRootPieceId(satellite.id()))
            .build());
    assertThat(satellite.suspicions).hasSize(1);
  }

  @Test
  void tooFewNodesAndMissingBucketsAreToldBeforeAnythingIsSent() {
    assertRefused(
        ErrorCode.BUCKET_NOT_FOUND,
        () -> {
          TestUplink nowhere = new TestUplink(satellite, uplink.key, "nowhere");
          nowhere.begin(nowhere.segment("a", satellite.id(), satellite.id()).build());
        });
  }
}
