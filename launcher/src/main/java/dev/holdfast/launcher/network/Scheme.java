package dev.holdfast.launcher.network;

import dev.holdfast.launcher.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A redundancy scheme as the command line writes it: required/repair/optimal/total pieces.
 *
 * @param required pieces that suffice to rebuild a segment
 * @param repair at or below this many healthy pieces a segment is repaired
 * @param optimal an upload is acknowledged at this many pieces
 * @param total pieces that are coded
 */
public record Scheme(int required, int repair, int optimal, int total) {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,3})/(\\d{1,3})/(\\d{1,3})/(\\d{1,3})");

  public Scheme {
    if (!(0 < required
        && required <= repair
        && repair <= optimal
        && optimal <= total
        && total <= 256)) {
      throw new CommandFailure(
          CommandFailure.USAGE,
          "scheme %d/%d/%d/%d is refused: 0 < required <= repair <= optimal <= total <= 256 must hold"
              .formatted(required, repair, optimal, total));
    }
  }

  public static Scheme parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new CommandFailure(
          CommandFailure.USAGE,
          "scheme '%s' is not of the form K/R/O/N, for example 4/6/8/10".formatted(text));
    }
    return new Scheme(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)));
  }

  /**
   * The default for a number of nodes: the widest of the documented schemes that those nodes can
   * hold.
   */
  public static Scheme forNodes(int nodes) {
    if (nodes >= 110) {
      return new Scheme(29, 35, 80, 110);
    }
    if (nodes >= 10) {
      return new Scheme(4, 6, 8, 10);
    }
    if (nodes >= 7) {
      return new Scheme(3, 5, 6, 7);
    }
    if (nodes >= 5) {
      return new Scheme(2, 3, 4, 5);
    }
    throw new CommandFailure(
        CommandFailure.USAGE,
        "%d nodes are too few for a default scheme: use 5 or more, or give --scheme K/R/O/N with N <= %d"
            .formatted(nodes, nodes));
  }

  @Override
  public String toString() {
    return required + "/" + repair + "/" + optimal + "/" + total;
  }
}
