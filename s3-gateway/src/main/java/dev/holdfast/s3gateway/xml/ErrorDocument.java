package dev.holdfast.s3gateway.xml;

import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.S3Request;

/** The document of a refusal. */
public final class ErrorDocument {
  private ErrorDocument() {}

  public static String of(S3Exception refusal, S3Request request) {
    XmlWriter xml = XmlWriter.bareDocument("Error");
    xml.element("Code", refusal.code().text()).element("Message", refusal.text());
    if (!request.bucket().isEmpty()) {
      xml.element("BucketName", request.bucket());
    }
    if (!request.key().isEmpty()) {
      xml.element("Key", request.key());
    }
    refusal.details().forEach(xml::element);
    return xml.element("Resource", request.resource()).element("RequestId", request.id()).finish();
  }
}
