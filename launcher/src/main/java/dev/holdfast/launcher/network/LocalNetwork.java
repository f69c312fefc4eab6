package dev.holdfast.launcher.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.launcher.network.NetworkSettings.NodeSettings;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A whole network on one machine: brings it up, heals it, takes it down. All state is in the data
 * folder and in the processes; an instance holds none, so any number of commands may look at one
 * network.
 */
public final class LocalNetwork {
  /** What a first start needs on the disk: the databases, the logs and some room for data. */
  private static final long MIN_FREE_BYTES = 2_000_000_000L;

  private static final Duration READY_PATIENCE = Duration.ofSeconds(120);
  private static final Duration INVITATION_VALID = Duration.ofHours(1);

  private final PeerCommands commands;
  private final NetworkDirectory directory;
  private final SecureRandom random;

  public LocalNetwork(PeerCommands commands, NetworkDirectory directory, SecureRandom random) {
    this.commands = commands;
    this.directory = directory;
    this.random = random;
  }

  /**
   * What {@code up} was asked for; empty values mean the default, or what the network already has.
   */
  public record Wish(Optional<Integer> nodes, Optional<Integer> s3Port, Optional<Scheme> scheme) {
    static final int DEFAULT_NODES = 10;
    static final int DEFAULT_S3_PORT = 7_733;
  }

  /**
   * Starts what does not run and waits until uploads can be taken; says what it does to the
   * progress sink.
   */
  public void up(Wish wish, Consumer<String> progress) throws IOException {
    requireSpace();
    directory.create();
    try (FileLock lock = directory.lock()) {
      NetworkSettings settings =
          directory.findSettings().map(s -> unchanged(s, wish)).orElseGet(() -> decide(wish));
      start(settings, progress);
    }
  }

