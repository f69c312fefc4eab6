package dev.holdfast.satellite.objectapi;

import static dev.holdfast.satellite.objectapi.ObjectApiContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.Caveat;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.wire.*;
import dev.holdfast.satellite.database.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What multipart uploads promise, on whatever database. */
abstract class MultipartContract {
  private TestSatellite satellite;
  private TestUplink uplink;

  abstract Database database();

  @BeforeEach
  void start(@TempDir Path folder) {
    satellite = new TestSatellite(database(), folder.resolve("secrets"));
    uplink =
        new TestUplink(satellite, satellite.apiKeys.issue(satellite.project.id()), "backup")
            .createBucket();
  }

  private ByteString begin(TestUplink by, String path) {
    ByteString objectId = satellite.id();
    satellite.call(
        by.key,
        satellite.service::beginMultipart,
        BeginMultipartRequest.newBuilder()
            .setBucket("backup")
            .setObject(by.row(path, objectId))
            .build());
    return objectId;
  }

  private record SentPart(ChosenPart chosen, RootPieceId root, CommitPartRequest request) {}

  private SentPart putPart(String path, ByteString objectId, int part, int plainBytes) {
    ByteString attemptId = satellite.id();
    BeginSegmentRequest segment = uplink.segment(path, objectId, attemptId).setPart(part).build();
    BeginSegmentResponse begun = uplink.begin(segment);
    CommitPartRequest request =
        CommitPartRequest.newBuilder()
            .setBucket("backup")
            .setEncryptedKey(TestUplink.path(path))
            .setObjectId(objectId)
            .setPart(
                PartRow.newBuilder()
                    .setPart(part)
                    .setAttemptId(attemptId)
                    .setEncryptedRecord(ByteString.copyFromUtf8("record " + part)))
            .addSegments(TestUplink.sent(begun, segment, plainBytes, 4))
            .setSegmentCount(1)
            .build();
    satellite.call(uplink.key, satellite.service::commitPart, request);
    return new SentPart(
        ChosenPart.newBuilder().setPart(part).setAttemptId(attemptId).build(),
        RootPieceId.of(begun.getRootPieceId().toByteArray()),
        request);
  }

  private CompleteMultipartRequest.Builder complete(
      String path, ByteString objectId, SentPart... parts) {
    CompleteMultipartRequest.Builder request =
        CompleteMultipartRequest.newBuilder()
            .setBucket("backup")
            .setObject(
                uplink
                    .row(path, objectId)
                    .setEncryptedSummary(ByteString.copyFromUtf8("final"))
                    .clearWrappedObjectKey());
    for (SentPart part : parts) {
      request.addParts(part.chosen());
    }
    return request;
  }

  private CommitObjectResponse complete(CompleteMultipartRequest request) {
    return satellite.call(uplink.key, satellite.service::completeMultipart, request);
  }

  private ListPartsResponse parts(String path, ByteString objectId, int after, int limit) {
    return satellite.call(
        uplink.key,
        satellite.service::listParts,
        ListPartsRequest.newBuilder()
            .setBucket("backup")
            .setEncryptedKey(TestUplink.path(path))
            .setObjectId(objectId)
            .setAfterPart(after)
            .setLimit(limit)
            .build());
  }

  @Test
  void chosenPartsBecomeTheObjectAndOthersGo() {
    ByteString objectId = begin(uplink, "big");
    SentPart third = putPart("big", objectId, 3, 300_000);
    SentPart first = putPart("big", objectId, 1, 100_000);
    SentPart second = putPart("big", objectId, 2, 200_000);
    satellite.advance(Duration.ofDays(30));
    satellite.expire();
    SentPart fourth = putPart("big", objectId, 4, 50_000);
    assertThat(uplink.list("", true, 10)).isEmpty();
    ListPartsResponse page = parts("big", objectId, 1, 2);
    assertThat(page.getPartsList()).extracting(PartRow::getPart).containsExactly(2, 3);
    assertThat(page.getParts(0).getStoredPlainBytes()).isEqualTo(200_000);
    assertThat(page.getParts(0).getEncryptedRecord().toStringUtf8()).isEqualTo("record 2");
    assertThat(page.getMore()).isTrue();

    CompleteMultipartRequest request = complete("big", objectId, first, second, fourth).build();
    CommitObjectResponse answer = complete(request);
    assertThat(complete(request)).isEqualTo(answer);
    assertThat(satellite.deleted(third.root())).hasSize(5);
    assertThat(satellite.deleted(second.root())).hasSize(1);
    OpenObjectResponse opened = uplink.open("big");
    assertThat(opened.getObject().getStoredPlainBytes()).isEqualTo(350_000);
    assertThat(opened.getObject().getEncryptedSummary().toStringUtf8()).isEqualTo("final");
    assertThat(opened.getObject().getWrappedObjectKey().toStringUtf8()).isEqualTo("wrapped big");
    assertThat(opened.getPartsList()).extracting(PartRow::getPart).containsExactly(1, 2, 4);
    assertThat(opened.getSegmentsList())
        .extracting(SegmentRow::getPlainOffset)
        .containsExactly(0L, 100_000L, 300_000L);
    assertThat(
            uplink
                .open("big", PlainRange.newBuilder().setOffset(150_000).setLength(10).build())
                .getSegmentsList())
        .extracting(SegmentRow::getPart)
        .containsExactly(2);
    assertRefused(ErrorCode.UPLOAD_NOT_FOUND, () -> putPart("big", objectId, 5, 1000));
    uplink.putInline("big");
    assertThat(complete(request)).isEqualTo(answer);
    assertThat(satellite.deleted(fourth.root())).hasSize(5);
  }

