package dev.holdfast.s3gateway.operation;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.xml.XmlElement;
import dev.holdfast.s3gateway.xml.XmlReader;
import dev.holdfast.s3gateway.xml.XmlWriter;
import dev.holdfast.uplink.Bucket;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Actions on buckets and on the service. */
final class BucketOperations {
  private static final int MAX_CONFIGURATION_BYTES = 65_536;

  /** The region that S3 calls by an empty location. */
  private static final String DEFAULT_REGION = "us-east-1";

  private static final int MAX_BUCKETS_PAGE = 10_000;

  private final String region;

  BucketOperations(String region) {
    this.region = region;
  }

  S3Response list(Caller caller) {
    QueryParameters query = caller.request().query();
    String prefix = query.orElse("prefix", "");
    String after = query.find("continuation-token").map(PageTokens::decode).orElse("");
    int limit =
        query
            .find("max-buckets")
            .map(v -> Math.clamp(Numbers.whole("max-buckets", v), 1, MAX_BUCKETS_PAGE))
            .orElse(MAX_BUCKETS_PAGE);
    List<Bucket> found =
        caller.tenant().project().listBuckets().stream()
            .filter(b -> b.name().startsWith(prefix) && b.name().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    List<Bucket> page = found.subList(0, Math.min(limit, found.size()));
    XmlWriter xml = XmlWriter.document("ListAllMyBucketsResult");
    Owners.write(xml, "Owner", caller.tenant());
    xml.open("Buckets");
    for (Bucket bucket : page) {
      xml.open("Bucket")
          .element("Name", bucket.name())
          .element("CreationDate", HttpDates.document(bucket.created()))
          .element("BucketRegion", region)
          .close();
    }
    xml.close();
    if (!prefix.isEmpty()) {
      xml.element("Prefix", prefix);
    }
    if (found.size() > page.size()) {
      xml.element("ContinuationToken", PageTokens.encode(page.getLast().name()));
    }
    return S3Response.xml(200, xml.finish());
  }

  S3Response create(Caller caller) throws IOException {
    String bucket = caller.request().bucket();
    Names.requireBucketName(bucket);
    HonestHeaders.check(caller.request().headers());
    byte[] body = caller.body().readAll(MAX_CONFIGURATION_BYTES);
    if (body.length > 0) {
      XmlElement configuration = XmlReader.read(body, "CreateBucketConfiguration");
      String location = configuration.find("LocationConstraint").orElse("").strip();
      if (!location.isEmpty() && !location.equals(region)) {
        throw new S3Exception(
            S3ErrorCode.ILLEGAL_LOCATION_CONSTRAINT,
            "The location " + location + " is not known here; the one region is " + region + ".");
      }
      if (!configuration.all("Location").isEmpty() || !configuration.all("Bucket").isEmpty()) {
        throw S3Exception.notImplemented("A directory bucket");
      }
    }
    var _ = caller.tenant().project().createBucket(bucket);
    return S3Response.empty(200, Map.of("Location", "/" + bucket));
  }

  S3Response head(Caller caller) {
    var _ = require(caller);
    return S3Response.empty(200, Map.of("x-amz-bucket-region", region));
  }

  S3Response location(Caller caller) {
    var _ = require(caller);
    String name = region.equals(DEFAULT_REGION) ? "" : region;
    String document = XmlWriter.document("LocationConstraint").text(name).finish();
    return S3Response.xml(200, document);
  }

  /**
   * No version was ever kept, so no state: what S3 says of a bucket whose versioning was never
   * touched.
   */
  S3Response versioning(Caller caller) {
    var _ = require(caller);
    return S3Response.xml(200, XmlWriter.document("VersioningConfiguration").finish());
  }

  S3Response delete(Caller caller) {
    caller.tenant().project().deleteBucket(caller.request().bucket());
    return S3Response.empty(204);
  }

  static Bucket require(Caller caller) {
    String name = caller.request().bucket();
    return caller
        .tenant()
        .project()
        .findBucket(name)
        .orElseThrow(() ->
            new HoldfastException(
                ErrorCode.BUCKET_NOT_FOUND, "The specified bucket does not exist"));
  }
}
