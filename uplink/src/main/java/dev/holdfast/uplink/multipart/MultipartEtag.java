package dev.holdfast.uplink.multipart;

import dev.holdfast.uplink.ObjectPart;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The ETag of a multipart object whose caller gave none: as S3's when all parts have MD5s for
 * ETags, else as much of a SHA-256 over the parts' ETags; in both cases with "-" and the count of
 * parts.
 */
final class MultipartEtag {
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
  private static final int BYTES = 16;

  private MultipartEtag() {}

  static String of(List<ObjectPart> parts) {
    boolean allMd5 = parts.stream().allMatch(part -> MD5.matcher(part.etag()).matches());
    MessageDigest digest = newDigest(allMd5 ? "MD5" : "SHA-256");
    for (ObjectPart part : parts) {
      digest.update(
          allMd5
              ? HexFormat.of().parseHex(part.etag())
              : (part.etag() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES)) + "-" + parts.size();
  }

  private static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks " + algorithm + ".", e);
    }
  }
}
