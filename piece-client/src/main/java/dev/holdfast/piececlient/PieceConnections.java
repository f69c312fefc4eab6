package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.identity.NodeId;
import io.netty.handler.ssl.SslContext;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The TLS connections of this process to storage nodes: kept, lent to one exchange at a time,
 * closed when idle, bounded per node. Remembers nodes that failed, so that a dead node is not
 * dialled by every request; asks in the background whether such a node is back.
 *
 * <p>Thread-safe. Every lent connection's peer proved to be the node that was asked for.
 */
public final class PieceConnections implements AutoCloseable {
  private final PieceClientConfig config;
  private final NodeMemory memory;
  private final NodeDialer dialer;
  private final Map<NodeTarget, Pool> pools = new HashMap<>();
  private boolean closed;

  /**
   * @param tls from {@code PeerTls.client}: with an own identity for a satellite, without one for
   *     an uplink
   * @param clock by which certificates are judged
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public PieceConnections(
      PieceClientConfig config, SslContext tls, InstantSource clock, LongSupplier nanoTime) {
    this.config = config;
    this.memory = new NodeMemory(nanoTime, config.firstRetry(), config.lastRetry());
    this.dialer = new NodeDialer(config, tls, clock, memory);
  }

  /**
   * Whether the node failed or fell silent and has not answered since: to be asked last. Starts
   * finding out whether it is back when that is due.
   */
  public boolean isDoubtful(NodeTarget node) {
    probeIfDue(node);
    return memory.isDoubtful(node.id());
  }

  /** Notes that a node keeps an exchange waiting beyond what others take. */
  public void noteSilent(NodeId node) {
    memory.silent(node);
  }

  PieceClientConfig config() {
    return config;
  }

  NodeMemory memory() {
    return memory;
  }

