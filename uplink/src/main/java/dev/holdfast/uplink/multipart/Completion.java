package dev.holdfast.uplink.multipart;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.protocol.wire.CompleteMultipartRequest;
import dev.holdfast.protocol.wire.ListPartsResponse;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.PartRow;
import dev.holdfast.uplink.ChosenPart;
import dev.holdfast.uplink.CompleteOptions;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.encryption.ContentDigest;
import dev.holdfast.uplink.encryption.DetailRecord;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.multipart.OpenedUpload.CommittedPart;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.OpenedObject;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.object.WireConditions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the chosen parts of an upload its object. Thread-safe. */
public final class Completion {
  private static final int PAGE = 1000;

  private final ProjectAccess access;

  public Completion(ProjectAccess access) {
    this.access = access;
  }

  /**
   * Completes an upload; a repeated call answers the object that the first one made.
   *
   * @param chosen ascending, each with the ETag its part was committed with
   */
  public ObjectStat complete(
      String bucket,
      String key,
      String uploadId,
      List<ChosenPart> chosen,
      CompleteOptions options) {
    requireAscending(chosen);
    ObjectPath path = access.keys().object(bucket, key);
    byte[] objectId = UploadId.decode(uploadId);
    OpenedUpload upload;
    try {
      upload = OpenedUpload.find(access, path, objectId);
    } catch (HoldfastException e) {
      if (e.code() == ErrorCode.UPLOAD_NOT_FOUND) {
        return completedBefore(path, key, objectId, chosen, e);
      }
      throw e;
    }
    List<CommittedPart> parts = committed(upload, chosen);
    OpenedObject object =
        ObjectRows.seal(path, key, content(upload, parts, options), access.random());
    CompleteMultipartRequest request =
        CompleteMultipartRequest.newBuilder()
            .setBucket(bucket)
            .setObject(object.row())
            .addAllParts(parts.stream().map(part -> wire(part.row())).toList())
            .setConditions(WireConditions.of(path, options.conditions()))
            .build();
    CommitObjectResponse response = access.client().call(stub -> stub.completeMultipart(request));
    return object.stat(response.getVersion(), response.getCreatedMillis());
  }

  /** The parts that were chosen, each checked against the ETag that the client holds. */
  private List<CommittedPart> committed(OpenedUpload upload, List<ChosenPart> chosen) {
    Map<Integer, ChosenPart> wanted = new HashMap<>();
    chosen.forEach(part -> wanted.put(part.number(), part));
    List<CommittedPart> found = new ArrayList<>();
    int after = chosen.getFirst().number() - 1;
    boolean more = true;
    while (more && found.size() < chosen.size()) {
      ListPartsResponse page = upload.parts(access, after, PAGE);
      for (PartRow row : page.getPartsList()) {
        after = Math.max(after, row.getPart());
        ChosenPart want = wanted.get(row.getPart());
        if (want != null) {
          CommittedPart part = upload.open(row);
          if (!part.part().etag().equals(want.etag())) {
            throw new HoldfastException(
                ErrorCode.PART_NOT_FOUND,
                "Part "
                    + want.number()
                    + " was replaced: it has another ETag than the one to be completed.");
          }
          found.add(part);
        }
      }
      more = page.getMore() && page.getPartsCount() > 0;
    }
    if (found.size() != chosen.size()) {
      throw new HoldfastException(
          ErrorCode.PART_NOT_FOUND,
          "Only "
              + found.size()
              + " of the "
              + chosen.size()
              + " parts to be completed were uploaded.");
    }
    return found;
  }

  private static ObjectRows.Content content(
      OpenedUpload upload, List<CommittedPart> parts, CompleteOptions options) {
    ContentDigest digest = ContentDigest.ofObject();
    parts.stream()
        .filter(part -> part.record().sizeBytes() > 0)
        .forEach(part -> digest.add(part.record().contentDigest()));
    List<ObjectPart> table = parts.stream().map(CommittedPart::part).toList();
    ObjectMetadata metadata = upload.metadata();
    DetailRecord detail =
        new DetailRecord(
            true,
            (int) BlockLayout.SEGMENT_MAX_PLAIN_BYTES,
            table,
            digest.finish(),
            metadata.headers(),
            metadata.user(),
            metadata.tags());
    return new ObjectRows.Content(
        upload.objectId(),
        upload.objectKey(),
        options.etag().orElseGet(() -> MultipartEtag.of(table)),
        options.checksum(),
        metadata,
        detail,
        upload.row().getExpiresMillis());
  }

  /**
   * An upload that is gone may have become the object of its id, by an earlier call whose answer
   * got lost.
   */
  private ObjectStat completedBefore(
      ObjectPath path,
      String key,
      byte[] objectId,
      List<ChosenPart> chosen,
      HoldfastException notFound) {
    OpenObjectRequest request =
        OpenObjectRequest.newBuilder()
            .setBucket(path.bucket())
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setObjectId(ByteString.copyFrom(objectId))
            .setWithDetail(true)
            .build();
    OpenedObject object;
    try {
      object =
          ObjectRows.open(
              path, key, access.client().call(stub -> stub.openObject(request)).getObject());
    } catch (HoldfastException e) {
      notFound.addSuppressed(e);
      throw notFound;
    }
    List<ChosenPart> made =
        object.detail().parts().stream()
            .map(part -> new ChosenPart(part.number(), part.etag()))
            .toList();
    if (!object.detail().multipart() || !made.equals(chosen)) {
      throw notFound;
    }
    return object.stat();
  }

  private static dev.holdfast.protocol.wire.ChosenPart wire(PartRow row) {
    return dev.holdfast.protocol.wire.ChosenPart.newBuilder()
        .setPart(row.getPart())
        .setAttemptId(row.getAttemptId())
        .build();
  }

  private static void requireAscending(List<ChosenPart> chosen) {
    int previous = 0;
    for (ChosenPart part : chosen) {
      if (part.number() <= previous) {
        throw new HoldfastException(
            ErrorCode.BAD_REQUEST,
            "Parts are completed in rising order; "
                + part.number()
                + " comes after "
                + previous
                + ".");
      }
      previous = part.number();
    }
    if (chosen.isEmpty() || previous > DetailRecord.MAX_PARTS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "A multipart upload is completed with parts numbered 1 to "
              + DetailRecord.MAX_PARTS
              + ", and at least one.");
    }
  }
}
