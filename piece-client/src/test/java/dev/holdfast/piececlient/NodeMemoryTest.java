package dev.holdfast.piececlient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeMemoryTest {
  private final NodeId node = new NodeId(Bytes32.ZERO);
  private long nowNanos;
  private final NodeMemory memory =
      new NodeMemory(() -> nowNanos, Duration.ofSeconds(1), Duration.ofSeconds(4));

  private void pass(long seconds) {
    nowNanos += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void asksOnceAgainAfterEachDelayWhichDoubles() {
    memory.failed(node);
    for (long delay : new long[] {1, 2, 4, 4}) {
      assertThat(memory.takeProbe(node)).isFalse();
      pass(delay);
      assertThat(memory.takeProbe(node)).isTrue();
      assertThat(memory.takeProbe(node)).as("one at a time").isFalse();
      memory.failed(node);
    }
    assertThat(memory.hasFailed(node)).isTrue();
  }

  @Test
  void manyFailuresAtOnceCountAsOne() {
    memory.failed(node);
    memory.failed(node);
    memory.failed(node);
    pass(1);
    assertThat(memory.takeProbe(node)).isTrue();
  }

  @Test
  void anAnswerEndsEveryDoubt() {
    memory.silent(node);
    assertThat(memory.isDoubtful(node)).isTrue();
    assertThat(memory.hasFailed(node)).isFalse();
    memory.failed(node);
    memory.answered(node);
    assertThat(memory.isDoubtful(node)).isFalse();
    assertThat(memory.hasFailed(node)).isFalse();
  }
}
