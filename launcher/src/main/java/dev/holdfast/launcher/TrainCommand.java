package dev.holdfast.launcher;

import dev.holdfast.launcher.network.LocalNetwork;
import dev.holdfast.launcher.network.NetworkAccess;
import dev.holdfast.launcher.network.NetworkDirectory;
import dev.holdfast.launcher.network.PeerCommands;
import dev.holdfast.launcher.network.PeerProgram;
import dev.holdfast.launcher.network.Scheme;
import dev.holdfast.launcher.training.TrainingLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Makes the ahead-of-time caches (JEP 514, JEP 515): runs a small network under a short load with
 * one process of each kind recording, then assembles what they recorded. Part of the build; the
 * {@code holdfast} script calls it when a cache is missing.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Make the ahead-of-time caches of all programs.")
final class TrainCommand implements Callable<Integer> {
  private static final int NODES = 5;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Path home = HoldfastCommand.home();
    // Readable for the database's user, who is another one when root builds.
    Path folder =
        Files.createTempDirectory(
            "holdfast-train",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    try {
      Path recordings = Files.createDirectories(folder.resolve("recordings"));
      NetworkDirectory directory = new NetworkDirectory(folder.resolve("network"));
      LocalNetwork network =
          new LocalNetwork(
              PeerCommands.recording(home, List.of("satellite", "gateway", "node-01"), recordings),
              directory,
              new SecureRandom());
      try {
        network.up(
            new LocalNetwork.Wish(
                Optional.of(NODES), Optional.of(freePort()), Optional.of(Scheme.forNodes(NODES))),
            step -> {});
        NetworkAccess access = NetworkAccess.of(directory);
        new TrainingLoad(access).run();
        runCommands(home, folder, access, recordings);
      } finally {
        network.down(step -> {});
      }
      for (PeerProgram program : PeerProgram.values()) {
        assemble(
            program.assembly(
                home,
                folder.resolve("unused.properties"),
                recordings.resolve(program.module() + ".aotconf")),
            folder);
      }
      assemble(
          ownCommand(
              home,
              List.of(
                  "-XX:AOTMode=create",
                  "-XX:AOTConfiguration=" + recordings.resolve("launcher.aotconf"),
                  "-XX:AOTCache=" + home.resolve("launcher/target/launcher.aot"))),
          folder);
      err.println("ahead-of-time caches: done");
      err.flush();
    } finally {
      deleteTree(folder);
    }
    return 0;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The script's command line for this program; both must agree, or the JVM ignores the cache. */
  private static List<String> ownCommand(Path home, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Files.readAllLines(home.resolve("launcher/src/main/shell/jvm-options")));
    command.addAll(options);
    command.add("-Dholdfast.home=" + home);
    command.add("-cp");
    command.add(home.resolve("launcher/target/holdfast.jar").toString());
    command.add(HoldfastCommand.class.getName());
    return command;
  }

  /** Runs this program's own commands as a process that records. */
  private static void runCommands(Path home, Path folder, NetworkAccess access, Path recordings)
      throws IOException, InterruptedException {
    Path file = folder.resolve("sample");
    byte[] bytes = new byte[8 << 20];
    new SecureRandom().nextBytes(bytes);
    Files.write(file, bytes);
    List<String> command =
        ownCommand(
            home,
            List.of(
                "-XX:AOTMode=record",
                "-XX:AOTConfiguration=" + recordings.resolve("launcher.aotconf")));
    command.add("cp");
    command.add(file.toString());
    command.add("hf://training/sample");
    run(command, folder, access.accessGrant());
  }

  private static void assemble(List<String> command, Path folder)
      throws IOException, InterruptedException {
    run(command, folder, "");
  }

  private static void run(List<String> command, Path folder, String grant)
      throws IOException, InterruptedException {
    Path log = folder.resolve("train.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    builder.environment().put("HOLDFAST_ACCESS", grant);
    int exit = builder.start().waitFor();
    if (exit != 0) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "training failed with exit code %d:%n%s".formatted(exit, Files.readString(log)));
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
