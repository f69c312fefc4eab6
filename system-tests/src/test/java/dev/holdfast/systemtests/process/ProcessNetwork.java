package dev.holdfast.systemtests.process;

import static org.awaitility.Awaitility.await;

import dev.holdfast.systemtests.source.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * One network that {@code ./holdfast up} started in a temporary folder, on ports of its own.
 * Closing it stops every process, by force what does not stop by itself, and deletes the folder.
 */
public final class ProcessNetwork implements AutoCloseable {
  private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(60);

  /** The first {@code up} after a build trains the ahead-of-time caches. */
  private static final Duration UP_PATIENCE = Duration.ofMinutes(8);

  /**
   * What a network takes above its S3 port: satellite, database, nodes, and slack for ports of
   * others.
   */
  private static final int PORTS = 24;

  private static final Pattern EXPORT = Pattern.compile("export (\\w+)='([^']*)'");

  private final Path folder;
  private final Path data;
  private final List<String> firstUp;

  private ProcessNetwork(Path folder, List<String> firstUp) {
    this.folder = folder;
    this.data = folder.resolve("network");
    this.firstUp = firstUp;
  }

  /** A folder and ports for a network; nothing runs yet. */
  public static ProcessNetwork prepare(String... upOptions) {
    try {
      // The database's user, who is another one when root runs this, must be able to enter.
      Path folder =
          Files.createTempDirectory(
              "holdfast-it",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      List<String> up = new ArrayList<>(List.of("up", "--s3-port", Integer.toString(freePorts())));
      up.addAll(List.of(upOptions));
      return new ProcessNetwork(folder, List.copyOf(up));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ProcessNetwork start(String... upOptions) {
    ProcessNetwork network = prepare(upOptions);
    try {
      network.up();
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
    return network;
  }

  /**
   * Below the ports that the system hands out for outgoing connections, which might take one of
   * ours.
   */
  private static int freePorts() {
    Random random = new Random();
    while (true) {
      int first = 20_000 + random.nextInt(10_000);
      boolean free = true;
      for (int port = first; free && port < first + PORTS; port++) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
          free = socket.isBound();
        } catch (IOException e) {
          free = false;
        }
      }
      if (free) {
        return first;
      }
    }
  }

  /** The network's data folder. */
  public Path data() {
    return data;
  }

  /** A folder for the test's own files, deleted with the network. */
  public Path scratch() {
    try {
      return Files.createDirectories(folder.resolve("scratch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command of the script on this network. */
  public CommandResult run(String... arguments) {
    return run(COMMAND_PATIENCE, Map.of(), arguments);
  }

  public CommandResult run(
      Duration patience, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Repository.root().resolve("holdfast").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("HOLDFAST_DATA", data.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().remove("HOLDFAST_ACCESS");
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> output = readAll(process.getInputStream());
      CompletableFuture<String> errors = readAll(process.getErrorStream());
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "holdfast %s did not end within %s%n%s"
                .formatted(String.join(" ", arguments), patience, errors.join()));
      }
      return new CommandResult(process.exitValue(), output.join(), errors.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<String> readAll(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (stream) {
            text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
          } catch (IOException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  /** Starts the network, or what of it does not run. */
  public CommandResult up() {
    String[] arguments =
        Files.exists(data.resolve("network.json"))
            ? new String[] {"up"}
            : firstUp.toArray(String[]::new);
    return run(UP_PATIENCE, Map.of(), arguments).requireSuccess();
  }

  public void down() {
    run("down").requireSuccess();
  }

  public NetworkStatus status() {
    return NetworkStatus.parse(run("status", "--json").requireSuccess().output());
  }

  /** Waits until the network says that it is ready. */
  public NetworkStatus awaitReady() {
    return await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofSeconds(1))
        .until(this::status, status -> status.state().equals("ready"));
  }

  /** What {@code holdfast env} exports. */
  public Map<String, String> environment() {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher matcher = EXPORT.matcher(run("env").requireSuccess().output());
    while (matcher.find()) {
      values.put(matcher.group(1), matcher.group(2));
    }
    return values;
  }

  /** Amazon's client, set up from {@code holdfast env} and with its defaults otherwise. */
  public S3Client s3() {
    return s3Builder().build();
  }

  /** The same, but a failed request is told at once. */
  public S3Client s3WithoutRetries() {
    return s3Builder()
        .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private S3ClientBuilder s3Builder() {
    Map<String, String> environment = environment();
    return S3Client.builder()
        .endpointOverride(URI.create(environment.get("AWS_ENDPOINT_URL")))
        .region(Region.of(environment.get("AWS_REGION")))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    environment.get("AWS_ACCESS_KEY_ID"),
                    environment.get("AWS_SECRET_ACCESS_KEY"))))
        .forcePathStyle(true);
  }

  /** Bytes that a folder takes on the disk, as {@code du} counts. */
  public static long diskBytes(Path folder) {
    try {
      // Exit code 1 only says that a file went away while it looked.
      Process process = new ProcessBuilder("du", "-sk", folder.toString()).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Long.parseLong(output.split("\\s", 2)[0]) * 1_024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    // Killed rather than stopped: a test may have left some of them frozen.
    Processes.withCommandLine(data.toString()).forEach(Processes::kill);
    // The database's own children notice a moment later.
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> {
          deleteTree(folder);
          return true;
        });
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
