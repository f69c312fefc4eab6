package dev.holdfast.s3gateway.operation;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.checksum.BodyDigest;
import dev.holdfast.s3gateway.checksum.CheckedBody;
import dev.holdfast.s3gateway.checksum.ChecksumAlgorithm;
import dev.holdfast.s3gateway.checksum.Digests;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * CopyObject and UploadPartCopy. A whole object is copied at the satellite, by re-wrapping its
 * keys; bytes move through the gateway only for a part and where a new checksum is asked for.
 */
final class CopyOperations {
  private static final String REPLACE = "REPLACE";

  S3Response copyObject(Caller caller) throws IOException {
    S3Request request = caller.request();
    RequestHeaders headers = request.headers();
    Names.requireKey(request.key());
    HonestHeaders.check(headers);
    HonestHeaders.checkKeys(headers);
    CopySource source = CopySource.of(request);
    boolean replaceMetadata = directive(headers, "x-amz-metadata-directive");
    boolean replaceTags = directive(headers, "x-amz-tagging-directive");
    boolean itself = source.bucket().equals(request.bucket()) && source.key().equals(request.key());
    if (itself && !replaceMetadata && !replaceTags && !headers.has("x-amz-storage-class")) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
    Project project = caller.tenant().project();
    ObjectStat stat = source.require(project, request);
    ObjectMetadata given = MetadataHeaders.of(headers);
    ObjectMetadata base = replaceMetadata ? given : stat.metadata();
    ObjectMetadata metadata =
        new ObjectMetadata(
            base.contentType(),
            base.headers(),
            base.user(),
            replaceTags ? given.tags() : stat.metadata().tags());
    Conditions conditions = WriteConditions.of(headers);
    Optional<ChecksumAlgorithm> wanted = newChecksum(headers, stat);
    ObjectStat copy =
        wanted.isPresent()
            ? rewrite(project, request, source, stat, metadata, conditions, wanted.get())
            : project.copy(
                source.bucket(),
                source.key(),
                request.bucket(),
                request.key(),
                new CopyOptions(
                    stat.version(),
                    Optional.of(stat.etag()),
                    replaceMetadata || replaceTags ? Optional.of(metadata) : Optional.empty(),
                    conditions));
    XmlWriter xml = XmlWriter.document("CopyObjectResult");
    xml.element("LastModified", HttpDates.document(copy.created()))
        .element("ETag", ETags.quote(copy.etag()));
    copy.checksum().ifPresent(checksum -> ObjectHeaders.writeChecksum(xml, checksum));
    return S3Response.xml(200, xml.finish());
  }

  private static boolean directive(RequestHeaders headers, String name) {
    String value = headers.find(name).orElse("COPY");
    if (!value.equals("COPY") && !value.equals(REPLACE)) {
      throw S3Exception.invalidArgument(name, value, "Unknown metadata directive.");
    }
    return value.equals(REPLACE);
  }

  private static Optional<ChecksumAlgorithm> newChecksum(RequestHeaders headers, ObjectStat stat) {
    Optional<String> asked = headers.find("x-amz-checksum-algorithm");
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    ChecksumAlgorithm algorithm = requireAlgorithm(asked.get());
    boolean same = stat.checksum().filter(c -> c.algorithm().equals(algorithm.name())).isPresent();
    return same ? Optional.empty() : Optional.of(algorithm);
  }

  static ChecksumAlgorithm requireAlgorithm(String name) {
    return ChecksumAlgorithm.find(name)
        .orElseThrow(() ->
            new S3Exception(
                S3ErrorCode.INVALID_REQUEST,
                "Checksum algorithm provided is unsupported. Please try again with any of the"
                    + " valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"));
  }

  private static ObjectStat rewrite(
      Project project,
      S3Request request,
      CopySource source,
      ObjectStat stat,
      ObjectMetadata metadata,
      Conditions conditions,
      ChecksumAlgorithm algorithm)
      throws IOException {
    UploadOptions options = new UploadOptions(metadata, stat.expires());
    try (ObjectDownload download = open(project, source, stat, Optional.empty());
        ObjectUpload upload = project.upload(request.bucket(), request.key(), options)) {
      Digests digests = pump(download, upload::write, Optional.of(algorithm));
      return upload.commit(
          new CommitOptions(Optional.of(digests.md5Hex()), digests.checksum(), conditions));
    }
  }

  S3Response copyPart(Caller caller) throws IOException {
    S3Request request = caller.request();
    Names.requireKey(request.key());
    HonestHeaders.checkKeys(request.headers());
    UploadIds.UploadId id = UploadIds.parse(request.query().orElse("uploadId", ""));
    int number = Numbers.part(request.query().orElse("partNumber", ""));
    CopySource source = CopySource.of(request);
    Project project = caller.tenant().project();
    ObjectStat stat = source.require(project, request);
    Optional<ByteRange> range =
        request.headers().find("x-amz-copy-source-range").map(r -> requireRange(r, stat));
    try (ObjectDownload download = open(project, source, stat, range);
        PartUpload upload =
            project.uploadPart(request.bucket(), request.key(), id.sdkId(), number)) {
      Digests digests = pump(download, upload::write, id.algorithm());
      ObjectPart part =
          upload.commit(
              new CommitOptions(
                  Optional.of(digests.md5Hex()), digests.checksum(), Conditions.NONE));
      XmlWriter xml = XmlWriter.document("CopyPartResult");
      xml.element("LastModified", HttpDates.document(request.received()))
          .element("ETag", ETags.quote(part.etag()));
      part.checksum()
          .flatMap(c -> ChecksumAlgorithm.find(c.algorithm()))
          .ifPresent(a -> xml.element(a.element(), part.checksum().orElseThrow().value()));
      return S3Response.xml(200, xml.finish());
    }
  }

  private static ByteRange requireRange(String header, ObjectStat stat) {
    Optional<ByteRange> range = RangeHeader.parse(header).filter(r -> r instanceof ByteRange.From);
    if (range.orElse(null) instanceof ByteRange.From(long offset, long length)
        && offset + length <= stat.sizeBytes()) {
      return new ByteRange.From(offset, length);
    }
    throw S3Exception.invalidArgument(
        "x-amz-copy-source-range",
        header,
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
            + " last are the zero-based offsets of the first and last bytes to copy, within the "
            + stat.sizeBytes()
            + " bytes of the source");
  }

  private static ObjectDownload open(
      Project project, CopySource source, ObjectStat stat, Optional<ByteRange> range) {
    ObjectDownload download =
        project.download(source.bucket(), source.key(), new DownloadOptions(stat.version(), range));
    if (!download.stat().etag().equals(stat.etag())) {
      download.close();
      throw new HoldfastException(
          ErrorCode.OBJECT_CHANGED, "The source was replaced while it was copied. Try again.");
    }
    return download;
  }

  private static Digests pump(
      ObjectDownload download, CheckedBody.Sink sink, Optional<ChecksumAlgorithm> algorithm)
      throws IOException {
    BodyDigest computation = new BodyDigest(algorithm);
    download.transferTo(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            computation.update(bytes, offset, length);
            sink.write(bytes, offset, length);
          }
        });
    return computation.finish();
  }
}
