package dev.holdfast.satellite.objectapi;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Carries the API key of a call from its header to the service. Judges nothing. */
final class ApiKeyHeader implements ServerInterceptor {
  static final Metadata.Key<byte[]> KEY =
      Metadata.Key.of("holdfast-api-key-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** The serialized key; empty when the header is missing. */
  static final Context.Key<byte[]> CONTEXT =
      Context.keyWithDefault("holdfast-api-key", new byte[0]);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    byte[] key = headers.get(KEY);
    Context context = key == null ? Context.current() : Context.current().withValue(CONTEXT, key);
    return Contexts.interceptCall(context, call, headers, next);
  }
}
