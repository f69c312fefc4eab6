package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.network.LocalNetwork;
import dev.holdfast.systemtests.network.LocalNetworkExtension;
import dev.holdfast.systemtests.network.LocalNetworkExtension.NetworkShape;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Permissions and receipts whose time has passed, or has not come. */
@ExtendWith(LocalNetworkExtension.class)
@NetworkShape(nodes = 5)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpiryRefusalsIT {
  private static final String BUCKET = "expiry";

  private final Random random = new Random(RandomContent.drawSeed(ExpiryRefusalsIT.class));
  private RawSatellite satellite;

  @BeforeEach
  void connect(LocalNetwork network) {
    satellite = new RawSatellite(network.grant());
    if (network.project().findBucket(BUCKET).isEmpty()) {
      network.project().createBucket(BUCKET);
    }
    // After a shift it takes a check-in until satellite and nodes agree about the time again.
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> RawUpload.store(satellite, BUCKET, random));
  }

  @AfterEach
  void disconnect(LocalNetwork network) {
    shift(network, Duration.ZERO);
    satellite.close();
  }

  private static void shift(LocalNetwork network, Duration by) {
    network.satelliteClock().shiftBy(by);
    network.nodeClock().shiftBy(by);
  }

  private ErrorCode putRefusal(RawSegment segment) throws InterruptedException {
    Frame answer = segment.put(segment.offers().getFirst());
    assertThat(answer).isInstanceOf(Frame.Refused.class);
    return ((Frame.Refused) answer).code();
  }

  @Test
  void anExpiredLimitIsRefused(LocalNetwork network) throws InterruptedException {
    RawSegment segment = RawSegment.begin(satellite, BUCKET, RawSegment.noise(random, 32), random);
    shift(network, Duration.ofHours(26));
    assertThat(putRefusal(segment)).isEqualTo(ErrorCode.LIMIT_EXPIRED);
  }

  @Test
  void aLimitFromTheFutureIsRefused(LocalNetwork network) throws InterruptedException {
    RawSegment segment = RawSegment.begin(satellite, BUCKET, RawSegment.noise(random, 32), random);
    shift(network, Duration.ofMinutes(-30));
    assertThat(putRefusal(segment)).isEqualTo(ErrorCode.LIMIT_NOT_YET_VALID);
  }

  @Test
  void receiptsAreStaleAfterTheCommitWindow(LocalNetwork network) throws InterruptedException {
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    shift(network, Duration.ofHours(3));
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> satellite.call().commitObject(stored.commit(stored.pieces()).build()));
    assertThat(refused).isNotNull();
    assertThat(GrpcErrors.fromGrpc(refused).code()).isEqualTo(ErrorCode.SEGMENT_TOKEN_EXPIRED);
  }
}
