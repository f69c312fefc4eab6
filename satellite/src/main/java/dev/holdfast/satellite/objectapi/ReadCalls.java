package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.Action;
import dev.holdfast.protocol.apikey.Decision;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.protocol.wire.CopyObjectRequest;
import dev.holdfast.protocol.wire.DeleteObjectsRequest;
import dev.holdfast.protocol.wire.DeleteObjectsResponse;
import dev.holdfast.protocol.wire.DeleteResult;
import dev.holdfast.protocol.wire.ListEntry;
import dev.holdfast.protocol.wire.ListObjectsRequest;
import dev.holdfast.protocol.wire.ListObjectsResponse;
import dev.holdfast.protocol.wire.ObjectRef;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.OpenObjectResponse;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.protocol.wire.StoredPieces;
import dev.holdfast.satellite.metadata.Deletion;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.metadata.ObjectCopies;
import dev.holdfast.satellite.metadata.ObjectDeletions;
import dev.holdfast.satellite.metadata.ObjectListing;
import dev.holdfast.satellite.metadata.ObjectReads;
import dev.holdfast.satellite.metadata.ObjectVersion;
import dev.holdfast.satellite.metadata.OpenedObject;
import dev.holdfast.satellite.metadata.PlainRange;
import dev.holdfast.satellite.metadata.Segment;
import dev.holdfast.satellite.metadata.SegmentContent;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.orders.LimitIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The calls on objects that exist: open, list, delete, copy. */
final class ReadCalls {
  private final ObjectReads reads;
  private final ObjectListing listing;
  private final ObjectDeletions deletions;
  private final ObjectCopies copies;
  private final LimitIssuer limits;

  ReadCalls(
      ObjectReads reads,
      ObjectListing listing,
      ObjectDeletions deletions,
      ObjectCopies copies,
      LimitIssuer limits) {
    this.reads = reads;
    this.listing = listing;
    this.deletions = deletions;
    this.copies = copies;
    this.limits = limits;
  }

  OpenObjectResponse open(Caller caller, OpenObjectRequest request) {
    ObjectAddress address =
        caller.require(Operation.READ, request.getBucket(), Limits.key(request.getEncryptedKey()));
    Limits.within("the segment limit", request.getSegmentLimit(), 0, Integer.MAX_VALUE);
    int segmentLimit =
        request.getSegmentLimit() == 0
            ? ObjectReads.MAX_SEGMENTS
            : Math.min(request.getSegmentLimit(), ObjectReads.MAX_SEGMENTS);
    PlainRange range =
        request.hasRange()
            ? new PlainRange(
                request.getRange().getOffset(),
                request.getRange().getLength(),
                request.getRange().getSuffix())
            : null;
    OpenedObject opened =
        reads.open(
            new ObjectReads.Query(
                address, request.getVersion(), request.getObjectId(), range, segmentLimit));
    OpenObjectResponse.Builder response =
        OpenObjectResponse.newBuilder()
            .setObject(WireRows.row(opened.object(), request.getWithDetail()))
            .setMoreSegments(opened.moreSegments());
    opened.parts().forEach(p -> response.addParts(WireRows.part(p, request.getWithDetail())));
    for (OpenedObject.PlacedSegment segment : opened.segments()) {
      response.addSegments(segment(segment, opened.stored()));
    }
    return response.build();
  }

  private SegmentRow segment(
      OpenedObject.PlacedSegment placed, Map<RootPieceId, StoredSegment> stored) {
    Segment segment = placed.segment();
    SegmentRow.Builder row =
        SegmentRow.newBuilder()
            .setPart(placed.part())
            .setIndex(segment.index())
            .setPlainOffset(placed.plainOffset())
            .setCipherId(segment.cipherId())
            .setKeyEpoch(segment.keyEpoch())
            .setWrappedSegmentKey(segment.wrappedSegmentKey())
            .setLayout(WireRows.layout(segment.layout()));
    switch (segment.content()) {
      case SegmentContent.Inline inline -> row.setInlineCiphertext(inline.ciphertext());
      case SegmentContent.Stored remote -> {
        StoredSegment found = stored.get(remote.root());
        if (found == null) {
          throw new IllegalStateException("a segment refers to a stored segment that is gone");
        }
        row.setRemote(pieces(found));
      }
    }
    return row.build();
  }