  /**
   * A connection for one exchange; give it back by {@link #release}. Cancel the future to withdraw.
   */
  CompletableFuture<PieceConnection> acquire(NodeTarget node, boolean evenIfFailed) {
    probeIfDue(node);
    if (!evenIfFailed && memory.hasFailed(node.id())) {
      return CompletableFuture.failedFuture(
          new NodeUnreachableException(
              node, Reason.FAILED_RECENTLY, "failed a moment ago, not asked again yet"));
    }
    CompletableFuture<PieceConnection> future = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(
            new NodeUnreachableException(node, Reason.SHUT_DOWN, "this client was closed"));
      }
      Pool pool = pools.computeIfAbsent(node, _ -> new Pool());
      PieceConnection idle = pool.pollIdle();
      if (idle != null) {
        pool.lent++;
        future.complete(idle);
        return future;
      }
      if (pool.open() >= config.maxConnectionsPerNode()) {
        if (pool.waiters.size() >= config.maxWaitersPerNode()) {
          return CompletableFuture.failedFuture(
              new NodeUnreachableException(
                  node,
                  Reason.CROWDED,
                  pool.waiters.size() + " exchanges wait for a connection already"));
        }
        pool.waiters.add(future);
        return future;
      }
      pool.lent++;
    }
    dialFor(node, future);
    return future;
  }

  private void dialFor(NodeTarget node, CompletableFuture<PieceConnection> future) {
    var _ =
        dialer
            .dial(node)
            .whenComplete((dialled, failure) -> {
              if (dialled != null) {
                lend(dialled, future);
              } else {
                dialFailed(node, future, failure);
              }
            });
  }

  private void lend(PieceConnection connection, CompletableFuture<PieceConnection> future) {
    if (!future.complete(connection)) {
      release(connection, true);
    }
  }

  private void dialFailed(
      NodeTarget node, CompletableFuture<PieceConnection> future, Throwable failure) {
    List<CompletableFuture<PieceConnection>> hopeless = new ArrayList<>();
    hopeless.add(future);
    synchronized (this) {
      Pool pool = pools.get(node);
      if (pool != null) {
        pool.lent--;
        hopeless.addAll(pool.waiters);
        pool.waiters.clear();
        forgetIfEmpty(node, pool);
      }
    }
    for (CompletableFuture<PieceConnection> waiter : hopeless) {
      waiter.completeExceptionally(failure);
    }
  }

  /** Gives a connection back. One that is not clean is closed, and so are its idle siblings. */
  void release(PieceConnection connection, boolean clean) {
    NodeTarget node = connection.node();
    CompletableFuture<PieceConnection> waiter = null;
    List<PieceConnection> surplus = new ArrayList<>();
    boolean dial = false;
    synchronized (this) {
      Pool pool = pools.get(node);
      boolean keep = clean && connection.isOpen() && !closed && pool != null;
      if (!keep) {
        surplus.add(connection);
      }
      if (pool == null) {
        closeAll(surplus);
        return;
      }
      if (!clean) {
        surplus.addAll(pool.idle);
        pool.idle.clear();
      }
      waiter = pool.pollWaiter();
      if (waiter == null) {
        pool.lent--;
        if (keep) {
          pool.idle.addLast(connection);
          closeWhenIdle(connection, connection.uses());
        } else {
          forgetIfEmpty(node, pool);
        }
      } else {
        dial = !keep;
      }
    }
    closeAll(surplus);
    if (waiter != null) {
      if (dial) {
        dialFor(node, waiter);
      } else {
        lend(connection, waiter);
      }
    }
  }

  private void closeWhenIdle(PieceConnection connection, long uses) {
    connection.schedule(
        () -> {
          synchronized (this) {
            Pool pool = pools.get(connection.node());
            if (connection.uses() != uses || pool == null || !pool.idle.remove(connection)) {
              return;
            }
            forgetIfEmpty(connection.node(), pool);
          }
          connection.close();
        },
        config.idleClose().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void forgetIfEmpty(NodeTarget node, Pool pool) {
    if (pool.open() == 0 && pool.waiters.isEmpty()) {
      pools.remove(node);
    }
  }

  private void probeIfDue(NodeTarget node) {
    if (!memory.isDoubtful(node.id()) || !memory.takeProbe(node.id())) {
      return;
    }
    synchronized (this) {
      if (closed) {
        return;
      }
      pools.computeIfAbsent(node, _ -> new Pool()).lent++;
    }
    CompletableFuture<PieceConnection> probe = new CompletableFuture<>();
    var _ = probe.thenAccept(connection -> release(connection, true));
    dialFor(node, probe);
  }

  private static void closeAll(List<PieceConnection> connections) {
    for (PieceConnection connection : connections) {
      connection.close();
    }
  }

  /** Closes every connection; running exchanges fail. */
  @Override
  public void close() {
    List<CompletableFuture<PieceConnection>> waiters = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      for (Pool pool : pools.values()) {
        waiters.addAll(pool.waiters);
        pool.waiters.clear();
      }
      pools.clear();
    }
    for (CompletableFuture<PieceConnection> waiter : waiters) {
      waiter.cancel(false);
    }
    dialer.close();
  }

  /** Connections to one node; guarded by the pools' lock. */
  private static final class Pool {
    private final Deque<PieceConnection> idle = new ArrayDeque<>();
    private final Deque<CompletableFuture<PieceConnection>> waiters = new ArrayDeque<>();
    private int lent;

    int open() {
      return lent + idle.size();
    }

    @org.jspecify.annotations.Nullable
    PieceConnection pollIdle() {
      PieceConnection connection = idle.pollLast();
      while (connection != null && !connection.isOpen()) {
        connection = idle.pollLast();
      }
      return connection;
    }

    @org.jspecify.annotations.Nullable
    CompletableFuture<PieceConnection> pollWaiter() {
      CompletableFuture<PieceConnection> waiter = waiters.poll();
      while (waiter != null && waiter.isDone()) {
        waiter = waiters.poll();
      }
      return waiter;
    }
  }
}
