package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.checksum.ChecksumAlgorithm;
import dev.holdfast.s3gateway.checksum.Digests;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.PercentCoding;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.operation.UploadIds.UploadId;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.MultipartPage;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Multipart uploads but their completion. */
final class MultipartOperations {
  S3Response create(Caller caller) {
    S3Request request = caller.request();
    Names.requireKey(request.key());
    HonestHeaders.check(request.headers());
    UploadId asked = UploadIds.begun("", request.headers());
    UploadOptions options =
        new UploadOptions(MetadataHeaders.of(request.headers()), Optional.empty());
    String sdkId =
        caller.tenant().project().beginMultipart(request.bucket(), request.key(), options);
    UploadId id = new UploadId(sdkId, asked.algorithm(), asked.fullObject());
    String document =
        XmlWriter.document("InitiateMultipartUploadResult")
            .element("Bucket", request.bucket())
            .element("Key", request.key())
            .element("UploadId", id.text())
            .finish();
    S3Response answer = S3Response.xml(200, document);
    return id.algorithm()
        .map(algorithm ->
            answer
                .with("x-amz-checksum-algorithm", algorithm.name())
                .with("x-amz-checksum-type", UploadIds.type(id.fullObject())))
        .orElse(answer);
  }

  S3Response uploadPart(Caller caller) throws IOException {
    S3Request request = caller.request();
    Names.requireKey(request.key());
    HonestHeaders.checkKeys(request.headers());
    UploadId id = UploadIds.parse(request.query().orElse("uploadId", ""));
    int number = Numbers.part(request.query().orElse("partNumber", ""));
    ObjectWrites.requireLength(caller.body());
    Optional<ChecksumAlgorithm> declared = caller.body().algorithm();
    if (declared.isPresent() && id.algorithm().isPresent() && !declared.equals(id.algorithm())) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "Checksum Type mismatch occurred, expected checksum Type: "
              + id.algorithm().get()
              + ", actual checksum Type: "
              + declared.get());
    }
    Project project = caller.tenant().project();
    try (PartUpload upload =
        project.uploadPart(request.bucket(), request.key(), id.sdkId(), number)) {
      Digests digests = caller.body().transferTo(upload::write, id.algorithm());
      ObjectPart part =
          upload.commit(
              new CommitOptions(
                  Optional.of(digests.md5Hex()), digests.checksum(), Conditions.NONE));
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("ETag", ETags.quote(part.etag()));
      digests
          .checksum()
          .flatMap(c -> ChecksumAlgorithm.find(c.algorithm()))
          .ifPresent(
              a -> headers.put(a.header(), digests.checksum().map(Checksum::value).orElse("")));
      return S3Response.empty(200, headers);
    }
  }

  S3Response abort(Caller caller) {
    S3Request request = caller.request();
    UploadId id = UploadIds.parse(request.query().orElse("uploadId", ""));
    caller.tenant().project().abortMultipart(request.bucket(), request.key(), id.sdkId());
    return S3Response.empty(204);
  }

  S3Response listParts(Caller caller) {
    S3Request request = caller.request();
    QueryParameters query = request.query();
    UploadId id = UploadIds.parse(query.orElse("uploadId", ""));
    int limit = Numbers.pageSize(query, "max-parts");
    int after =
        query
            .find("part-number-marker")
            .filter(v -> !v.isEmpty())
            .map(v -> Numbers.whole("part-number-marker", v))
            .orElse(0);
    PartPage page =
        caller
            .tenant()
            .project()
            .listParts(request.bucket(), request.key(), id.sdkId(), after, Math.max(1, limit));
    List<PartPage.ListedPart> parts = limit == 0 ? List.of() : page.parts();
    XmlWriter xml = XmlWriter.document("ListPartsResult");
    xml.element("Bucket", request.bucket())
        .element("Key", request.key())
        .element("UploadId", id.text());
    Owners.write(xml, "Initiator", caller.tenant());
    Owners.write(xml, "Owner", caller.tenant());
    xml.element("StorageClass", "STANDARD").element("PartNumberMarker", after);
    if (!parts.isEmpty()) {
      xml.element("NextPartNumberMarker", parts.getLast().part().number());
    }
    xml.element("MaxParts", limit).element("IsTruncated", limit > 0 && page.more());
    id.algorithm()
        .ifPresent(algorithm ->
            xml.element("ChecksumAlgorithm", algorithm.name())
                .element("ChecksumType", UploadIds.type(id.fullObject())));
    for (PartPage.ListedPart listed : parts) {
      ObjectPart part = listed.part();
      xml.open("Part")
          .element("PartNumber", part.number())
          .element("LastModified", HttpDates.document(listed.committed()))
          .element("ETag", ETags.quote(part.etag()))
          .element("Size", part.sizeBytes());
      writePartChecksum(xml, part);
      xml.close();
    }
    return S3Response.xml(200, xml.finish());
  }

  static void writePartChecksum(XmlWriter xml, ObjectPart part) {
    part.checksum()
        .ifPresent(checksum ->
            ChecksumAlgorithm.find(checksum.algorithm())
                .ifPresent(a -> xml.element(a.element(), checksum.value())));
  }

  S3Response listUploads(Caller caller) {
    S3Request request = caller.request();
    QueryParameters query = request.query();
    String prefix = query.orElse("prefix", "");
    String delimiter = query.orElse("delimiter", "");
    String keyMarker = query.orElse("key-marker", "");
    String idMarker = keyMarker.isEmpty() ? "" : query.orElse("upload-id-marker", "");
    int limit = Numbers.pageSize(query, "max-uploads");
    boolean encoded = query.orElse("encoding-type", "").equals("url");
    MultipartPage page =
        caller
            .tenant()
            .project()
            .listMultiparts(
                request.bucket(),
                prefix,
                delimiter.isEmpty() ? null : delimiter,
                keyMarker.isEmpty() ? null : keyMarker,
                idMarker.isEmpty() ? null : UploadIds.parse(idMarker).sdkId(),
                Math.max(1, limit));
    boolean more = limit > 0 && page.more();
    XmlWriter xml = XmlWriter.document("ListMultipartUploadsResult");
    xml.element("Bucket", request.bucket())
        .element("KeyMarker", name(keyMarker, encoded))
        .element("UploadIdMarker", idMarker);
    if (more) {
      writeNextMarkers(xml, page, encoded);
    }
    xml.element("Prefix", name(prefix, encoded));
    if (!delimiter.isEmpty()) {
      xml.element("Delimiter", name(delimiter, encoded));
    }
    if (encoded) {
      xml.element("EncodingType", "url");
    }
    xml.element("MaxUploads", limit).element("IsTruncated", more);
    if (limit > 0) {
      for (MultipartPage.ListedMultipart upload : page.uploads()) {
        xml.open("Upload")
            .element("Key", name(upload.key(), encoded))
            .element("UploadId", upload.uploadId());
        Owners.write(xml, "Initiator", caller.tenant());
        Owners.write(xml, "Owner", caller.tenant());
        xml.element("StorageClass", "STANDARD")
            .element("Initiated", HttpDates.document(upload.started()))
            .close();
      }
      for (String common : page.commonPrefixes()) {
        xml.open("CommonPrefixes").element("Prefix", name(common, encoded)).close();
      }
    }
    return S3Response.xml(200, xml.finish());
  }

  private static void writeNextMarkers(XmlWriter xml, MultipartPage page, boolean encoded) {
    String lastKey = page.uploads().isEmpty() ? "" : page.uploads().getLast().key();
    String lastPrefix = page.commonPrefixes().isEmpty() ? "" : page.commonPrefixes().getLast();
    boolean prefixLast = ByteOrder.compare(lastPrefix, lastKey) > 0;
    xml.element("NextKeyMarker", name(prefixLast ? lastPrefix : lastKey, encoded))
        .element("NextUploadIdMarker", prefixLast ? "" : page.uploads().getLast().uploadId());
  }

  private static String name(String name, boolean encoded) {
    return encoded ? PercentCoding.encodePath(name) : name;
  }
}
