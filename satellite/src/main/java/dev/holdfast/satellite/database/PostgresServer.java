package dev.holdfast.satellite.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running embedded server and its supervision: a server that dies is started again on the same
 * port, as long as this object is open. It dies with this process, also when that is killed.
 * Thread-safe.
 */
final class PostgresServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(15);
  private static final Duration RESTART_PAUSE = Duration.ofMillis(100);
  private static final int MAX_PAUSE_DOUBLINGS = 5;
  private static final int FIRST_START_ATTEMPTS = 20;
  private static final int STATUS_LINE = 7;
  private static final long MAX_LOG_BYTES = 8L << 20;

  private final ServerAccount account;
  private final List<String> command;
  private final Path data;
  private final Path log;
  private final CountDownLatch firstReady = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile @Nullable Process process;

  private PostgresServer(ServerAccount account, List<String> command, Path data, Path log) {
    this.account = account;
    this.command = List.copyOf(command);
    this.data = data;
    this.log = log;
  }

  /** Starts the server and waits until it takes connections. */
  static PostgresServer start(
      ServerAccount account, Path binaries, Path data, Path log, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(binaries.resolve("bin/postgres").toString());
    command.add("-D");
    command.add(data.toString());
    for (String option : options) {
      command.add("-c");
      command.add(option);
    }
    if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
      Files.delete(log);
    }
    PostgresServer server = new PostgresServer(account, command, data, log);
    // The kernel's parent-death signal fires when the thread that started the child ends, not the
    // process, so one thread starts every server and lives as long as this object.
    Thread.ofPlatform().daemon().name("postgres-supervisor").start(server::supervise);
    try {
      if (!server.firstReady.await(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          || server.ended.getCount() == 0) {
        server.close();
        throw new IllegalStateException(
            "the embedded PostgreSQL did not start; its log is " + log + ", its data " + data);
      }
    } catch (InterruptedException e) {
      server.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the embedded PostgreSQL started", e);
    }
    return server;
  }

  /** The process id of the postmaster; 0 while it is down. */
  long pid() {
    Process current = process;
    return current != null && current.isAlive() ? current.pid() : 0;
  }

  /** Stops the server: clients are cut off, what they committed is on disk. */
  @Override
  public void close() {
    stopping = true;
    Process current = process;
    if (current == null) {
      return;
    }
    try {
      if (current.isAlive()) {
        // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
        new ProcessBuilder("kill", "-INT", Long.toString(current.pid())).start().waitFor();
      }
      if (!current.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().log("embedded PostgreSQL did not stop in time and is killed");
        current.destroyForcibly();
      }
      if (!ended.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().log("the supervisor of the embedded PostgreSQL did not end in time");
      }
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("embedded PostgreSQL cannot be signalled and is killed");
      current.destroyForcibly();
    } catch (InterruptedException e) {
      current.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    try {
      int failures = 0;
      // The first start gives up at some point; a server that has served is never given up.
      while (!stopping && (failures < FIRST_START_ATTEMPTS || firstReady.getCount() == 0)) {
        Process current = spawn();
        process = current;
        if (awaitReady(current)) {
          failures = 0;
          firstReady.countDown();
        }
        int exit = current.waitFor();
        if (!stopping) {
          // Right after a kill the lost server's children may still hold its memory: try again.
          LOG.atWarn()
              .addKeyValue("exit", exit)
              .addKeyValue("log", log)
              .log("embedded PostgreSQL ended and is started again");
          LockSupport.parkNanos(RESTART_PAUSE.toNanos() << Math.min(failures, MAX_PAUSE_DOUBLINGS));
          failures++;
        }
      }
    } catch (IOException e) {
      LOG.atError().setCause(e).log("embedded PostgreSQL cannot be started");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
      firstReady.countDown();
    }
  }

  private Process spawn() throws IOException {
    return new ProcessBuilder(account.runAs(command))
        .directory(data.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private boolean awaitReady(Process current) throws InterruptedException {
    while (!current.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (isReady(current.pid())) {
        return true;
      }
    }
    return false;
  }

  /** The server keeps its state in its lock file, as pg_ctl reads it. */
  private boolean isReady(long pid) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      return lines.size() > STATUS_LINE
          && lines.get(0).strip().equals(Long.toString(pid))
          && lines.get(STATUS_LINE).strip().equals("ready");
    } catch (IOException e) {
      return false; // not written yet
    }
  }
}
