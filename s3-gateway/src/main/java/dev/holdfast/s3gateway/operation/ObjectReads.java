package dev.holdfast.s3gateway.operation;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.operation.RangeHeader.Span;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.Project;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** GetObject and HeadObject. */
final class ObjectReads {
  S3Response get(Caller caller) {
    S3Request request = caller.request();
    Names.requireObject(request);
    HonestHeaders.checkKeys(request.headers());
    Project project = caller.tenant().project();
    Selection selection = selectForGet(project, request);
    ObjectDownload download = open(project, request, selection);
    try {
      ObjectStat stat = download.stat();
      if (selection.etag().isPresent() && !selection.etag().get().equals(stat.etag())) {
        throw new HoldfastException(
            ErrorCode.OBJECT_CHANGED, "The object was replaced while it was read. Try again.");
      }
      Optional<S3Response> refused = refuseByConditions(request, stat);
      if (refused.isPresent()) {
        download.close();
        return refused.get();
      }
      Span span = new Span(download.offset(), download.length());
      boolean partial = selection.range().isPresent() || selection.part().isPresent();
      Map<String, String> headers = headers(request, stat, selection.part(), partial, span);
      S3Response.Payload body = new S3Response.Streamed(span.length(), new Source(download));
      return new S3Response(partial ? 206 : 200, headers, body);
    } catch (RuntimeException e) {
      download.close();
      throw e;
    }
  }

  S3Response head(Caller caller) {
    S3Request request = caller.request();
    Names.requireObject(request);
    HonestHeaders.checkKeys(request.headers());
    ObjectStat stat = caller.tenant().project().stat(request.bucket(), request.key(), 0);
    Optional<S3Response> refused = refuseByConditions(request, stat);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<Part> part = part(request, stat);
    Optional<ByteRange> range = part.isPresent() ? Optional.empty() : range(request, stat);
    Span span =
        part.map(Part::span)
            .orElseGet(() ->
                range
                    .map(r ->
                        RangeHeader.resolve(r, stat.sizeBytes())
                            .orElseThrow(() -> outOfRange(stat)))
                    .orElse(new Span(0, stat.sizeBytes())));
    boolean partial = part.isPresent() || range.isPresent();
    Map<String, String> headers = headers(request, stat, part, partial, span);
    headers.put("Content-Length", Long.toString(span.length()));
    return S3Response.empty(partial ? 206 : 200, headers);
  }

  /**
   * What of an object was asked for.
   *
   * @param etag that the object must still have, when it was looked at before
   */
  private record Selection(Optional<ByteRange> range, Optional<Part> part, Optional<String> etag) {}

  /** A part of the object; an object without multipart is its own part 1. */
  private record Part(Span span, int count, Optional<Checksum> checksum) {}

  private static Selection selectForGet(Project project, S3Request request) {
    if (!request.query().has("partNumber") && !request.headers().has("if-range")) {
      return new Selection(range(request), Optional.empty(), Optional.empty());
    }
    ObjectStat stat = project.stat(request.bucket(), request.key(), 0);
    if (!request.query().has("partNumber")) {
      return new Selection(range(request, stat), Optional.empty(), Optional.of(stat.etag()));
    }
    Optional<Part> part = part(request, stat);
    Optional<ByteRange> range =
        part.filter(p -> p.span().length() > 0)
            .map(p -> new ByteRange.From(p.span().offset(), p.span().length()));
    return new Selection(range, part, Optional.of(stat.etag()));
  }

  private static Optional<ByteRange> range(S3Request request) {
    return request.headers().find("range").flatMap(RangeHeader::parse);
  }

  /** The range; none when If-Range names another state of the object than this. */
  private static Optional<ByteRange> range(S3Request request, ObjectStat stat) {
    Optional<String> ifRange = request.headers().find("if-range");
    boolean other =
        ifRange.isPresent()
            && !ETags.quote(stat.etag()).equals(ifRange.get())
            && !HttpDates.header(stat.created()).equals(ifRange.get());
    return other ? Optional.empty() : range(request);
  }

  private static Optional<Part> part(S3Request request, ObjectStat stat) {
    Optional<String> asked = request.query().find("partNumber");
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    if (request.headers().has("range")) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "Cannot specify both Range header and partNumber query parameter");
    }
    int number = Numbers.part(asked.get());
    List<ObjectPart> parts = stat.parts();
    if (number > Math.max(1, parts.size())) {
      throw new S3Exception(
              S3ErrorCode.INVALID_PART_NUMBER, "The requested partnumber is not satisfiable")
          .with("PartNumberRequested", asked.get())
          .with("ActualPartCount", Integer.toString(Math.max(1, parts.size())));
    }
    if (parts.isEmpty()) {
      return Optional.of(new Part(new Span(0, stat.sizeBytes()), 0, stat.checksum()));
    }
    long offset = 0;
    for (ObjectPart before : parts.subList(0, number - 1)) {
      offset += before.sizeBytes();
    }
    ObjectPart part = parts.get(number - 1);
    return Optional.of(new Part(new Span(offset, part.sizeBytes()), parts.size(), part.checksum()));
  }

  private static ObjectDownload open(Project project, S3Request request, Selection selection) {
    try {
      return project.download(
          request.bucket(), request.key(), new DownloadOptions(0, selection.range()));
    } catch (HoldfastException e) {
      if (e.code() != ErrorCode.RANGE_INVALID) {
        throw e;
      }
      ObjectStat stat = project.stat(request.bucket(), request.key(), 0);
      if (ReadConditions.of(request.headers(), "").evaluate(stat)
          == ReadConditions.Outcome.FAILED) {
        throw preconditionFailed();
      }
      throw outOfRange(stat);
    }
  }

  private static Optional<S3Response> refuseByConditions(S3Request request, ObjectStat stat) {
    return switch (ReadConditions.of(request.headers(), "").evaluate(stat)) {
      case HOLDS -> Optional.empty();
      case NOT_MODIFIED -> Optional.of(S3Response.empty(304, ObjectHeaders.validators(stat)));
      case FAILED -> throw preconditionFailed();
    };
  }

  static S3Exception preconditionFailed() {
    return new S3Exception(
        S3ErrorCode.PRECONDITION_FAILED,
        "At least one of the pre-conditions you specified did not hold");
  }

  private static S3Exception outOfRange(ObjectStat stat) {
    return new S3Exception(S3ErrorCode.INVALID_RANGE, "The requested range is not satisfiable")
        .with("ActualObjectSize", Long.toString(stat.sizeBytes()))
        .withHeader("Content-Range", "bytes */" + stat.sizeBytes());
  }

  private static Map<String, String> headers(
      S3Request request, ObjectStat stat, Optional<Part> part, boolean partial, Span span) {
    Map<String, String> headers = ObjectHeaders.of(stat, request);
    if (partial && span.length() > 0) {
      headers.put("Content-Range", span.contentRange(stat.sizeBytes()));
    }
    part.filter(p -> p.count() > 0)
        .ifPresent(p -> headers.put("x-amz-mp-parts-count", Integer.toString(p.count())));
    if (ObjectHeaders.wantsChecksum(request)) {
      Optional<Checksum> checksum =
          part.isPresent() ? part.get().checksum() : stat.checksum().filter(c -> !partial);
      checksum.ifPresent(c -> ObjectHeaders.addChecksum(headers, c));
    }
    return headers;
  }

  /** Streams an open download. */
  private record Source(ObjectDownload download) implements S3Response.Source {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      download.transferTo(out);
    }

    @Override
    public void close() {
      download.close();
    }
  }
}
