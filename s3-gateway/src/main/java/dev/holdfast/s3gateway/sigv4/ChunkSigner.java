package dev.holdfast.s3gateway.sigv4;

/** The running chain of chunk signatures: each covers the one before it. Confined to one thread. */
public final class ChunkSigner {
  private final SigningKey key;
  private final String prefix;
  private String previous;

  /**
   * @param seedSignature the request's own signature
   */
  public ChunkSigner(SigningKey key, String amzDate, CredentialScope scope, String seedSignature) {
    this.key = key;
    this.prefix = "\n" + amzDate + "\n" + scope.text() + "\n";
    this.previous = seedSignature;
  }

  /**
   * @param sha256Hex of the chunk's data
   */
  boolean verifyChunk(String sha256Hex, String signature) {
    return verify(
        "AWS4-HMAC-SHA256-PAYLOAD"
            + prefix
            + previous
            + "\n"
            + SigningKey.EMPTY_SHA256
            + "\n"
            + sha256Hex,
        signature);
  }

  /**
   * @param trailers lines of "name:value" with a line feed after each
   */
  boolean verifyTrailers(String trailers, String signature) {
    return verify(
        "AWS4-HMAC-SHA256-TRAILER" + prefix + previous + "\n" + SigningKey.sha256Hex(trailers),
        signature);
  }

  private boolean verify(String stringToSign, String signature) {
    boolean right = key.verify(stringToSign, signature);
    previous = signature;
    return right;
  }
}
