package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.PercentCoding;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import java.util.List;
import java.util.Optional;

/** Listings of objects, both versions. */
final class ListingOperations {
  S3Response version1(Caller caller) {
    QueryParameters query = caller.request().query();
    Listing listing = Listing.of(query);
    String marker = query.orElse("marker", "");
    ListPage page = fetch(caller, listing, marker);
    XmlWriter xml = listing.start(caller.request().bucket());
    xml.element("Marker", listing.name(marker));
    xml.element("MaxKeys", listing.limit()).element("IsTruncated", page.more());
    if (page.more()) {
      xml.element("NextMarker", listing.name(page.entries().getLast().name()));
    }
    listing.entries(xml, page, caller, true);
    return S3Response.xml(200, xml.finish());
  }

  S3Response version2(Caller caller) {
    QueryParameters query = caller.request().query();
    Listing listing = Listing.of(query);
    String startAfter = query.orElse("start-after", "");
    Optional<String> token = query.find("continuation-token").filter(t -> !t.isEmpty());
    ListPage page = fetch(caller, listing, token.map(PageTokens::decode).orElse(startAfter));
    XmlWriter xml = listing.start(caller.request().bucket());
    if (!startAfter.isEmpty()) {
      xml.element("StartAfter", listing.name(startAfter));
    }
    xml.element("MaxKeys", listing.limit())
        .element("KeyCount", page.entries().size())
        .element("IsTruncated", page.more());
    token.ifPresent(t -> xml.element("ContinuationToken", t));
    if (page.more()) {
      xml.element("NextContinuationToken", PageTokens.encode(page.entries().getLast().name()));
    }
    boolean owners = query.orElse("fetch-owner", "").equals("true");
    listing.entries(xml, page, caller, owners);
    return S3Response.xml(200, xml.finish());
  }

  private static ListPage fetch(Caller caller, Listing listing, String after) {
    if (listing.limit() == 0) {
      var _ = BucketOperations.require(caller);
      return new ListPage(List.of(), false);
    }
    return caller
        .tenant()
        .project()
        .list(
            caller.request().bucket(),
            new ListOptions(
                listing.prefix(),
                listing.delimiter().isEmpty() ? null : listing.delimiter(),
                after.isEmpty() ? null : after,
                listing.limit()));
  }

  /** What both versions have in common. */
  private record Listing(String prefix, String delimiter, int limit, boolean encoded) {
    static Listing of(QueryParameters query) {
      String encoding = query.orElse("encoding-type", "");
      if (!encoding.isEmpty() && !encoding.equals("url")) {
        throw S3Exception.invalidArgument(
            "encoding-type", encoding, "Invalid Encoding Method specified in Request");
      }
      return new Listing(
          query.orElse("prefix", ""),
          query.orElse("delimiter", ""),
          Numbers.pageSize(query, "max-keys"),
          !encoding.isEmpty());
    }

    String name(String name) {
      return encoded ? PercentCoding.encodePath(name) : name;
    }

    XmlWriter start(String bucket) {
      XmlWriter xml = XmlWriter.document("ListBucketResult");
      xml.element("Name", bucket).element("Prefix", name(prefix));
      if (!delimiter.isEmpty()) {
        xml.element("Delimiter", name(delimiter));
      }
      return encoded ? xml.element("EncodingType", "url") : xml;
    }

    void entries(XmlWriter xml, ListPage page, Caller caller, boolean owners) {
      for (ListEntry entry : page.entries()) {
        if (entry instanceof ListEntry.ObjectEntry object) {
          xml.open("Contents")
              .element("Key", name(object.name()))
              .element("LastModified", HttpDates.document(object.created()))
              .element("ETag", ETags.quote(object.etag()));
          object
              .checksum()
              .ifPresent(checksum ->
                  xml.element("ChecksumAlgorithm", checksum.algorithm())
                      .element("ChecksumType", ObjectHeaders.type(checksum)));
          xml.element("Size", object.sizeBytes());
          if (owners) {
            Owners.write(xml, "Owner", caller.tenant());
          }
          xml.element("StorageClass", "STANDARD").close();
        }
      }
      for (ListEntry entry : page.entries()) {
        if (entry instanceof ListEntry.CommonPrefix prefixEntry) {
          xml.open("CommonPrefixes").element("Prefix", name(prefixEntry.name())).close();
        }
      }
    }
  }
}
