package dev.holdfast.s3gateway.operation;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.checksum.ChecksumAlgorithm;
import dev.holdfast.s3gateway.checksum.ObjectChecksums;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.operation.UploadIds.UploadId;
import dev.holdfast.s3gateway.xml.XmlElement;
import dev.holdfast.s3gateway.xml.XmlReader;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ChosenPart;
import dev.holdfast.uplink.CompleteOptions;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * CompleteMultipartUpload: checks the client's parts against those committed, then makes them the
 * object.
 */
final class MultipartCompletion {
  static final long MIN_PART_BYTES = 5L << 20;

  /** 10,000 parts with the longest checksum. */
  private static final int MAX_DOCUMENT_BYTES = 8 << 20;

  private static final Pattern MD5_HEX = Pattern.compile("[0-9a-f]{32}");

  S3Response complete(Caller caller) throws IOException {
    S3Request request = caller.request();
    Names.requireKey(request.key());
    UploadId id = UploadIds.parse(request.query().orElse("uploadId", ""));
    XmlElement document =
        XmlReader.read(
            caller.body().withoutChecksum().readAll(MAX_DOCUMENT_BYTES), "CompleteMultipartUpload");
    List<Wanted> wanted = document.all("Part").stream().map(Wanted::of).toList();
    requireOrder(wanted);
    Project project = caller.tenant().project();
    Optional<List<ObjectPart>> parts = chosen(project, request, id, wanted);
    Optional<Checksum> checksum = parts.flatMap(p -> checksum(request.headers(), id, p));
    if (parts.isPresent()) {
      requireSize(request.headers(), parts.get());
    }
    String etag = ObjectChecksums.multipartEtag(wanted.stream().map(Wanted::etag).toList());
    ObjectStat stat =
        project.completeMultipart(
            request.bucket(),
            request.key(),
            id.sdkId(),
            wanted.stream().map(w -> new ChosenPart(w.number(), w.etag())).toList(),
            new CompleteOptions(
                Optional.of(etag), checksum, WriteConditions.of(request.headers())));
    XmlWriter xml = XmlWriter.document("CompleteMultipartUploadResult");
    xml.element("Location", location(request))
        .element("Bucket", request.bucket())
        .element("Key", request.key())
        .element("ETag", ETags.quote(stat.etag()));
    stat.checksum().ifPresent(c -> ObjectHeaders.writeChecksum(xml, c));
    return S3Response.xml(200, xml.finish());
  }

  /** A part as the client's document names it. */
  private record Wanted(int number, String etag, Map<ChecksumAlgorithm, String> checksums) {
    static Wanted of(XmlElement part) {
      int number = Numbers.part(part.find("PartNumber").orElseThrow(XmlReader::malformed).strip());
      String etag = ETags.unquote(part.find("ETag").orElseThrow(XmlReader::malformed));
      Map<ChecksumAlgorithm, String> checksums = new HashMap<>();
      for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
        part.find(algorithm.element()).ifPresent(v -> checksums.put(algorithm, v.strip()));
      }
      if (!MD5_HEX.matcher(etag).matches()) {
        throw invalidPart(number);
      }
      return new Wanted(number, etag, checksums);
    }