  @Test
  void aPartSentAgainReplacesTheEarlierAttemptWhole() {
    ByteString objectId = begin(uplink, "a");
    SentPart earlier = putPart("a", objectId, 1, 100_000);
    SentPart later = putPart("a", objectId, 1, 200_000);
    assertThat(satellite.deleted(earlier.root())).hasSize(5);
    assertRefused(
        ErrorCode.PART_NOT_FOUND, () -> complete(complete("a", objectId, earlier).build()));
    // The answer to the later attempt was lost.
    satellite.call(uplink.key, satellite.service::commitPart, later.request());
    complete(complete("a", objectId, later).build());
    assertThat(uplink.open("a").getObject().getStoredPlainBytes()).isEqualTo(200_000);
  }

  @Test
  void partsOfManySegmentsAreCommittedAhead() {
    ByteString objectId = begin(uplink, "a");
    ByteString attemptId = satellite.id();
    List<CommittedSegment> segments = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      BeginSegmentRequest segment =
          uplink.segment("a", objectId, attemptId).setPart(7).setIndex(index).build();
      segments.add(TestUplink.sent(uplink.begin(segment), segment, 1000, 4).build());
    }
    for (CommittedSegment segment : segments.subList(0, 2)) {
      satellite.call(
          uplink.key,
          satellite.service::commitSegment,
          CommitSegmentRequest.newBuilder()
              .setBucket("backup")
              .setEncryptedKey(TestUplink.path("a"))
              .setObjectId(objectId)
              .setAttemptId(attemptId)
              .setSegment(segment)
              .build());
    }
    satellite.call(
        uplink.key,
        satellite.service::commitPart,
        CommitPartRequest.newBuilder()
            .setBucket("backup")
            .setEncryptedKey(TestUplink.path("a"))
            .setObjectId(objectId)
            .setPart(PartRow.newBuilder().setPart(7).setAttemptId(attemptId))
            .addSegments(segments.get(2))
            .setSegmentCount(3)
            .build());
    complete(
        complete("a", objectId)
            .addParts(ChosenPart.newBuilder().setPart(7).setAttemptId(attemptId))
            .build());
    assertThat(uplink.open("a").getSegmentsList()).hasSize(3);
  }

  @Test
  void abortTakesAllPartsAndIsForTheCreatorWhenNothingMayBeDeleted() {
    TestUplink keeper =
        uplink.with(
            uplink.key.restrict(Caveat.unrestricted(new SecureRandom()).withNoDelete(true)));
    ByteString own = begin(keeper, "own");
    ByteString others = begin(uplink, "others");
    SentPart part = putPart("own", own, 1, 100_000);
    assertRefused(ErrorCode.DELETE_DENIED, () -> abort(keeper, "others", others));
    abort(keeper, "own", own);
    assertThat(satellite.deleted(part.root())).hasSize(5);
    assertRefused(ErrorCode.UPLOAD_NOT_FOUND, () -> abort(keeper, "own", own));
    abort(uplink, "others", others);
    assertThat(uploads("", "", ByteString.EMPTY, 10).getUploadsList()).isEmpty();
  }

  private void abort(TestUplink by, String path, ByteString objectId) {
    satellite.call(
        by.key,
        satellite.service::abortMultipart,
        AbortMultipartRequest.newBuilder()
            .setBucket("backup")
            .setEncryptedKey(TestUplink.path(path))
            .setObjectId(objectId)
            .build());
  }

  private ListMultipartsResponse uploads(
      String directory, String afterKey, ByteString afterId, int limit) {
    return satellite.call(
        uplink.key,
        satellite.service::listMultiparts,
        ListMultipartsRequest.newBuilder()
            .setBucket("backup")
            .setEncryptedPrefix(directory.isEmpty() ? ByteString.EMPTY : TestUplink.path(directory))
            .setAfterKey(afterKey.isEmpty() ? ByteString.EMPTY : TestUplink.path(afterKey))
            .setAfterObjectId(afterId)
            .setLimit(limit)
            .build());
  }

  @Test
  void uploadsAreListedByKeyThenIdAndFound() {
    List<ByteString> sameKey = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sameKey.add(begin(uplink, "d/same"));
    }
    begin(uplink, "d/a");
    begin(uplink, "e");
    sameKey.sort(ByteString.unsignedLexicographicalComparator());
    List<ByteString> listed = new ArrayList<>();
    String afterKey = "";
    ByteString afterId = ByteString.EMPTY;
    ListMultipartsResponse page;
    do {
      page = uploads("d", afterKey, afterId, 1);
      for (ObjectRow upload : page.getUploadsList()) {
        afterKey = TestUplink.text(upload.getEncryptedKey());
        afterId = upload.getObjectId();
        listed.add(afterId);
        assertThat(upload.getEncryptedDetail().toStringUtf8()).isEqualTo("detail " + afterKey);
      }
    } while (page.getMore());
    assertThat(listed).hasSize(4);
    assertThat(listed.subList(1, 4)).isEqualTo(sameKey);
    FindMultipartResponse found =
        satellite.call(
            uplink.key,
            satellite.service::findMultipart,
            FindMultipartRequest.newBuilder()
                .setBucket("backup")
                .setEncryptedKey(TestUplink.path("d/same"))
                .setObjectId(sameKey.get(0))
                .build());
    assertThat(found.getObject().getWrappedObjectKey().toStringUtf8()).isEqualTo("wrapped d/same");
    // A bucket without objects goes, with the uploads that nobody completed.
    satellite.call(
        uplink.key,
        satellite.service::deleteBucket,
        DeleteBucketRequest.newBuilder().setName("backup").build());
  }
}
