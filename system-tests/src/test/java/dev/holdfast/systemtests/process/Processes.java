package dev.holdfast.systemtests.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Looks at and signals processes by their id, through /proc and kill. */
public final class Processes {
  private Processes() {}

  /** Whether it runs; one that ended and was not reaped by its parent does not. */
  public static boolean runs(long pid) {
    if (pid <= 0) {
      return false;
    }
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      // The command's name is in parentheses and may hold any character; the state follows it.
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X';
    } catch (IOException e) {
      return false;
    }
  }

  /** Resident memory in bytes; 0 when it does not run. */
  public static long residentBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  /** Ends it without any chance to clean up, and waits until it is gone. */
  public static void kill(long pid) {
    signal("KILL", pid);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (runs(pid)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("process " + pid + " survived SIGKILL");
      }
      Thread.onSpinWait();
    }
  }

  /** Freezes it: its connections stay open and nothing answers. */
  public static void freeze(long pid) {
    signal("STOP", pid);
  }

  public static void thaw(long pid) {
    signal("CONT", pid);
  }

  private static void signal(String name, long pid) {
    if (pid <= 1) {
      throw new IllegalArgumentException("no process to signal: " + pid);
    }
    try {
      Process process =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).inheritIO().start();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Processes whose command line holds the text, this one left out. */
  static List<Long> withCommandLine(String text) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> pid != ProcessHandle.current().pid())
        .filter(pid -> commandLine(pid).contains(text))
        .toList();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
