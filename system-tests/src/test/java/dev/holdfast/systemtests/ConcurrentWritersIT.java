package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Many writers that each want to be the first: exactly one is. */
@ExtendWith(ProcessNetworkExtension.class)
class ConcurrentWritersIT {
  private static final int WRITERS = 50;

  @ParameterizedTest
  @ValueSource(ints = {100, 200_000})
  void exactlyOneWriterWins(int length, ProcessNetwork network) throws Exception {
    String bucket = "writers-" + length;
    try (S3Client s3 = network.s3();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      S3Objects objects = S3Objects.inNewBucket(s3, bucket);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Boolean>> outcomes = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        RandomContent content = new RandomContent(writer, length);
        outcomes.add(
            threads.submit(() -> {
              start.await();
              return wins(s3, bucket, content);
            }));
      }
      start.countDown();
      List<Integer> winners = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        if (outcomes.get(writer).get()) {
          winners.add(writer);
        }
      }
      assertThat(winners).hasSize(1);
      assertThat(objects.keys()).containsExactly("prize");
      assertThat(objects.get("prize"))
          .isEqualTo(new RandomContent(winners.getFirst(), length).bytes());
    }
  }

  /** A writer that is told to try again does so, as S3's contract asks of it. */
  private static boolean wins(S3Client s3, String bucket, RandomContent content) {
    while (true) {
      try {
        s3.putObject(
            r -> r.bucket(bucket).key("prize").ifNoneMatch("*"),
            RequestBody.fromBytes(content.bytes()));
        return true;
      } catch (S3Exception e) {
        if (e.statusCode() == 412) {
          return false;
        }
        if (e.statusCode() != 409) {
          throw e;
        }
      }
    }
  }
}