  private StoredPieces pieces(StoredSegment segment) {
    return StoredPieces.newBuilder()
        .setRootPieceId(ByteString.copyFrom(segment.root().toByteArray()))
        .setSegmentRoot(ByteString.copyFrom(segment.segmentRoot().toByteArray()))
        .setShares(WireRows.shares(segment.shares()))
        .setScheme(WireRows.scheme(segment.scheme()))
        .addAllOffers(limits.offerGets(segment).stream().map(WireRows::offer).toList())
        .build();
  }

  ListObjectsResponse list(Caller caller, ListObjectsRequest request) {
    caller.require(Operation.LIST, request.getBucket(), request.getEncryptedPrefix());
    Limits.atMost(
        "the length of the prefix",
        request.getEncryptedPrefix().size(),
        Limits.ENCRYPTED_KEY_BYTES);
    Limits.atMost(
        "the length of the cursor", request.getCursor().size(), Limits.ENCRYPTED_KEY_BYTES);
    ObjectListing.Page page =
        listing.list(
            caller.project().id(),
            request.getBucket(),
            new ObjectListing.Query(
                request.getEncryptedPrefix(),
                request.getCursor(),
                request.getCursorIsPrefix(),
                request.getRecursive(),
                Limits.page(request.getLimit())));
    ListObjectsResponse.Builder response = ListObjectsResponse.newBuilder().setMore(page.more());
    for (ObjectListing.Entry entry : page.entries()) {
      response.addEntries(
          switch (entry) {
            case ObjectListing.Entry.Object object ->
                ListEntry.newBuilder().setObject(WireRows.row(object.object(), false));
            case ObjectListing.Entry.Directory directory ->
                ListEntry.newBuilder().setEncryptedPrefix(directory.encryptedPrefix());
          });
    }
    return response.build();
  }

  DeleteObjectsResponse delete(Caller caller, DeleteObjectsRequest request) {
    Limits.within("the number of objects", request.getObjectsCount(), 1, Limits.DELETIONS);
    DeleteResult[] results = new DeleteResult[request.getObjectsCount()];
    List<Deletion> permitted = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      ObjectRef ref = request.getObjects(i);
      Decision decision =
          caller
              .key()
              .permits(
                  Action.onPath(
                      Operation.DELETE,
                      request.getBucket(),
                      Limits.key(ref.getEncryptedKey()).toByteArray(),
                      caller.now()));
      if (decision instanceof Decision.Denied denied) {
        results[i] = refused(denied.code());
      } else {
        permitted.add(
            new Deletion(ref.getEncryptedKey(), ref.getVersion(), ref.getIfMatchEtagTokensList()));
        positions.add(i);
      }
    }
    List<Deletion.Outcome> outcomes =
        deletions.delete(caller.project().id(), request.getBucket(), permitted);
    for (int i = 0; i < outcomes.size(); i++) {
      results[positions.get(i)] =
          switch (outcomes.get(i)) {
            case DELETED -> DeleteResult.newBuilder().setExisted(true).build();
            case ABSENT -> DeleteResult.getDefaultInstance();
            case PRECONDITION_FAILED ->
                refused(ErrorCode.PRECONDITION_FAILED).toBuilder().setExisted(true).build();
          };
    }
    return DeleteObjectsResponse.newBuilder().addAllResults(List.of(results)).build();
  }

  private static DeleteResult refused(ErrorCode code) {
    return DeleteResult.newBuilder().setErrorCode(code.stableName()).build();
  }

  CommitObjectResponse copy(Caller caller, CopyObjectRequest request) {
    ObjectVersion object = WireRows.object(request.getObject());
    ObjectAddress source =
        caller.require(
            Operation.READ, request.getSourceBucket(), Limits.key(request.getSourceEncryptedKey()));
    ObjectAddress target =
        caller.require(Operation.WRITE, request.getBucket(), object.encryptedKey());
    ByteString sourceId = Limits.id("the source's object id", request.getSourceObjectId());
    if (sourceId.equals(object.objectId())) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "a copy needs an object id of its own; draw a new one");
    }
    return WireRows.committed(
        copies.copy(
            new ObjectCopies.Request(
                source,
                request.getSourceVersion(),
                sourceId,
                target,
                object,
                WireRows.conditions(request.getConditions()),
                caller.mayReplace())));
  }
}
