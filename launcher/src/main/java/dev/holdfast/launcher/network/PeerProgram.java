package dev.holdfast.launcher.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How each kind of peer is run: its jar, its JVM options, its ahead-of-time cache.
 *
 * <p>Only the gateway codes, so only it has the Vector API.
 *
 * <p>A cache is only used by a JVM that runs with the options of the training, so both come from
 * here.
 */
public enum PeerProgram {
  SATELLITE("satellite", "-Xms32m -Xmx192m -XX:MaxDirectMemorySize=128m"),
  STORAGE_NODE("storage-node", "-Xms16m -Xmx96m -XX:MaxDirectMemorySize=96m"),
  S3_GATEWAY(
      "s3-gateway",
      "-Xms32m -Xmx256m -XX:MaxDirectMemorySize=320m --add-modules=jdk.incubator.vector");

  private static final List<String> EVERYWHERE =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TieredStopAtLevel=4",
          "-XX:ReservedCodeCacheSize=64m",
          "-Xss512k",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

  private final String module;
  private final String memory;

  PeerProgram(String module, String memory) {
    this.module = module;
    this.memory = memory;
  }

  /** The Maven module, which is also the name of the cache. */
  public String module() {
    return module;
  }

  private Path jar(Path home) {
    return home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
  }

  Path aotCache(Path home) {
    return home.resolve(module).resolve("target/" + module + ".aot");
  }

  /** The command line without training: uses the cache if it is there. */
  List<String> command(Path home, Path configFile) {
    Path cache = aotCache(home);
    return command(
        home, configFile, Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of());
  }

  /**
   * The command line that records what the process loads into a configuration for {@link
   * #assembly}.
   */
  List<String> recording(Path home, Path configFile, Path recorded) {
    return command(
        home, configFile, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded));
  }

  /** The command line that turns a recording into the cache; runs no code of the peer. */
  public List<String> assembly(Path home, Path configFile, Path recorded) {
    return command(
        home,
        configFile,
        List.of(
            "-XX:AOTMode=create",
            "-XX:AOTConfiguration=" + recorded,
            "-XX:AOTCache=" + aotCache(home)));
  }

  private List<String> command(Path home, Path configFile, List<String> aot) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(EVERYWHERE);
    command.addAll(List.of(memory.split(" ")));
    command.addAll(aot);
    command.add("-Dquarkus.config.locations=" + configFile);
    command.add("-jar");
    command.add(jar(home).toString());
    return command;
  }
}
