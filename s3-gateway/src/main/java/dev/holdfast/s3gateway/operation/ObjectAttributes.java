package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** GetObjectAttributes and GetObjectTagging. */
final class ObjectAttributes {
  private static final Set<String> KNOWN =
      Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");
  private static final String HEADER = "x-amz-object-attributes";

  S3Response get(Caller caller) {
    S3Request request = caller.request();
    Names.requireObject(request);
    HonestHeaders.checkKeys(request.headers());
    Set<String> asked =
        request.headers().all(HEADER).stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .map(String::strip)
            .collect(Collectors.toSet());
    if (asked.isEmpty() || !KNOWN.containsAll(asked)) {
      throw S3Exception.invalidArgument(
          HEADER, String.join(",", asked), "Invalid attribute name specified.");
    }
    ObjectStat stat = caller.tenant().project().stat(request.bucket(), request.key(), 0);
    XmlWriter xml = XmlWriter.document("GetObjectAttributesResponse");
    if (asked.contains("ETag")) {
      xml.element("ETag", stat.etag());
    }
    if (asked.contains("Checksum")) {
      stat.checksum()
          .ifPresent(checksum -> {
            xml.open("Checksum");
            ObjectHeaders.writeChecksum(xml, checksum);
            xml.close();
          });
    }
    if (asked.contains("ObjectParts") && !stat.parts().isEmpty()) {
      writeParts(xml, stat, request);
    }
    if (asked.contains("StorageClass")) {
      xml.element("StorageClass", "STANDARD");
    }
    if (asked.contains("ObjectSize")) {
      xml.element("ObjectSize", stat.sizeBytes());
    }
    return S3Response.xml(200, xml.finish())
        .with("Last-Modified", HttpDates.header(stat.created()));
  }

  private static void writeParts(XmlWriter xml, ObjectStat stat, S3Request request) {
    int limit =
        Math.min(
            Numbers.MAX_PAGE,
            request
                .headers()
                .find("x-amz-max-parts")
                .map(v -> Numbers.whole("x-amz-max-parts", v))
                .orElse(Numbers.MAX_PAGE));
    int after =
        request
            .headers()
            .find("x-amz-part-number-marker")
            .map(v -> Numbers.whole("x-amz-part-number-marker", v))
            .orElse(0);
    List<ObjectPart> rest = stat.parts().stream().filter(p -> p.number() > after).toList();
    List<ObjectPart> page = rest.subList(0, Math.min(limit, rest.size()));
    xml.open("ObjectParts")
        .element("PartsCount", stat.parts().size())
        .element("PartNumberMarker", after)
        .element("MaxParts", limit)
        .element("IsTruncated", rest.size() > page.size());
    if (!page.isEmpty()) {
      xml.element("NextPartNumberMarker", page.getLast().number());
    }
    for (ObjectPart part : page) {
      if (part.checksum().isPresent()) {
        xml.open("Part").element("PartNumber", part.number()).element("Size", part.sizeBytes());
        MultipartOperations.writePartChecksum(xml, part);
        xml.close();
      }
    }
    xml.close();
  }

  S3Response tagging(Caller caller) {
    S3Request request = caller.request();
    Names.requireObject(request);
    if (!request.method().equals("GET")) {
      throw S3Exception.notImplemented("HEAD of an object's tags");
    }
    ObjectStat stat = caller.tenant().project().stat(request.bucket(), request.key(), 0);
    XmlWriter xml = XmlWriter.document("Tagging").open("TagSet");
    new TreeMap<>(stat.metadata().tags())
        .forEach(
            (key, value) -> xml.open("Tag").element("Key", key).element("Value", value).close());
    return S3Response.xml(200, xml.finish());
  }
}