    boolean is(ObjectPart part) {
      return etag.equals(part.etag())
          && checksums.entrySet().stream()
              .allMatch(e ->
                  part.checksum()
                      .filter(c -> c.algorithm().equals(e.getKey().name()))
                      .map(c -> c.value().equals(e.getValue()))
                      .orElse(true));
    }
  }

  private static void requireOrder(List<Wanted> wanted) {
    if (wanted.isEmpty()) {
      throw XmlReader.malformed();
    }
    for (int i = 1; i < wanted.size(); i++) {
      if (wanted.get(i).number() <= wanted.get(i - 1).number()) {
        throw new S3Exception(
            S3ErrorCode.INVALID_PART_ORDER,
            "The list of parts was not in ascending order. The parts list must be specified in"
                + " order by part number.");
      }
    }
  }

  /**
   * The committed parts that the client chose; empty when the upload is gone, which a repeated call
   * after a lost answer finds: then the SDK knows whether it was this very completion.
   */
  private static Optional<List<ObjectPart>> chosen(
      Project project, S3Request request, UploadId id, List<Wanted> wanted) {
    Map<Integer, ObjectPart> committed = new HashMap<>();
    try {
      int after = 0;
      PartPage page;
      do {
        page =
            project.listParts(request.bucket(), request.key(), id.sdkId(), after, Numbers.MAX_PAGE);
        for (PartPage.ListedPart listed : page.parts()) {
          committed.put(listed.part().number(), listed.part());
          after = listed.part().number();
        }
      } while (page.more() && !page.parts().isEmpty());
    } catch (HoldfastException e) {
      if (e.code() == ErrorCode.UPLOAD_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
    List<ObjectPart> chosen = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      ObjectPart part = committed.get(wanted.get(i).number());
      if (part == null || !wanted.get(i).is(part)) {
        throw invalidPart(wanted.get(i).number());
      }
      if (part.sizeBytes() < MIN_PART_BYTES && i < wanted.size() - 1) {
        throw new S3Exception(
                S3ErrorCode.ENTITY_TOO_SMALL,
                "Your proposed upload is smaller than the minimum allowed size")
            .with("ProposedSize", Long.toString(part.sizeBytes()))
            .with("MinSizeAllowed", Long.toString(MIN_PART_BYTES))
            .with("PartNumber", Integer.toString(part.number()))
            .with("ETag", part.etag());
      }
      chosen.add(part);
    }
    return Optional.of(chosen);
  }

  private static Optional<Checksum> checksum(
      RequestHeaders headers, UploadId id, List<ObjectPart> parts) {
    Optional<ChecksumAlgorithm> algorithm = id.algorithm().or(() -> sharedAlgorithm(parts));
    if (algorithm.isEmpty() || !allHave(parts, algorithm.get())) {
      return Optional.empty();
    }
    boolean fullObject =
        id.algorithm().isPresent() ? id.fullObject() : !algorithm.get().allowsComposite();
    headers
        .find("x-amz-checksum-type")
        .filter(type -> !type.equals(UploadIds.type(fullObject)))
        .ifPresent(type -> {
          throw new S3Exception(
              S3ErrorCode.INVALID_REQUEST,
              "The upload was created using the "
                  + UploadIds.type(fullObject)
                  + " checksum mode. The complete request must use the same checksum mode.");
        });
    Checksum checksum =
        fullObject
            ? ObjectChecksums.fullObject(algorithm.get(), parts)
            : ObjectChecksums.composite(algorithm.get(), parts);
    String withoutCount =
        fullObject
            ? checksum.value()
            : checksum.value().substring(0, checksum.value().lastIndexOf('-'));
    headers
        .find(algorithm.get().header())
        .filter(given -> !given.equals(checksum.value()) && !given.equals(withoutCount))
        .ifPresent(given -> {
          throw new S3Exception(
              S3ErrorCode.BAD_DIGEST,
              "The " + algorithm.get() + " you specified did not match the calculated checksum.");
        });
    return Optional.of(checksum);
  }

  private static Optional<ChecksumAlgorithm> sharedAlgorithm(List<ObjectPart> parts) {
    return parts.getFirst().checksum().flatMap(c -> ChecksumAlgorithm.find(c.algorithm()));
  }

  private static boolean allHave(List<ObjectPart> parts, ChecksumAlgorithm algorithm) {
    return parts.stream()
        .allMatch(part ->
            part.checksum().filter(c -> c.algorithm().equals(algorithm.name())).isPresent());
  }

  private static void requireSize(RequestHeaders headers, List<ObjectPart> parts) {
    long size = parts.stream().mapToLong(ObjectPart::sizeBytes).sum();
    headers
        .find("x-amz-mp-object-size")
        .filter(given -> !given.equals(Long.toString(size)))
        .ifPresent(given -> {
          throw new S3Exception(
              S3ErrorCode.INVALID_REQUEST,
              "The provided 'x-amz-mp-object-size' header value "
                  + given
                  + " does not match what was computed: "
                  + size);
        });
  }

  private static S3Exception invalidPart(int number) {
    return new S3Exception(
            S3ErrorCode.INVALID_PART,
            "One or more of the specified parts could not be found. The part may not have been"
                + " uploaded, or the specified entity tag may not match the part's entity tag.")
        .with("PartNumber", Integer.toString(number));
  }

  private static String location(S3Request request) {
    String host = request.headers().find("host").orElse("");
    return "http://" + host + request.rawPath();
  }
}
