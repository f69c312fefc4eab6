package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.systemtests.process.NetworkStatus;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.systemtests.process.ProcessNetworkExtension.OwnNetwork;
import dev.holdfast.systemtests.process.Processes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Kills one process at a random moment of many uploads, again and again. What was acknowledged
 * reads back byte by byte, what is listed is whole, and {@code up} heals the network.
 *
 * <p>{@code -Dholdfast.crash.rounds=50} for the long run.
 */
@ExtendWith(ProcessNetworkExtension.class)
@OwnNetwork
@Order(2_000_000_003)
class CrashIT {
  private static final int ROUNDS = Integer.getInteger("holdfast.crash.rounds", 4);
  private static final int WRITERS = 4;
  private static final int[] LENGTHS = {0, 5_000, 70_000, 400_000, 3_000_000};
  private static final int LATEST_KILL_MILLIS = 2_500;

  private enum Victim {
    NODE,
    GATEWAY,
    DATABASE,
    SATELLITE
  }

  /**
   * Keys with what they hold: begun is everything ever sent, acknowledged what S3 answered 200 to.
   */
  private record Ledger(
      Map<String, RandomContent> begun, Map<String, RandomContent> acknowledged) {}

  @Test
  void acknowledgedUploadsSurviveKilledProcesses(ProcessNetwork network)
      throws InterruptedException, ExecutionException {
    Random random = new Random(RandomContent.drawSeed(CrashIT.class));
    Ledger ledger = new Ledger(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    try (S3Client s3 = network.s3();
        S3Client impatient = network.s3WithoutRetries()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "crash");
      S3Objects uploads = new S3Objects(impatient, objects.bucket());
      for (int round = 0; round < ROUNDS; round++) {
        Victim victim = Victim.values()[round % Victim.values().length];
        NetworkStatus status = network.awaitReady();
        uploadAndKill(uploads, status, victim, round, random, ledger);
        network.up();
        check(objects, ledger, round, victim);
      }
    }
    assertThat(network.awaitReady().failures()).isZero();
  }

  private static void uploadAndKill(
      S3Objects objects,
      NetworkStatus status,
      Victim victim,
      int round,
      Random random,
      Ledger ledger)
      throws InterruptedException, ExecutionException {
    AtomicBoolean over = new AtomicBoolean();
    int killMillis = random.nextInt(LATEST_KILL_MILLIS);
    int node = random.nextInt(status.nodes().size());
    List<Future<?>> uploads = new ArrayList<>();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        String prefix = "round-%d/writer-%d/".formatted(round, writer);
        long seed = random.nextLong();
        uploads.add(writers.submit(() -> upload(objects, prefix, new Random(seed), over, ledger)));
      }
      TimeUnit.MILLISECONDS.sleep(killMillis);
      Processes.kill(
          switch (victim) {
            case NODE -> status.nodes().get(node).pid();
            case GATEWAY -> status.gatewayPid();
            case DATABASE -> status.databasePid();
            case SATELLITE -> status.satellitePid();
          });
      over.set(true);
      for (Future<?> upload : uploads) {
        upload.get();
      }
    }
    System.out.printf(
        "round %d: %s killed after %d ms, %d of %d uploads acknowledged so far%n",
        round, victim, killMillis, ledger.acknowledged().size(), ledger.begun().size());
  }

  /** Uploads until told to stop; a failed upload is an answer too: nothing was promised. */
  private static void upload(
      S3Objects objects, String prefix, Random random, AtomicBoolean over, Ledger ledger) {
    for (int i = 0; !over.get(); i++) {
      String key = prefix + i;
      RandomContent content =
          new RandomContent(random.nextLong(), LENGTHS[random.nextInt(LENGTHS.length)]);
      ledger.begun().put(key, content);
      try {
        objects.put(key, content.bytes());
        ledger.acknowledged().put(key, content);
      } catch (SdkException e) {
        return;
      }
    }
  }

  private static void check(S3Objects objects, Ledger ledger, int round, Victim victim) {
    assertThat(objects.keys())
        .as("listed after round %d (%s)", round, victim)
        .containsAll(ledger.acknowledged().keySet())
        .isSubsetOf(ledger.begun().keySet());
    // Of earlier rounds too: a crash must not hurt what an earlier one left.
    for (String key : objects.keys()) {
      RandomContent content = ledger.begun().get(key);
      assertThat(objects.get(key))
          .as("%s after round %d (%s)", key, round, victim)
          .isEqualTo(content == null ? null : content.bytes());
    }
  }
}
