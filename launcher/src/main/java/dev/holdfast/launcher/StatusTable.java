package dev.holdfast.launcher;

import dev.holdfast.launcher.network.NetworkReport;

/** The table that {@code holdfast status} prints for a person. */
final class StatusTable {
  private StatusTable() {}

  static String of(NetworkReport report) {
    StringBuilder text = new StringBuilder();
    text.append("network    ").append(report.state()).append('\n');
    text.append("scheme     ")
        .append(report.scheme())
        .append(
            "   any %d of %d pieces rebuild a segment; uploads need %d nodes%n"
                .formatted(
                    report.scheme().required(),
                    report.scheme().total(),
                    report.scheme().optimal()));
    text.append("S3         ")
        .append(report.s3().endpoint())
        .append("   region ")
        .append(report.s3().region());
    text.append(
        report.s3().pid() == 0 ? "   not running\n" : "   pid %d%n".formatted(report.s3().pid()));
    text.append("satellite  ").append(report.satellite().address());
    text.append(
        report.satellite().pid() == 0
            ? "   not running\n"
            : "   pid %d   database %s (pid %d)%n"
                .formatted(
                    report.satellite().pid(),
                    report.satellite().database().kind(),
                    report.satellite().database().pid()));
    text.append('\n');
    text.append(
        "%-10s %-9s %10s %10s %10s %8s %8s  %s%n"
            .formatted("NODE", "STANDING", "USED", "TRASH", "FREE", "FAILURES", "PID", "ADDRESS"));
    for (NetworkReport.Node node : report.nodes()) {
      text.append(
          "%-10s %-9s %10s %10s %10s %8d %8s  %s%n"
              .formatted(
                  node.name(),
                  node.standing(),
                  ByteText.of(node.usedBytes()),
                  ByteText.of(node.trashBytes()),
                  ByteText.of(node.availableBytes()),
                  node.failures(),
                  node.pid() == 0 ? "-" : Long.toString(node.pid()),
                  node.address()));
      if (!node.standingReason().isEmpty()) {
        text.append("           ").append(node.standingReason()).append('\n');
      }
    }
    text.append('\n');
    text.append("on the satellite's database alone: ")
        .append(ByteText.of(report.satelliteOnlyBytes()))
        .append('\n');
    if (report.pendingDeletions() > 0) {
      text.append("pieces waiting to be deleted: ").append(report.pendingDeletions()).append('\n');
    }
    for (String obstacle : report.obstacles()) {
      text.append("! ").append(obstacle).append('\n');
    }
    return text.toString();
  }
}