  private void requireSpace() {
    Path existing = directory.root();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      FileStore store = Files.getFileStore(existing == null ? Path.of("/") : existing);
      if (directory.findSettings().isEmpty() && store.getUsableSpace() < MIN_FREE_BYTES) {
        throw new CommandFailure(
            CommandFailure.ENVIRONMENT,
            "the disk of %s has %d MB free, a new network needs %d MB: free some, or choose another disk with --data DIR"
                .formatted(
                    directory.root(),
                    store.getUsableSpace() / 1_000_000,
                    MIN_FREE_BYTES / 1_000_000));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT, "cannot look at %s: %s".formatted(existing, e.getMessage()));
    }
  }

  private NetworkSettings unchanged(NetworkSettings settings, Wish wish) {
    wish.nodes().ifPresent(n -> refuseChange("--nodes", n, settings.nodes().size()));
    wish.s3Port().ifPresent(p -> refuseChange("--s3-port", p, settings.s3Port()));
    wish.scheme().ifPresent(s -> refuseChange("--scheme", s.toString(), settings.scheme()));
    return settings;
  }

  private void refuseChange(String option, Object asked, Object has) {
    if (!asked.equals(has)) {
      throw new CommandFailure(
          CommandFailure.USAGE,
          "the network in %s was made with %s %s, it cannot become %s: leave the option out, or make another network with --data DIR"
              .formatted(directory.root(), option, has, asked));
    }
  }

  private NetworkSettings decide(Wish wish) {
    int count = wish.nodes().orElse(Wish.DEFAULT_NODES);
    Scheme scheme = wish.scheme().orElseGet(() -> Scheme.forNodes(count));
    if (scheme.optimal() > count) {
      throw new CommandFailure(
          CommandFailure.USAGE,
          "scheme %s needs %d nodes for an upload, --nodes gives %d"
              .formatted(scheme, scheme.optimal(), count));
    }
    int s3Port = wish.s3Port().orElse(Wish.DEFAULT_S3_PORT);
    Ports.requireFree(
        s3Port, "the S3 gateway", "stop that program, or choose another port with --s3-port P");
    Ports ports = new Ports(s3Port + 1);
    int satellitePort = ports.take();
    int databasePort = ports.take();
    List<NodeSettings> nodes = new ArrayList<>();
    int digits = Math.max(2, Integer.toString(count).length());
    for (int i = 1; i <= count; i++) {
      nodes.add(new NodeSettings(("node-%0" + digits + "d").formatted(i), ports.take()));
    }
    long usable = directory.root().toFile().getUsableSpace();
    NetworkSettings settings =
        new NetworkSettings(
            NetworkDirectory.FORMAT_VERSION,
            scheme.toString(),
            s3Port,
            satellitePort,
            databasePort,
            "us-east-1",
            usable / 10 * 9 / count,
            nodes);
    directory.writeSettings(settings);
    return settings;
  }

  private void start(NetworkSettings settings, Consumer<String> progress) {
    PeerConfigurations configurations = new PeerConfigurations(directory, settings);
    progress.accept("satellite: starting");
    PeerProcess satelliteProcess = new PeerProcess(PeerConfigurations.SATELLITE, directory);
    if (satelliteProcess.findReady().isEmpty()) {
      satelliteProcess.requestStop();
      satelliteProcess.awaitStopped();
      requirePort(settings.satellitePort(), "the satellite");
      requirePort(settings.databasePort(), "the satellite's database");
      configurations.writeSatellite();
      start(satelliteProcess, PeerProgram.SATELLITE);
    }
    JsonNode ready = satelliteProcess.awaitReady(READY_PATIENCE);
    PeerAddress satellite =
        PeerAddress.parse(ready.path("id").asText() + "@" + configurations.satelliteAddress());
    try (SatelliteAdmin admin = new SatelliteAdmin(satellite, directory.adminTokenFile())) {
      FirstProject project = new FirstProject(directory, random);
      if (!project.exists()) {
        progress.accept("project: making keys, access grant and S3 credentials");
        project.create(satellite, admin);
      }
      List<PeerProcess> started = startGateway(settings, configurations);
      started.addAll(startNodes(settings, configurations, ready.path("id").asText(), admin));
      int waiting = started.size();
      for (PeerProcess process : started) {
        process.awaitReady(READY_PATIENCE);
        forgetInvitation(process.name());
        progress.accept("%s: ready (%d to go)".formatted(process.name(), --waiting));
      }
      awaitUploads(settings, admin, progress);
    }
  }

  private void start(PeerProcess process, PeerProgram program) {
    process.start(commands.command(program, process.name(), directory.configFile(process.name())));
  }

  private static void requirePort(int port, String what) {
    Ports.requireFree(
        port, what, "stop that program and run 'holdfast up' again (the network keeps its ports)");
  }

  private List<PeerProcess> startGateway(
      NetworkSettings settings, PeerConfigurations configurations) {
    List<PeerProcess> started = new ArrayList<>();
    PeerProcess gateway = new PeerProcess(PeerConfigurations.GATEWAY, directory);
    if (gateway.findReady().isEmpty()) {
      gateway.requestStop();
      gateway.awaitStopped();
      requirePort(settings.s3Port(), "the S3 gateway");
      configurations.writeGateway();
      start(gateway, PeerProgram.S3_GATEWAY);
      started.add(gateway);
    }
    return started;
  }

  private List<PeerProcess> startNodes(
      NetworkSettings settings,
      PeerConfigurations configurations,
      String satelliteId,
      SatelliteAdmin admin) {
    List<PeerProcess> started = new ArrayList<>();
    for (NodeSettings node : settings.nodes()) {
      PeerProcess process = new PeerProcess(node.name(), directory);
      if (process.findReady().isPresent()) {
        continue;
      }
      process.requestStop();
      process.awaitStopped();
      requirePort(node.port(), node.name());
      try {
        // The invitation lies there until the node was ready once: it may have died before it
        // joined.
        if (!Files.exists(directory.nodeDirectory(node.name()))
            || Files.exists(directory.invitationFile(node.name()))) {
          Files.createDirectories(directory.nodeDirectory(node.name()));
          NetworkDirectory.writeAtomically(
              directory.invitationFile(node.name()),
              admin.createInvitation(node.name(), INVITATION_VALID) + "\n");
        }
      } catch (IOException e) {
        throw new CommandFailure(
            CommandFailure.ENVIRONMENT,
            "cannot make the folder of %s: %s".formatted(node.name(), e.getMessage()));
      }
      configurations.writeNode(node, satelliteId);
      start(process, PeerProgram.STORAGE_NODE);
      started.add(process);
    }
    return started;
  }

  private void forgetInvitation(String peer) {
    try {
      Files.deleteIfExists(directory.invitationFile(peer));
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot delete %s: %s".formatted(directory.invitationFile(peer), e.getMessage()));
    }
  }

  private static void awaitUploads(
      NetworkSettings settings, SatelliteAdmin admin, Consumer<String> progress) {
    int needed = Scheme.parse(settings.scheme()).optimal();
    long deadline = System.nanoTime() + READY_PATIENCE.toNanos();
    while (true) {
      DescribeNetworkResponse network = admin.describeNetwork();
      if (network.getEligibleNodes() >= Math.max(needed, settings.nodes().size())) {
        return;
      }
      if (System.nanoTime() > deadline) {
        if (network.getEligibleNodes() >= needed) {
          return;
        }
        throw new CommandFailure(
            CommandFailure.FAILED,
            "only %d of the %d nodes that an upload needs may take data: 'holdfast status' shows why"
                .formatted(network.getEligibleNodes(), needed));
      }
      progress.accept(
          "nodes: %d of %d checked in"
              .formatted(network.getEligibleNodes(), settings.nodes().size()));
      try {
        TimeUnit.MILLISECONDS.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure(CommandFailure.FAILED, "interrupted");
      }
    }
  }

  /** Stops every process of the network, gateway first, so that nothing acknowledged is lost. */
  public void down(Consumer<String> progress) throws IOException {
    NetworkSettings settings = directory.requireSettings();
    try (FileLock lock = directory.lock()) {
      stop(List.of(PeerConfigurations.GATEWAY), progress);
      stop(settings.nodes().stream().map(NodeSettings::name).toList(), progress);
      stop(List.of(PeerConfigurations.SATELLITE), progress);
    }
  }

  private void stop(List<String> names, Consumer<String> progress) {
    List<PeerProcess> processes =
        names.stream().map(name -> new PeerProcess(name, directory)).toList();
    processes.forEach(PeerProcess::requestStop);
    for (PeerProcess process : processes) {
      process.awaitStopped();
      progress.accept(process.name() + ": stopped");
    }
  }
}
