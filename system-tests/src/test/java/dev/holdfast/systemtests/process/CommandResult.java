package dev.holdfast.systemtests.process;

/** How a command ended and what it said. */
public record CommandResult(int exitCode, String output, String errors) {
  /** Fails with everything the command said unless it ended with 0. */
  public CommandResult requireSuccess() {
    if (exitCode != 0) {
      throw new AssertionError("exit code %d%n%s%n%s".formatted(exitCode, output, errors));
    }
    return this;
  }
}
