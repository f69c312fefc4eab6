package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.satellite.database.Database;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import javax.sql.DataSource;

/** Nodes and registries for tests that need no database. */
public final class TestNodes {
  public static final long GIB = 1L << 30;
  public static final NodesConfig CONFIG =
      NodesConfig.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofHours(1));

  private TestNodes() {}

  /** An online node with a GiB free. */
  public static RegisteredNode node(int alias, Instant now) {
    return node(alias, now, GIB, true, null);
  }

  public static RegisteredNode node(
      int alias,
      Instant lastCheckIn,
      long availableBytes,
      boolean acceptsUploads,
      @org.jspecify.annotations.Nullable Instant suspendedUntil) {
    return new RegisteredNode(
        alias,
        id(alias),
        "operator " + alias,
        new NodeAddress("127.0.0.1", 10_000 + alias),
        "test",
        1,
        acceptsUploads,
        new NodeSpace(GIB, GIB - availableBytes, 0, 0, availableBytes),
        Duration.ZERO,
        0,
        suspendedUntil,
        suspendedUntil == null ? null : "test",
        lastCheckIn,
        lastCheckIn);
  }

  public static NodeId id(int alias) {
    byte[] id = new byte[32];
    Arrays.fill(id, (byte) alias);
    id[0] = (byte) (alias >> 8);
    return NodeId.of(id);
  }

  /** A registry in memory; whatever would need its database fails. */
  public static NodeRegistry registry(TestClock clock) {
    DataSource none =
        (DataSource)
            Proxy.newProxyInstance(
                TestNodes.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (_, method, _) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    return new NodeRegistry(
        new Database(none, none, () -> {}, clock, new Random(1)), CONFIG, clock);
  }
}
