package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.checksum.RunningChecksum;
import dev.holdfast.s3gateway.credential.Tenant;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The owner of everything that a tenant sees: the tenant. */
final class Owners {
  private Owners() {}

  /** 64 hex digits, like S3's canonical user ids. */
  static String id(Tenant tenant) {
    RunningChecksum sha256 = RunningChecksum.of("SHA-256");
    byte[] text = ("holdfast s3 owner " + tenant.accessKeyId()).getBytes(StandardCharsets.UTF_8);
    sha256.update(text, 0, text.length);
    return HexFormat.of().formatHex(sha256.value());
  }

  /** Refuses requests that are meant for buckets of somebody else. */
  static void requireExpected(Caller caller) {
    for (String header :
        List.of("x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner")) {
      Optional<String> expected = caller.request().headers().find(header);
      if (expected.isPresent() && !expected.get().equals(id(caller.tenant()))) {
        throw new S3Exception(
            S3ErrorCode.ACCESS_DENIED,
            "Access Denied: the bucket's owner is not the one in " + header + ".");
      }
    }
  }

  static void write(XmlWriter xml, String element, Tenant tenant) {
    xml.open(element)
        .element("ID", id(tenant))
        .element("DisplayName", tenant.accessKeyId())
        .close();
  }
}
