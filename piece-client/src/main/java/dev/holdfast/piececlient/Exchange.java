package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on one connection: finds the connection, ends exactly once, and gives
 * the connection back clean or closes it.
 *
 * <p>The hooks run on the connection's event loop and must not block. {@link #cancel} may be called
 * from any thread.
 */
abstract class Exchange {
  private final PieceConnections connections;
  private final NodeTarget node;

  private @Nullable CompletableFuture<PieceConnection> acquiring;
  private @Nullable PieceConnection connection;
  private boolean over;
  private boolean awaitingCancelled;

  Exchange(PieceConnections connections, NodeTarget node) {
    this.connections = connections;
    this.node = node;
  }

  /** Sends the first frames. */
  abstract void started(PieceConnection on);

  /** The answer's next frame; the exchange releases what the frame holds. */
  abstract void received(PieceConnection on, Frame frame);

  /** The connection can take bytes again. */
  void writable(PieceConnection on) {}

  /** The exchange is over; null: it did what it was begun for. Called once, on any thread. */
  abstract void ended(@Nullable Throwable failure);

  final NodeTarget node() {
    return node;
  }

  /**
   * @param evenIfFailed whether a node that failed a moment ago is dialled all the same
   */
  final void begin(boolean evenIfFailed) {
    CompletableFuture<PieceConnection> future = connections.acquire(node, evenIfFailed);
    synchronized (this) {
      acquiring = future;
    }
    var _ =
        future.whenComplete((acquired, failure) -> {
          if (acquired != null) {
            acquired.run(() -> start(acquired));
          } else if (failure != null) {
            end(failure);
          }
        });
  }

  private void start(PieceConnection acquired) {
    synchronized (this) {
      if (over) {
        connections.release(acquired, true);
        return;
      }
      connection = acquired;
    }
    acquired.occupy(this);
    try {
      started(acquired);
    } catch (HoldfastException e) {
      // Nothing was sent: it was the limit that did not allow the request.
      refuse(e);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** The connection while the exchange has one, for waking its event loop. */
  final synchronized @Nullable PieceConnection connection() {
    return over ? null : connection;
  }

  final synchronized boolean isOver() {
    return over;
  }

  /** The exchange did what it was begun for. On the event loop. */
  final void succeed() {
    PieceConnection held = finish();
    if (held != null) {
      held.vacate();
      connections.release(held, true);
      ended(null);
    }
  }

  /** The node refused, the connection is clean. On the event loop. */
  final void refuse(HoldfastException refusal) {
    PieceConnection held = finish();
    if (held != null) {
      held.vacate();
      connections.release(held, true);
      ended(refusal);
    }
  }

  /** The connection is of no further use. On the event loop. */
  final void fail(Throwable failure) {
    PieceConnection held = finish();
    if (held != null) {
      held.vacate();
      connections.release(held, false);
      ended(failure);
    }
  }

  final void protocolBroken(String message) {
    connections.memory().failed(node.id());
    fail(new NodeUnreachableException(node, Reason.PROTOCOL, message));
  }

  /**
   * Stops the exchange: it ends at once for the caller, while the node is asked to drop it; a node
   * that does not confirm in time loses the connection and counts as silent.
   */
  final void cancel(Throwable reason) {
    PieceConnection held;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      held = connection;
      if (acquiring != null && held == null) {
        acquiring.cancel(false);
      }
      awaitingCancelled = held != null;
    }
    ended(reason);
    if (held != null) {
      held.run(() -> requestCancel(held));
    }
  }

  private void requestCancel(PieceConnection held) {
    if (!held.isOpen()) {
      drop(held, false);
      return;
    }
    var _ = held.send(new Frame.Cancel(held.exchangeId()));
    held.flush();
    held.schedule(
        () -> {
          if (awaitingCancelled) {
            connections.memory().silent(node.id());
            drop(held, false);
          }
        },
        connections.config().cancelTimeout().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void drop(PieceConnection held, boolean clean) {
    if (awaitingCancelled) {
      awaitingCancelled = false;
      held.vacate();
      connections.release(held, clean);
    }
  }

  private void end(Throwable failure) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    ended(failure);
  }

  private synchronized @Nullable PieceConnection finish() {
    if (over || connection == null) {
      return null;
    }
    over = true;
    return connection;
  }

  /** From the connection, on its event loop. */
  final void dispatch(PieceConnection on, Frame frame) {
    if (isOver()) {
      ReferenceCountUtil.release(frame);
      if (frame instanceof Frame.Cancelled) {
        drop(on, true);
      }
      return;
    }
    if (frame instanceof Frame.Refused refused) {
      refuse(new HoldfastException(refused.code(), "node " + node + ": " + refused.message()));
      return;
    }
    try {
      received(on, frame);
    } catch (RuntimeException e) {
      protocolBroken("its answer could not be read: " + e.getMessage());
    }
  }

  /** From the connection, on its event loop: the channel is gone. */
  final void disconnected(PieceConnection on, @Nullable Throwable cause) {
    if (isOver()) {
      drop(on, false);
      return;
    }
    connections.memory().failed(node.id());
    String message = "the connection broke in the middle of an exchange";
    fail(
        cause == null
            ? new NodeUnreachableException(node, Reason.CLOSED, message)
            : new NodeUnreachableException(
                node, Reason.CLOSED, message + ": " + cause.getMessage(), cause));
  }
}
