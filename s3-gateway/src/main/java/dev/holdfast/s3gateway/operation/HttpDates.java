package dev.holdfast.s3gateway.operation;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Times as HTTP headers (whole seconds) and S3's documents (milliseconds) write them. */
final class HttpDates {
  private static final DateTimeFormatter HEADER =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DOCUMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private HttpDates() {}

  static String header(Instant time) {
    return HEADER.format(time);
  }

  static String document(Instant time) {
    return DOCUMENT.format(time);
  }

  /** As precise as a header can say it. */
  static Instant wholeSeconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Reads a header's time; one that is not a date counts as absent, as HTTP wants it. */
  static Optional<Instant> parse(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeException e2) {
        return Optional.empty();
      }
    }
  }
}
