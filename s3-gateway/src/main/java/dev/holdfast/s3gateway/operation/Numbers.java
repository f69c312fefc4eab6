package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;

/** Numbers in queries. */
final class Numbers {
  /** S3's limit of every page. */
  static final int MAX_PAGE = 1000;

  private static final int MAX_PART = 10_000;

  private Numbers() {}

  /** Entries of a page, 0 to 1,000; 1,000 when not asked. */
  static int pageSize(QueryParameters query, String name) {
    int asked = whole(name, query.find(name).filter(v -> !v.isEmpty()).orElse("" + MAX_PAGE));
    return Math.min(asked, MAX_PAGE);
  }

  /** A part's number, 1 to 10,000. */
  static int part(String value) {
    int number = whole("partNumber", value);
    if (number < 1 || number > MAX_PART) {
      throw S3Exception.invalidArgument(
          "partNumber",
          value,
          "Part number must be an integer between 1 and " + MAX_PART + ", inclusive");
    }
    return number;
  }

  /** A number from 0 to 2^31 - 1. */
  static int whole(String name, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw S3Exception.invalidArgument(
        name, value, "Provided " + name + " not an integer or within integer range");
  }
}
