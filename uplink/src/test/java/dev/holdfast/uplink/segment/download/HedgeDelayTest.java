package dev.holdfast.uplink.segment.download;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.uplink.segment.resource.TransferLimits;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HedgeDelayTest {
  private final TransferLimits limits = TransferLimits.DEFAULT;
  private final HedgeDelay delay = new HedgeDelay(limits);

  @Test
  void startsWithAGuess() {
    assertThat(delay.nanos()).isEqualTo(limits.firstHedge().toNanos());
  }

  @Test
  void shrinksWithFastNodesToTheLeast() {
    for (int i = 0; i < 100; i++) {
      delay.observe(TimeUnit.MILLISECONDS.toNanos(3));
    }
    assertThat(delay.nanos()).isEqualTo(limits.leastHedge().toNanos());
  }

  @Test
  void growsWithSlowNodesToTheMost() {
    for (int i = 0; i < 100; i++) {
      delay.observe(TimeUnit.MILLISECONDS.toNanos(100 + (i % 2) * 800L));
    }
    assertThat(delay.nanos()).isEqualTo(limits.mostHedge().toNanos());
  }
}
