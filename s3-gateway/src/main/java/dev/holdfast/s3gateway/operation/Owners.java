package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.checksum.RunningChecksum;
import dev.holdfast.s3gateway.credential.Tenant;
import dev.holdfast.s3gateway.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

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

  static void write(XmlWriter xml, String element, Tenant tenant) {
    xml.open(element)
        .element("ID", id(tenant))
        .element("DisplayName", tenant.accessKeyId())
        .close();
  }
}
