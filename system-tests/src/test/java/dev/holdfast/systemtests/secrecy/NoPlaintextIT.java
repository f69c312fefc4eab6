package dev.holdfast.systemtests.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.S3Objects;
import dev.holdfast.systemtests.network.ProjectObjects;
import dev.holdfast.systemtests.process.NetworkStatus;
import dev.holdfast.systemtests.process.NetworkStatus.Node;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.metadataclient.RetryPolicy;
import dev.holdfast.uplink.project.SharedUplink;
import dev.holdfast.uplink.segment.resource.TransferLimits;
import dev.holdfast.uplink.segment.transfer.PieceTransfers;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Files and memory of satellite, database and nodes hold nothing of what users store but bucket
 * names and sizes, while data flows. That the search would find it is shown on the gateway, which
 * must know it.
 */
@ExtendWith(ProcessNetworkExtension.class)
class NoPlaintextIT {
  private static final String NAME = "Zaunkoenig-geheimer-Ordner";
  private static final String FILE = "Kontoauszug-7f3a19.txt";
  private static final String KEY = NAME + "/" + FILE;
  private static final String METADATA = "metadaten-wert-41d8cd98";
  private static final int[] LENGTHS = {5_000, 150_000, 1_500_000};

  @Test
  void satelliteAndNodesNeverHoldPlaintext(ProcessNetwork network) throws Exception {
    NetworkStatus status = network.status();
    List<Needle> needles = new ArrayList<>();
    needles.addAll(Needle.text("directory name", NAME));
    needles.addAll(Needle.text("file name", FILE));
    needles.addAll(Needle.text("metadata value", METADATA));
    for (int length : LENGTHS) {
      byte[] content = content(length);
      needles.add(new Needle("content of " + length, Arrays.copyOfRange(content, 1_000, 1_032)));
      needles.addAll(Needle.bytes("MD5 of " + length, RandomContent.digest("MD5", content)));
      needles.addAll(
          Needle.bytes("SHA-256 of " + length, RandomContent.digest("SHA-256", content)));
      needles.addAll(Needle.text("CRC32 of " + length, "x-amz-checksum-crc32:" + crc32(content)));
    }
    RecordingRandom random = new RecordingRandom();
    try (S3Client s3 = network.s3();
        Uplink uplink = uplink(random)) {
      S3Objects objects = S3Objects.inNewBucket(s3, "secrecy");
      ProjectObjects own =
          new ProjectObjects(
              uplink.openProject(
                  AccessGrant.parse(network.environment().getOrDefault("HOLDFAST_ACCESS", ""))),
              objects.bucket());
      for (int length : LENGTHS) {
        own.put("own/" + length, content(length));
      }
      List<byte[]> keys = random.keys();
      // One key for each object and one for each of its segments.
      assertThat(keys).hasSizeGreaterThanOrEqualTo(2 * LENGTHS.length);
      for (int i = 0; i < keys.size(); i++) {
        needles.addAll(Needle.bytes("content key " + i, keys.get(i)));
      }
      Haystack haystack = new Haystack(needles);
      AtomicBoolean over = new AtomicBoolean();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Long> traffic = threads.submit(() -> moveData(objects, own, over));
        try {
          Set<String> found = new TreeSet<>();
          for (long pid : pids(status)) {
            for (String name : haystack.inMemory(pid)) {
              found.add(name + " in the memory of process " + pid);
            }
          }
          found.addAll(haystack.inFiles(network.data().resolve("satellite")));
          status.nodes().forEach(node -> found.addAll(haystack.inFiles(node.directory())));
          assertThat(found).isEmpty();
          assertThat(haystack.inMemory(status.gatewayPid()))
              .as("needles found where they must be: in the gateway")
              .contains("file name (UTF-8)", "metadata value (UTF-8)")
              .anyMatch(name -> name.startsWith("content of"));
        } finally {
          over.set(true);
        }
        assertThat(traffic.get()).as("rounds of traffic during the search").isPositive();
      }
      objects.deleteAll();
    }
  }

  private static Uplink uplink(RecordingRandom random) {
    UplinkConfig config = UplinkConfig.DEFAULT;
    return new SharedUplink(
        config,
        new PieceTransfers(
            config, TransferLimits.DEFAULT, 1, InstantSource.system(), System::nanoTime, random),
        satellite -> PeerTls.dialSatellite(satellite, null, null),
        new RetryPolicy(config.callTimeout(), config.callTimeout(), Thread::sleep, random),
        random,
        InstantSource.system());
  }

  private static byte[] content(int length) {
    return new RandomContent(length, length).bytes();
  }

  private static String crc32(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    byte[] value = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  private static long moveData(S3Objects objects, ProjectObjects own, AtomicBoolean over) {
    long rounds = 0;
    while (!over.get()) {
      for (int length : LENGTHS) {
        String key = KEY + "." + length;
        objects
            .client()
            .putObject(
                r -> r.bucket(objects.bucket()).key(key).metadata(Map.of("origin", METADATA)),
                RequestBody.fromBytes(content(length)));
        assertThat(objects.get(key)).isEqualTo(content(length));
        assertThat(own.get("own/" + length)).isEqualTo(content(length));
      }
      assertThat(objects.keys()).hasSize(2 * LENGTHS.length);
      rounds++;
    }
    return rounds;
  }

  /** The satellite, its database with all its backends, and the nodes. */
  private static List<Long> pids(NetworkStatus status) {
    List<Long> pids = new ArrayList<>();
    pids.add(status.satellitePid());
    pids.add(status.databasePid());
    ProcessHandle.of(status.databasePid())
        .ifPresent(database -> database.descendants().forEach(child -> pids.add(child.pid())));
    status.nodes().stream().map(Node::pid).forEach(pids::add);
    return pids;
  }
}
