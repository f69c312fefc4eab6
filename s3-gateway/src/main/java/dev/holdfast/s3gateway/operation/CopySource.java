package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.PercentCoding;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.Project;

/**
 * What a copy is made of: the header x-amz-copy-source, "[/]bucket/key[?versionId=null]" in percent
 * encoding.
 */
record CopySource(String bucket, String key) {
  private static final String HEADER = "x-amz-copy-source";
  private static final String VERSION = "?versionId=";

  static CopySource of(S3Request request) {
    String header = request.headers().find(HEADER).orElse("");
    int version = header.lastIndexOf(VERSION);
    String path = version < 0 ? header : header.substring(0, version);
    if (version >= 0) {
      Names.requireNullVersion(header.substring(version + VERSION.length()));
    }
    String decoded = PercentCoding.decodePath(path.startsWith("/") ? path.substring(1) : path);
    int slash = decoded.indexOf('/');
    if (slash < 1 || slash == decoded.length() - 1) {
      throw S3Exception.invalidArgument(
          HEADER,
          header,
          "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
    CopySource source = new CopySource(decoded.substring(0, slash), decoded.substring(slash + 1));
    Names.requireKey(source.key());
    return source;
  }

  /** The source's metadata, once the request's conditions on it hold. */
  ObjectStat require(Project project, S3Request request) {
    ObjectStat stat = project.stat(bucket, key, 0);
    ReadConditions conditions = ReadConditions.of(request.headers(), "x-amz-copy-source-");
    if (conditions.evaluate(stat) != ReadConditions.Outcome.HOLDS) {
      throw ObjectReads.preconditionFailed();
    }
    return stat;
  }
}
