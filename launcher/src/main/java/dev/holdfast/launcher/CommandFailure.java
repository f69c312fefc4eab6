package dev.holdfast.launcher;

/**
 * A command cannot go on. The message names what is wrong and the way out; it is printed without a
 * stack trace.
 *
 * <p>Exit codes are part of the command line's contract (docs/cli.md).
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The command failed while it ran. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Something the machine lacks: a JDK, a free port, disk space, permission. */
  public static final int ENVIRONMENT = 3;

  /** The bucket, object or network does not exist. */
  public static final int NOT_FOUND = 4;

  /** The access grant does not allow it. */
  public static final int DENIED = 5;

  private final int exitCode;

  public CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
