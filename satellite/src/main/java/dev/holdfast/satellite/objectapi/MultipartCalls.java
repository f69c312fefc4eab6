package dev.holdfast.satellite.objectapi;

import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.AbortMultipartRequest;
import dev.holdfast.protocol.wire.AbortMultipartResponse;
import dev.holdfast.protocol.wire.BeginMultipartRequest;
import dev.holdfast.protocol.wire.BeginMultipartResponse;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.protocol.wire.CommitPartRequest;
import dev.holdfast.protocol.wire.CommitPartResponse;
import dev.holdfast.protocol.wire.CompleteMultipartRequest;
import dev.holdfast.protocol.wire.FindMultipartRequest;
import dev.holdfast.protocol.wire.FindMultipartResponse;
import dev.holdfast.protocol.wire.ListMultipartsRequest;
import dev.holdfast.protocol.wire.ListMultipartsResponse;
import dev.holdfast.protocol.wire.ListPartsRequest;
import dev.holdfast.protocol.wire.ListPartsResponse;
import dev.holdfast.satellite.metadata.Attempt;
import dev.holdfast.satellite.metadata.MultipartCompletion;
import dev.holdfast.satellite.metadata.MultipartUploads;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.metadata.ObjectVersion;
import dev.holdfast.satellite.metadata.Upload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The calls of multipart uploads. */
final class MultipartCalls {
  private final MultipartUploads uploads;
  private final MultipartCompletion completion;
  private final SegmentAdmission admission;

  MultipartCalls(
      MultipartUploads uploads, MultipartCompletion completion, SegmentAdmission admission) {
    this.uploads = uploads;
    this.completion = completion;
    this.admission = admission;
  }

  BeginMultipartResponse begin(Caller caller, BeginMultipartRequest request) {
    ObjectVersion object = WireRows.object(request.getObject());
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), object.encryptedKey());
    Upload upload =
        new Upload(
            object.encryptedKey(),
            object.objectId(),
            caller.key().tailHashes().getLast(),
            object.wrapType(),
            object.keyEpoch(),
            object.wrappedObjectKey(),
            object.encryptedSummary(),
            object.encryptedDetail(),
            caller.now().toEpochMilli(),
            object.expiresMillis());
    return BeginMultipartResponse.newBuilder()
        .setCreatedMillis(uploads.begin(address, upload))
        .build();
  }

  FindMultipartResponse find(Caller caller, FindMultipartRequest request) {
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), Limits.key(request.getEncryptedKey()));
    Upload upload = uploads.find(address, Limits.id("the object id", request.getObjectId()));
    return FindMultipartResponse.newBuilder().setObject(WireRows.row(upload)).build();
  }

  CommitPartResponse commitPart(Caller caller, CommitPartRequest request) {
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), Limits.key(request.getEncryptedKey()));
    int part = request.getPart().getPart();
    Limits.within("the part", part, 1, MultipartUploads.MAX_PART);
    Limits.within("the segment count", request.getSegmentCount(), 1, Limits.SEGMENTS_OF_ATTEMPT);
    Limits.atMost(
        "the length of the encrypted part record",
        request.getPart().getEncryptedRecord().size(),
        Limits.PART_RECORD_BYTES);
    Attempt attempt =
        UploadCalls.attempt(request.getObjectId(), request.getPart().getAttemptId(), part);
    long created =
        uploads.commitPart(
            new MultipartUploads.NewPart(
                address,
                attempt,
                request.getPart().getEncryptedRecord(),
                admission.admit(caller, address, attempt, request.getSegmentsList()),
                request.getSegmentCount()));
    return CommitPartResponse.newBuilder().setCreatedMillis(created).build();
  }

  ListPartsResponse listParts(Caller caller, ListPartsRequest request) {
    ObjectAddress address =
        caller.requireEither(
            Operation.WRITE,
            Operation.LIST,
            request.getBucket(),
            Limits.key(request.getEncryptedKey()));
    Limits.within("the part to go on after", request.getAfterPart(), 0, Integer.MAX_VALUE);
    MultipartUploads.PartPage page =
        uploads.listParts(
            address,
            Limits.id("the object id", request.getObjectId()),
            request.getAfterPart(),
            Limits.page(request.getLimit()));
    return ListPartsResponse.newBuilder()
        .addAllParts(page.parts().stream().map(part -> WireRows.part(part, true)).toList())
        .setMore(page.more())
        .build();
  }

  ListMultipartsResponse list(Caller caller, ListMultipartsRequest request) {
    ObjectAddress directory =
        caller.require(Operation.LIST, request.getBucket(), request.getEncryptedPrefix());
    Limits.atMost(
        "the length of the prefix",
        request.getEncryptedPrefix().size(),
        Limits.ENCRYPTED_KEY_BYTES);
    MultipartUploads.UploadPage page =
        uploads.list(
            directory,
            request.getAfterKey(),
            request.getAfterObjectId(),
            Limits.page(request.getLimit()));
    return ListMultipartsResponse.newBuilder()
        .addAllUploads(page.uploads().stream().map(WireRows::row).toList())
        .setMore(page.more())
        .build();
  }

  CommitObjectResponse complete(Caller caller, CompleteMultipartRequest request) {
    ObjectVersion object = WireRows.object(request.getObject());
    ObjectAddress address =
        caller.require(Operation.WRITE, request.getBucket(), object.encryptedKey());
    Limits.within("the number of parts", request.getPartsCount(), 1, MultipartUploads.MAX_PART);
    List<MultipartCompletion.ChosenPart> parts = new ArrayList<>(request.getPartsCount());
    int previous = 0;
    for (dev.holdfast.protocol.wire.ChosenPart part : request.getPartsList()) {
      if (part.getPart() <= previous) {
        throw new HoldfastException(
            ErrorCode.BAD_REQUEST,
            "part %d follows part %d; name parts in ascending order"
                .formatted(part.getPart(), previous));
      }
      previous = part.getPart();
      parts.add(new MultipartCompletion.ChosenPart(part.getPart(), part.getAttemptId()));
    }
    return WireRows.committed(
        completion.complete(
            new MultipartCompletion.Request(
                address,
                object,
                parts,
                WireRows.conditions(request.getConditions()),
                caller.mayReplace())));
  }

  AbortMultipartResponse abort(Caller caller, AbortMultipartRequest request) {
    ObjectAddress address =
        caller.requireEither(
            Operation.WRITE,
            Operation.DELETE,
            request.getBucket(),
            Limits.key(request.getEncryptedKey()));
    uploads.abort(
        address,
        Limits.id("the object id", request.getObjectId()),
        caller.mayReplace() ? Optional.empty() : Optional.of(caller.key().tailHashes().getLast()));
    return AbortMultipartResponse.getDefaultInstance();
  }
}
