package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.S3Request;
import java.util.Map;
import java.util.Optional;

/** What S3 calls the action that a request asks for, known here or not. */
final class ActionNames {
  /** Noun of each sub-resource of a bucket; the method gives the verb. */
  private static final Map<String, String> BUCKET_NOUNS =
      Map.ofEntries(
          Map.entry("abac", "BucketAbac"),
          Map.entry("accelerate", "BucketAccelerateConfiguration"),
          Map.entry("acl", "BucketAcl"),
          Map.entry("analytics", "BucketAnalyticsConfiguration"),
          Map.entry("cors", "BucketCors"),
          Map.entry("encryption", "BucketEncryption"),
          Map.entry("intelligent-tiering", "BucketIntelligentTieringConfiguration"),
          Map.entry("inventory", "BucketInventoryConfiguration"),
          Map.entry("lifecycle", "BucketLifecycleConfiguration"),
          Map.entry("location", "BucketLocation"),
          Map.entry("logging", "BucketLogging"),
          Map.entry("metadataConfiguration", "BucketMetadataConfiguration"),
          Map.entry("metadataTable", "BucketMetadataTableConfiguration"),
          Map.entry("metrics", "BucketMetricsConfiguration"),
          Map.entry("notification", "BucketNotificationConfiguration"),
          Map.entry("object-lock", "ObjectLockConfiguration"),
          Map.entry("ownershipControls", "BucketOwnershipControls"),
          Map.entry("policy", "BucketPolicy"),
          Map.entry("policyStatus", "BucketPolicyStatus"),
          Map.entry("publicAccessBlock", "PublicAccessBlock"),
          Map.entry("replication", "BucketReplication"),
          Map.entry("requestPayment", "BucketRequestPayment"),
          Map.entry("tagging", "BucketTagging"),
          Map.entry("versioning", "BucketVersioning"),
          Map.entry("website", "BucketWebsite"));

  private static final Map<String, String> OBJECT_NOUNS =
      Map.of(
          "acl", "ObjectAcl",
          "attributes", "ObjectAttributes",
          "encryption", "ObjectEncryption",
          "legal-hold", "ObjectLegalHold",
          "retention", "ObjectRetention",
          "tagging", "ObjectTagging",
          "torrent", "ObjectTorrent");

  private ActionNames() {}

  /** The action's name; empty for a method that S3 does not have there. */
  static Optional<String> of(S3Request request) {
    String method = request.method();
    if (method.equals("OPTIONS")) {
      return Optional.of("CorsPreflight");
    }
    if (request.bucket().isEmpty()) {
      return method.equals("GET") ? Optional.of("ListBuckets") : Optional.empty();
    }
    return request.key().isEmpty() ? bucket(method, request.query()) : object(method, request);
  }

  private static Optional<String> bucket(String method, QueryParameters query) {
    Optional<String> noun = noun(BUCKET_NOUNS, query);
    if (noun.isPresent()) {
      return verb(method).map(verb -> verb + noun.get());
    }
    return switch (method) {
      case "GET" -> Optional.of(bucketGet(query));
      case "HEAD" -> Optional.of("HeadBucket");
      case "PUT" -> Optional.of("CreateBucket");
      case "DELETE" -> Optional.of("DeleteBucket");
      case "POST" -> Optional.of(query.has("delete") ? "DeleteObjects" : "PostObject");
      default -> Optional.empty();
    };
  }

  private static String bucketGet(QueryParameters query) {
    if (query.has("uploads")) {
      return "ListMultipartUploads";
    }
    if (query.has("versions")) {
      return "ListObjectVersions";
    }
    if (query.has("session")) {
      return "CreateSession";
    }
    return query.orElse("list-type", "").equals("2") ? "ListObjectsV2" : "ListObjects";
  }

  private static Optional<String> object(String method, S3Request request) {
    QueryParameters query = request.query();
    Optional<String> noun = noun(OBJECT_NOUNS, query);
    if (noun.isPresent()) {
      return verb(method).map(verb -> verb + noun.get());
    }
    boolean copy = request.headers().has("x-amz-copy-source");
    boolean part = query.has("uploadId");
    return switch (method) {
      case "GET" -> Optional.of(part ? "ListParts" : "GetObject");
      case "HEAD" -> Optional.of("HeadObject");
      case "PUT" -> Optional.of(objectPut(query, part, copy));
      case "DELETE" -> Optional.of(part ? "AbortMultipartUpload" : "DeleteObject");
      case "POST" -> objectPost(query, part);
      default -> Optional.empty();
    };
  }

  private static String objectPut(QueryParameters query, boolean part, boolean copy) {
    if (query.has("renameObject")) {
      return "RenameObject";
    }
    if (part) {
      return copy ? "UploadPartCopy" : "UploadPart";
    }
    return copy ? "CopyObject" : "PutObject";
  }

  private static Optional<String> objectPost(QueryParameters query, boolean part) {
    if (query.has("uploads")) {
      return Optional.of("CreateMultipartUpload");
    }
    if (part) {
      return Optional.of("CompleteMultipartUpload");
    }
    if (query.has("restore")) {
      return Optional.of("RestoreObject");
    }
    return query.has("select") ? Optional.of("SelectObjectContent") : Optional.empty();
  }

  private static Optional<String> noun(Map<String, String> nouns, QueryParameters query) {
    return query.all().stream()
        .map(QueryParameters.Parameter::name)
        .filter(nouns::containsKey)
        .findFirst()
        .map(nouns::get);
  }

  private static Optional<String> verb(String method) {
    return switch (method) {
      case "GET", "HEAD" -> Optional.of("Get");
      case "PUT", "POST" -> Optional.of("Put");
      case "DELETE" -> Optional.of("Delete");
      default -> Optional.empty();
    };
  }
}
