package dev.holdfast.s3gateway.operation;

import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.authentication.Authenticator;
import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.error.ErrorMapper;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.ClientGoneException;
import dev.holdfast.s3gateway.http.RequestHandler;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.http.S3Response;
import dev.holdfast.s3gateway.xml.ErrorDocument;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates a request, finds its action and runs it; what is not known here is refused by its
 * name.
 */
public final class Dispatcher implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int SERVER_ERROR = 500;

  private final Authenticator authenticator;
  private final Map<String, Operation> operations;

  /**
   * @param region that clients are told
   */
  public Dispatcher(Authenticator authenticator, String region) {
    this.authenticator = authenticator;
    BucketOperations buckets = new BucketOperations(region);
    ListingOperations listings = new ListingOperations();
    ObjectReads reads = new ObjectReads();
    ObjectAttributes attributes = new ObjectAttributes();
    ObjectWrites writes = new ObjectWrites();
    CopyOperations copies = new CopyOperations();
    MultipartOperations multipart = new MultipartOperations();
    MultipartCompletion completion = new MultipartCompletion();
    this.operations =
        Map.ofEntries(
            Map.entry("ListBuckets", buckets::list),
            Map.entry("CreateBucket", buckets::create),
            Map.entry("HeadBucket", buckets::head),
            Map.entry("GetBucketLocation", buckets::location),
            Map.entry("GetBucketVersioning", buckets::versioning),
            Map.entry("DeleteBucket", buckets::delete),
            Map.entry("ListObjects", listings::version1),
            Map.entry("ListObjectsV2", listings::version2),
            Map.entry("GetObject", reads::get),
            Map.entry("HeadObject", reads::head),
            Map.entry("GetObjectAttributes", attributes::get),
            Map.entry("GetObjectTagging", attributes::tagging),
            Map.entry("PutObject", writes::put),
            Map.entry("DeleteObject", writes::delete),
            Map.entry("DeleteObjects", writes::deleteAll),
            Map.entry("CopyObject", copies::copyObject),
            Map.entry("UploadPartCopy", copies::copyPart),
            Map.entry("CreateMultipartUpload", multipart::create),
            Map.entry("UploadPart", multipart::uploadPart),
            Map.entry("AbortMultipartUpload", multipart::abort),
            Map.entry("ListParts", multipart::listParts),
            Map.entry("ListMultipartUploads", multipart::listUploads),
            Map.entry("CompleteMultipartUpload", completion::complete));
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    Caller caller = authenticator.authenticate(request);
    String action =
        ActionNames.of(caller.request())
            .orElseThrow(() ->
                new S3Exception(
                        S3ErrorCode.METHOD_NOT_ALLOWED,
                        "The specified method is not allowed against this resource.")
                    .with("Method", request.method()));
    Operation operation = operations.get(action);
    if (operation == null) {
      throw S3Exception.notImplemented(action).with("Action", action);
    }
    Owners.requireExpected(caller);
    S3Response answer = operation.run(caller);
    LOG.atDebug()
        .addKeyValue("requestId", request.id())
        .addKeyValue("action", action)
        .addKeyValue("status", answer.status())
        .log("answered");
    return answer;
  }

  @Override
  public S3Response refuse(S3Request request, Throwable failure) {
    S3Exception refusal =
        switch (failure) {
          case S3Exception known -> known;
          case HoldfastException network -> ErrorMapper.map(network);
          case ClientGoneException broken ->
              new S3Exception(
                  S3ErrorCode.INCOMPLETE_BODY, "The request body terminated unexpectedly", broken);
          default ->
              new S3Exception(
                  S3ErrorCode.INTERNAL_ERROR,
                  "We encountered an internal error. Please try again; the gateway's log tells more"
                      + " under this request id.",
                  failure);
        };
    int status = refusal.code().status();
    if (status == SERVER_ERROR) {
      LOG.atError()
          .setCause(failure)
          .addKeyValue("requestId", request.id())
          .addKeyValue("method", request.method())
          .log("request failed inside the gateway");
    } else if (refusal.code() == S3ErrorCode.SERVICE_UNAVAILABLE) {
      LOG.atWarn()
          .addKeyValue("requestId", request.id())
          .addKeyValue("reason", refusal.text())
          .log("the network could not serve a request");
    } else {
      LOG.atDebug()
          .addKeyValue("requestId", request.id())
          .addKeyValue("errorCode", refusal.code().text())
          .log("refused");
    }
    S3Response answer =
        status == S3ErrorCode.NOT_MODIFIED.status()
            ? S3Response.empty(status)
            : S3Response.xml(status, ErrorDocument.of(refusal, request));
    for (Map.Entry<String, String> header : refusal.headers().entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer;
  }
}
