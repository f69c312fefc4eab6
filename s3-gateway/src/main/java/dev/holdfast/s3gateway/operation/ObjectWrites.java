package dev.holdfast.s3gateway.operation;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.checksum.CheckedBody;
import dev.holdfast.s3gateway.checksum.Digests;
import dev.holdfast.s3gateway.error.ErrorMapper;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.xml.XmlElement;
import dev.holdfast.s3gateway.xml.XmlReader;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DeleteResult;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PutObject, DeleteObject and DeleteObjects. */
final class ObjectWrites {
  /** S3's limit of one put and of one part. */
  static final long MAX_PUT_BYTES = 5L << 30;

  private static final int MAX_DELETE_BYTES = 4 << 20;
  private static final int MAX_DELETE_KEYS = 1000;

  S3Response put(Caller caller) throws IOException {
    S3Request request = caller.request();
    Names.requireKey(request.key());
    HonestHeaders.check(request.headers());
    requireLength(caller.body());
    Conditions conditions = WriteConditions.of(request.headers());
    UploadOptions options =
        new UploadOptions(MetadataHeaders.of(request.headers()), Optional.empty());
    Project project = caller.tenant().project();
    try (ObjectUpload upload = project.upload(request.bucket(), request.key(), options)) {
      Digests digests = caller.body().transferTo(upload::write, Optional.empty());
      var _ =
          upload.commit(
              new CommitOptions(Optional.of(digests.md5Hex()), digests.checksum(), conditions));
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("ETag", ETags.quote(digests.md5Hex()));
      digests.checksum().ifPresent(checksum -> ObjectHeaders.addChecksum(headers, checksum));
      return S3Response.empty(200, headers);
    }
  }

  /** Refuses bodies of unknown length and those larger than one put may be. */
  static void requireLength(CheckedBody body) {
    if (body.lengthBytes().isEmpty()) {
      throw new S3Exception(
          S3ErrorCode.MISSING_CONTENT_LENGTH,
          "You must provide the Content-Length HTTP header, or x-amz-decoded-content-length for a"
              + " chunked body.");
    }
    long length = body.lengthBytes().getAsLong();
    if (length > MAX_PUT_BYTES) {
      throw new S3Exception(
              S3ErrorCode.ENTITY_TOO_LARGE,
              "Your proposed upload exceeds the maximum allowed size; use a multipart upload.")
          .with("ProposedSize", Long.toString(length))
          .with("MaxSizeAllowed", Long.toString(MAX_PUT_BYTES));
    }
  }

  S3Response delete(Caller caller) {
    S3Request request = caller.request();
    Names.requireObject(request);
    DeleteOptions options = new DeleteOptions(0, WriteConditions.ifMatch(request.headers()));
    var _ = caller.tenant().project().delete(request.bucket(), request.key(), options);
    return S3Response.empty(204);
  }

  S3Response deleteAll(Caller caller) throws IOException {
    XmlElement document = XmlReader.read(caller.body().readAll(MAX_DELETE_BYTES), "Delete");
    List<XmlElement> objects = document.all("Object");
    if (objects.isEmpty() || objects.size() > MAX_DELETE_KEYS) {
      throw XmlReader.malformed();
    }
    boolean quiet = document.find("Quiet").orElse("").strip().equals("true");
    Map<Integer, S3Exception> refused = new HashMap<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      XmlElement object = objects.get(i);
      keys.add(object.find("Key").orElseThrow(XmlReader::malformed));
      Optional<S3Exception> refusal = refusal(caller, object);
      if (refusal.isPresent()) {
        refused.put(i, refusal.get());
      }
    }
    deletePlain(caller, objects, keys, refused);
    XmlWriter xml = XmlWriter.document("DeleteResult");
    for (int i = 0; i < keys.size(); i++) {
      S3Exception refusal = refused.get(i);
      if (refusal != null) {
        xml.open("Error")
            .element("Key", keys.get(i))
            .element("Code", refusal.code().text())
            .element("Message", refusal.text())
            .close();
      } else if (!quiet) {
        xml.open("Deleted").element("Key", keys.get(i)).close();
      }
    }
    return S3Response.xml(200, xml.finish());
  }

  /**
   * Deletes an object with a condition of its own; answers why it could not. Others are left alone.
   */
  private static Optional<S3Exception> refusal(Caller caller, XmlElement object) {
    try {
      Names.requireNullVersion(object.find("VersionId").orElse("").strip());
      Names.requireKey(object.find("Key").orElse(""));
      if (!object.all("LastModifiedTime").isEmpty() || !object.all("Size").isEmpty()) {
        throw S3Exception.notImplemented("A delete by time or size");
      }
      Optional<String> etag = object.find("ETag").map(ETags::unquote);
      if (etag.isPresent()) {
        var _ =
            caller
                .tenant()
                .project()
                .delete(
                    caller.request().bucket(),
                    object.find("Key").orElse(""),
                    new DeleteOptions(0, List.of(etag.get())));
      }
      return Optional.empty();
    } catch (S3Exception e) {
      return Optional.of(e);
    } catch (HoldfastException e) {
      if (e.code() == ErrorCode.BUCKET_NOT_FOUND) {
        throw e;
      }
      return Optional.of(ErrorMapper.map(e));
    }
  }

  private static void deletePlain(
      Caller caller,
      List<XmlElement> objects,
      List<String> keys,
      Map<Integer, S3Exception> refused) {
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!refused.containsKey(i) && objects.get(i).find("ETag").isEmpty()) {
        indexes.add(i);
      }
    }
    if (indexes.isEmpty()) {
      return;
    }
    List<DeleteResult> results =
        caller
            .tenant()
            .project()
            .deleteAll(caller.request().bucket(), indexes.stream().map(keys::get).toList());
    for (int i = 0; i < indexes.size(); i++) {
      int index = indexes.get(i);
      results
          .get(i)
          .refused()
          .ifPresent(code ->
              refused.put(
                  index,
                  ErrorMapper.map(
                      new HoldfastException(
                          code, "The object was not deleted: " + code.stableName()))));
    }
  }
}
