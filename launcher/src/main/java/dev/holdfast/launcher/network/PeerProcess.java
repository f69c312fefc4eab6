package dev.holdfast.launcher.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.launcher.CommandFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One peer of the local network as a process in the background: found by its ready file, so that
 * any later command can find, stop or replace it.
 *
 * <p>A process id is believed only while that process runs with this peer's configuration file on
 * its command line; a reused id is never signalled.
 */
final class PeerProcess {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final int LOG_TAIL_BYTES = 4_096;

  private final String name;
  private final NetworkDirectory directory;

  PeerProcess(String name, NetworkDirectory directory) {
    this.name = name;
    this.directory = directory;
  }

  String name() {
    return name;
  }

  /** The ready file's content while the process that wrote it lives. */
  Optional<JsonNode> findReady() {
    Path file = directory.readyFile(name);
    try {
      JsonNode ready = NetworkDirectory.JSON.readTree(Files.readString(file));
      return findProcess(ready.path("pid").asLong(-1)).isPresent()
          ? Optional.of(ready)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The live process, ready or still starting. */
  Optional<ProcessHandle> findProcess() {
    Optional<Long> started = readPid();
    return started.flatMap(this::findProcess);
  }

  private Optional<ProcessHandle> findProcess(long pid) {
    if (pid <= 0) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isOurs);
  }

  private boolean isOurs(ProcessHandle process) {
    String config = directory.configFile(name).toString();
    return process
        .info()
        .arguments()
        .map(arguments -> List.of(arguments).stream().anyMatch(a -> a.endsWith(config)))
        .orElse(false);
  }

  private Path pidFile() {
    return directory.root().resolve("run").resolve(name + ".pid");
  }

  private Optional<Long> readPid() {
    try {
      return Optional.of(Long.parseLong(Files.readString(pidFile()).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Starts the process in a session of its own, its output appended to its log. */
  Process start(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      // The network must outlive the terminal that started it.
      whole.add("/usr/bin/setsid");
    }
    whole.addAll(command);
    try {
      Files.deleteIfExists(directory.readyFile(name));
      ProcessBuilder builder = new ProcessBuilder(whole);
      // To a peer these would be keys of its configuration, and unknown ones.
      builder.environment().keySet().removeIf(variable -> variable.startsWith("HOLDFAST_"));
      Process process =
          builder
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.logFile(name).toFile()))
              .start();
      NetworkDirectory.writeAtomically(pidFile(), process.pid() + "\n");
      return process;
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT, "cannot start %s: %s".formatted(name, e.getMessage()));
    }
  }

  /**
   * Waits until the process is ready; fails with the end of its log when it dies or takes too long.
   */
  JsonNode awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<JsonNode> ready = findReady();
      if (ready.isPresent()) {
        return ready.get();
      }
      if (findProcess().isEmpty()) {
        throw new CommandFailure(
            CommandFailure.FAILED,
            "%s ended before it was ready; the end of %s:%n%s"
                .formatted(name, directory.logFile(name), logTail()));
      }
      if (System.nanoTime() > deadline) {
        throw new CommandFailure(
            CommandFailure.FAILED,
            "%s was not ready after %d s; the end of %s:%n%s"
                .formatted(name, patience.toSeconds(), directory.logFile(name), logTail()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(CommandFailure.FAILED, "interrupted");
    }
  }

  private String logTail() {
    try (RandomAccessFile log = new RandomAccessFile(directory.logFile(name).toFile(), "r")) {
      long from = Math.max(0, log.length() - LOG_TAIL_BYTES);
      log.seek(from);
      byte[] bytes = new byte[(int) (log.length() - from)];
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /** Asks the process to end; {@link #awaitStopped} waits for it. */
  void requestStop() {
    findProcess().ifPresent(ProcessHandle::destroy);
  }

  /** Waits for the end; kills what does not end in time. */
  void awaitStopped() {
    findProcess()
        .ifPresent(process -> {
          try {
            process.onExit().get(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
          }
        });
    try {
      Files.deleteIfExists(directory.readyFile(name));
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot clean up after %s: %s".formatted(name, e.getMessage()));
    }
  }
}
