package dev.holdfast.satellite.secrets;

/** What a secret is for. No secret serves two purposes. */
public enum SecretPurpose {
  /** Node keys for order limits and receipts. */
  ORDER_LIMITS("order-limits"),
  /** Seeds of order chains. */
  SETTLEMENT("settlement"),
  /** Segment tokens. */
  TOKENS("tokens"),
  /** Root secrets of API keys. */
  API_KEYS("api-keys");

  private final String fileName;

  SecretPurpose(String fileName) {
    this.fileName = fileName;
  }

  String fileName() {
    return fileName;
  }
}
