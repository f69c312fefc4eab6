package dev.holdfast.uplink.metadataclient;

import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.ObjectApiGrpc;
import dev.holdfast.protocol.wire.ObjectApiGrpc.ObjectApiBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One project's line to its satellite. Thread-safe; calls block.
 *
 * <p>Every call is safe to repeat: what writes is named by an object or attempt id that the caller
 * drew, and the satellite answers the repetition like the first call. So a call whose answer got
 * lost is simply sent again.
 */
public final class MetadataClient {
  /** Header that carries the serialized API key. */
  public static final Metadata.Key<byte[]> API_KEY_HEADER =
      Metadata.Key.of("holdfast-api-key-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

  private final ManagedChannel channel;
  private final ObjectApiBlockingStub stub;
  private final RetryPolicy retries;
  private final InstantSource clock;

  /**
   * @param channel to the satellite, its identity pinned; stays the caller's to close
   */
  public MetadataClient(
      ManagedChannel channel, ApiKey apiKey, RetryPolicy retries, InstantSource clock) {
    Metadata headers = new Metadata();
    headers.put(API_KEY_HEADER, apiKey.serialize());
    this.channel = channel;
    this.stub =
        ObjectApiGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withMaxInboundMessageSize(MAX_ANSWER_BYTES);
    this.retries = retries;
    this.clock = clock;
  }

  /**
   * Calls until an answer comes, a refusal comes, or the time is used up.
   *
   * @throws HoldfastException with the satellite's code, or with the last failure's; {@code
   *     cancelled} when the thread was interrupted
   */
  public <T> T call(Function<ObjectApiBlockingStub, T> method) {
    Instant giveUp = clock.instant().plus(retries.totalTimeout());
    for (int attempt = 1; ; attempt++) {
      try {
        return callOnce(method);
      } catch (HoldfastException e) {
        if (!RetryPolicy.retries(e.code()) || !clock.instant().isBefore(giveUp)) {
          throw e;
        }
      }
      pause(retries.pauseBefore(attempt));
      // A satellite that restarts is back within a second or two; gRPC's own back-off would wait
      // longer.
      channel.resetConnectBackoff();
    }
  }

  /** Calls once, without retries: for what may be lost. */
  public <T> T callOnce(Function<ObjectApiBlockingStub, T> method) {
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
    try {
      return method.apply(
          stub.withDeadlineAfter(retries.attemptTimeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (StatusRuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      throw GrpcErrors.fromGrpc(e);
    }
  }

  private void pause(Duration duration) {
    try {
      retries.pause().of(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private static HoldfastException interrupted() {
    return new HoldfastException(
        ErrorCode.CANCELLED, "The call to the satellite was given up by its caller.");
  }
}
