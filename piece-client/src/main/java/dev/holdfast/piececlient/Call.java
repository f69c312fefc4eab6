package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.frame.Frame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One frame asked, one frame answered. */
final class Call extends Exchange {
  private final IntFunction<Frame> request;
  private final CompletableFuture<Frame> answer = new CompletableFuture<>();

  Call(PieceConnections connections, NodeTarget node, IntFunction<Frame> request) {
    super(connections, node);
    this.request = request;
  }

  @Override
  void started(PieceConnection on) {
    var _ = on.send(request.apply(on.exchangeId()));
    on.flush();
  }

  @Override
  void received(PieceConnection on, Frame frame) {
    if (frame instanceof Frame.Deleted || frame instanceof Frame.Pieces) {
      answer.complete(frame);
      succeed();
    } else {
      ReferenceCountUtil.release(frame);
      protocolBroken("it answered with " + frame.getClass().getSimpleName());
    }
  }

  @Override
  void ended(@Nullable Throwable failure) {
    if (failure != null) {
      answer.completeExceptionally(failure);
    }
  }

  Frame await(Duration timeout) throws IOException, InterruptedException {
    begin(true);
    return await(this, answer, timeout);
  }

  /** Waits for the result of an exchange, which is cancelled when time runs out. */
  static <T> T await(Exchange exchange, CompletableFuture<T> result, Duration timeout)
      throws IOException, InterruptedException {
    try {
      return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      NodeUnreachableException late =
          new NodeUnreachableException(
              exchange.node(), Reason.TIMED_OUT, "no answer within " + timeout.toMillis() + " ms");
      exchange.cancel(late);
      throw late;
    } catch (InterruptedException e) {
      exchange.cancel(e);
      throw e;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException unchecked -> throw unchecked;
        case null, default -> throw new IOException("node " + exchange.node() + ": " + e, e);
      }
    }
  }
}
