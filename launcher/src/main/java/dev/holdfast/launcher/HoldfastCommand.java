package dev.holdfast.launcher;

import dev.holdfast.launcher.network.NetworkDirectory;
import dev.holdfast.launcher.objects.ObjectCommands;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code holdfast} command. */
@Command(
    name = "holdfast",
    description = "A decentralized, end-to-end encrypted backup network.",
    mixinStandardHelpOptions = true,
    version = "holdfast 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      NetworkCommands.Up.class,
      NetworkCommands.Down.class,
      NetworkCommands.Status.class,
      NetworkCommands.Env.class,
      NetworkCommands.Logs.class,
      TrainCommand.class,
      ObjectCommands.Ls.class,
      ObjectCommands.Cp.class,
      ObjectCommands.Cat.class,
      ObjectCommands.Rm.class,
      ObjectCommands.Mb.class,
      ObjectCommands.Rb.class,
    })
public final class HoldfastCommand {
  private HoldfastCommand() {}

  /** Where a network lives: the same option for every command. */
  public static final class DataFolder {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description =
            "Folder of the network (default: $HOLDFAST_DATA, else /var/lib/holdfast for root and"
                + " ~/.local/share/holdfast for others).")
    Optional<Path> folder = Optional.empty();

    public NetworkDirectory directory() {
      return new NetworkDirectory(folder.orElseGet(DataFolder::defaultFolder));
    }

    private static Path defaultFolder() {
      String configured = System.getenv("HOLDFAST_DATA");
      if (configured != null && !configured.isEmpty()) {
        return Path.of(configured);
      }
      // The database server refuses to run as root, and another user cannot enter root's home.
      if ("root".equals(System.getProperty("user.name"))) {
        return Path.of("/var/lib/holdfast");
      }
      String base = System.getenv("XDG_DATA_HOME");
      return base != null && !base.isEmpty()
          ? Path.of(base, "holdfast")
          : Path.of(System.getProperty("user.home"), ".local", "share", "holdfast");
    }
  }

  /** The folder with the built modules, which the shell script names. */
  static Path home() {
    String home = System.getProperty("holdfast.home");
    if (home == null) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "start this through the 'holdfast' script, which sets holdfast.home");
    }
    return Path.of(home);
  }

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  static int execute(String... arguments) {
    CommandLine commandLine = new CommandLine(new HoldfastCommand());
    commandLine.setExitCodeExceptionMapper(HoldfastCommand::exitCode);
    commandLine.setExecutionExceptionHandler((exception, command, result) -> {
      command.getErr().println("holdfast: " + message(exception));
      return exitCode(exception);
    });
    return commandLine.execute(arguments);
  }

  private static String message(Exception exception) {
    return switch (exception) {
      case CommandFailure failure -> String.valueOf(failure.getMessage());
      case HoldfastException failure ->
          failure.getMessage() + " (" + failure.code().stableName() + ")";
      case IOException failure -> failure.getClass().getSimpleName() + ": " + failure.getMessage();
      default -> exception.toString();
    };
  }

  private static int exitCode(Throwable exception) {
    return switch (exception) {
      case CommandFailure failure -> failure.exitCode();
      case HoldfastException failure -> exitCode(failure.code());
      default -> CommandFailure.FAILED;
    };
  }

  private static int exitCode(ErrorCode code) {
    return switch (code.category()) {
      case NOT_FOUND -> CommandFailure.NOT_FOUND;
      case UNAUTHENTICATED, FORBIDDEN -> CommandFailure.DENIED;
      case CALLER -> CommandFailure.USAGE;
      case CONFLICT, CAPACITY, UNAVAILABLE, INTERNAL -> CommandFailure.FAILED;
    };
  }
}
