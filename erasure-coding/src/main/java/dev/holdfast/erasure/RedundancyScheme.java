package dev.holdfast.erasure;

import java.util.regex.Pattern;

/**
 * How a segment becomes pieces: {@code 1 <= required <= repair <= optimal <= total <= 256}, all
 * counts of pieces.
 *
 * @param required pieces that are enough to rebuild the segment
 * @param repair a segment with this many healthy pieces or fewer is due for repair
 * @param optimal pieces that must be stored before a write is acknowledged
 * @param total pieces that exist at most
 */
public record RedundancyScheme(int required, int repair, int optimal, int total) {

  /** Most pieces of a segment: the field of the codes has 256 elements. */
  public static final int MAX_TOTAL = 256;

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,3})/([0-9]{1,3})/([0-9]{1,3})/([0-9]{1,3})");

  /**
   * Checks the order of the four counts.
   *
   * @throws IllegalArgumentException if they are not {@code 1 <= required <= repair <= optimal <=
   *     total <= 256}
   */
  public RedundancyScheme {
    if (required < 1
        || repair < required
        || optimal < repair
        || total < optimal
        || total > MAX_TOTAL) {
      throw new IllegalArgumentException(
          "redundancy scheme %d/%d/%d/%d: need 1 <= required <= repair <= optimal <= total <= %d"
              .formatted(required, repair, optimal, total, MAX_TOTAL));
    }
  }

  /**
   * Reads the form that {@link #toString} writes: {@code required/repair/optimal/total} in decimal.
   *
   * @throws IllegalArgumentException if the text has another form or the counts are out of order
   */
  public static RedundancyScheme parse(String text) {
    var matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "redundancy scheme \"%s\": need required/repair/optimal/total, for example 4/6/8/10"
              .formatted(text.length() <= 40 ? text : text.substring(0, 40) + "..."));
    }
    return new RedundancyScheme(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)));
  }

  /**
   * {@code required/repair/optimal/total}, for example {@code 4/6/8/10}; {@link #parse} reads it
   * back.
   */
  @Override
  public String toString() {
    return required + "/" + repair + "/" + optimal + "/" + total;
  }
}
