package dev.holdfast.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.launcher.HoldfastCommand.DataFolder;
import dev.holdfast.launcher.network.LocalNetwork;
import dev.holdfast.launcher.network.NetworkAccess;
import dev.holdfast.launcher.network.NetworkDirectory;
import dev.holdfast.launcher.network.NetworkReport;
import dev.holdfast.launcher.network.PeerCommands;
import dev.holdfast.launcher.network.Scheme;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about a whole local network. */
final class NetworkCommands {
  private NetworkCommands() {}

  @Command(
      name = "up",
      description =
          "Start the local network, or what of it does not run; returns when it is ready.",
      mixinStandardHelpOptions = true)
  static final class Up implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataFolder data;

    @Option(
        names = "--nodes",
        paramLabel = "N",
        description = "Storage nodes of a new network (default: 10).")
    Optional<Integer> nodes = Optional.empty();

    @Option(
        names = "--s3-port",
        paramLabel = "P",
        description = "Port of the S3 gateway (default: 7733).")
    Optional<Integer> s3Port = Optional.empty();

    @Option(
        names = "--scheme",
        paramLabel = "K/R/O/N",
        description =
            "Redundancy scheme: required/repair/optimal/total (default: by the number of nodes).")
    Optional<String> scheme = Optional.empty();

    @Override
    public Integer call() throws IOException {
      NetworkDirectory directory = data.directory();
      PrintWriter err = spec.commandLine().getErr();
      long start = System.nanoTime();
      new LocalNetwork(PeerCommands.built(HoldfastCommand.home()), directory, new SecureRandom())
          .up(
              new LocalNetwork.Wish(nodes, s3Port, scheme.map(Scheme::parse)),
              step -> {
                err.printf("[%5.1f s] %s%n", (System.nanoTime() - start) / 1e9, step);
                err.flush();
              });
      NetworkAccess access = NetworkAccess.of(directory);
      spec.commandLine()
          .getOut()
          .print(access.welcome(HoldfastCommand.home().resolve("holdfast").toString()));
      spec.commandLine().getOut().flush();
      return 0;
    }
  }

  @Command(
      name = "down",
      description = "Stop every process of the local network; its data stays.",
      mixinStandardHelpOptions = true)
  static final class Down implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataFolder data;

    @Override
    public Integer call() throws IOException {
      PrintWriter err = spec.commandLine().getErr();
      new LocalNetwork(
              PeerCommands.built(HoldfastCommand.home()), data.directory(), new SecureRandom())
          .down(step -> {
            err.println(step);
            err.flush();
          });
      return 0;
    }
  }

  @Command(
      name = "status",
      description = "Show the state of the local network and what stands in the way.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataFolder data;

    @Option(names = "--json", description = "Print JSON for scripts (docs/cli.md).")
    boolean json;

    @Override
    public Integer call() throws IOException {
      NetworkReport report = NetworkReport.of(data.directory());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
      } else {
        out.print(StatusTable.of(report));
      }
      out.flush();
      return 0;
    }
  }

  @Command(
      name = "env",
      description = "Print the settings as shell exports: eval \"$(holdfast env)\".",
      mixinStandardHelpOptions = true)
  static final class Env implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataFolder data;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      out.print(NetworkAccess.of(data.directory()).exports());
      out.flush();
      return 0;
    }
  }

  @Command(
      name = "logs",
      description = "Print the last lines of each process's log, or of one.",
      mixinStandardHelpOptions = true)
  static final class Logs implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataFolder data;

    @Parameters(
        arity = "0..1",
        paramLabel = "NAME",
        description = "satellite, gateway or a node's name (default: all).")
    Optional<String> name = Optional.empty();

    @Option(
        names = "--lines",
        paramLabel = "N",
        defaultValue = "40",
        description = "Lines of each log (default: 40).")
    int lines;

    @Override
    public Integer call() throws IOException {
      NetworkDirectory directory = data.directory();
      directory.requireSettings();
      PrintWriter out = spec.commandLine().getOut();
      List<Path> logs;
      try (Stream<Path> all = Files.list(directory.logFile("any").getParent())) {
        logs = all.filter(f -> f.toString().endsWith(".log")).sorted().toList();
      }
      if (name.isPresent()) {
        Path one = directory.logFile(name.get());
        if (!logs.contains(one)) {
          throw new CommandFailure(
              CommandFailure.NOT_FOUND,
              "no log of '%s'; there are: %s"
                  .formatted(
                      name.get(),
                      String.join(
                          ", ",
                          logs.stream()
                              .map(f -> f.getFileName().toString().replaceFirst("\\.log$", ""))
                              .toList())));
        }
        logs = List.of(one);
      }
      for (Path log : logs) {
        out.println("==> " + log + " <==");
        LogTail.lastLines(log, lines).forEach(out::println);
      }
      out.flush();
      return 0;
    }
  }
}
