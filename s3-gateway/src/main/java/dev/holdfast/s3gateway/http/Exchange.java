package dev.holdfast.s3gateway.http;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on one connection. Whatever happens, the connection afterwards either
 * is exactly at the start of the next request or is closed.
 */
final class Exchange {
  /**
   * Rest of a refused body that is read and thrown away, so that the client sees the answer instead
   * of a reset.
   */
  private static final long DISCARD_BYTES = 64L << 20;

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final RequestHandler handler;
  private final Optional<String> domain;
  private final Duration patience;
  private final Instant received;
  private final String id;
  private final String extendedId;
  private final RequestBody body;
  private volatile @Nullable ResponseSink sink;

  /** Must be called on the event loop. */
  Exchange(
      HttpServerRequest request,
      Context context,
      RequestHandler handler,
      Optional<String> domain,
      Duration patience,
      Instant received,
      SecureRandom random) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.handler = handler;
    this.domain = domain;
    this.patience = patience;
    this.received = received;
    byte[] bytes = new byte[8 + 48];
    random.nextBytes(bytes);
    this.id = HexFormat.of().withUpperCase().formatHex(bytes, 0, 8);
    this.extendedId = Base64.getEncoder().encodeToString(bytes).substring(11, 75);
    this.body = new RequestBody(request, context, patience);
    response.exceptionHandler(this::broken);
    response.closeHandler(closed -> broken(new IOException("connection closed by the client")));
  }

  private void broken(Throwable cause) {
    body.broken(cause);
    ResponseSink current = sink;
    if (current != null) {
      current.broken(cause);
    }
  }

  /** Answers a refusal without a thread; called on the event loop. */
  void refuse(S3Exception refusal) {
    S3Request bare = bare();
    sendWhole(handler.refuse(bare, refusal));
  }

  /** Handles and answers; called on a virtual thread. */
  void serve() {
    S3Request parsed = bare();
    S3Response answer;
    try {
      parsed = parse();
      answer = handler.handle(parsed);
    } catch (IOException | RuntimeException e) {
      answer = handler.refuse(parsed, e);
    }
    if (answer.payload() instanceof S3Response.Streamed streamed) {
      stream(parsed, answer, streamed);
    } else {
      S3Response whole = answer;
      context.runOnContext(go -> sendWhole(whole));
    }
  }

  private void stream(S3Request parsed, S3Response answer, S3Response.Streamed streamed) {
    ResponseSink out =
        new ResponseSink(
            response,
            context,
            patience,
            () -> {
              head(answer);
              response
                  .headers()
                  .set(HttpHeaders.CONTENT_LENGTH, Long.toString(streamed.lengthBytes()));
            });
    sink = out;
    try (S3Response.Source source = streamed.source()) {
      source.writeTo(out);
      out.finish(streamed.lengthBytes());
      context.runOnContext(go -> settle());
    } catch (IOException | RuntimeException e) {
      if (out.started()) {
        // The status line is gone: only a broken connection can still say that the body is not
        // whole.
        handler.refuse(parsed, e);
        context.runOnContext(go -> abort());
      } else {
        S3Response refusal = handler.refuse(parsed, e);
        context.runOnContext(go -> sendWhole(refusal));
      }
    }
  }

  private void sendWhole(S3Response answer) {
    if (response.ended() || response.closed()) {
      return;
    }
    head(answer);
    boolean close = body.awaitsContinue();
    if (close) {
      // The client may or may not send its body after this: no next request can be found on this
      // connection.
      response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    switch (answer.payload()) {
      case S3Response.Text text when !request.method().equals(HttpMethod.HEAD) -> {
        byte[] bytes = text.bytes();
        response.headers().set(HttpHeaders.CONTENT_TYPE, text.contentType());
        response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
        response.end(Buffer.buffer(bytes)).onComplete(sent -> afterwards(close));
      }
      case S3Response.Text text -> {
        response.headers().set(HttpHeaders.CONTENT_TYPE, text.contentType());
        response.end().onComplete(sent -> afterwards(close));
      }
      case S3Response.NoBody _, S3Response.Streamed _ -> {
        boolean lengthless = answer.status() == 204 || answer.status() == 304;
        if (!lengthless && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
          response.headers().set(HttpHeaders.CONTENT_LENGTH, "0");
        }
        response.end().onComplete(sent -> afterwards(close));
      }
    }
  }

  private void afterwards(boolean close) {
    if (close) {
      abort();
    } else {
      settle();
    }
  }

  /** Throws the unread rest of the body away, up to a limit. */
  private void settle() {
    if (request.isEnded()) {
      return;
    }
    long[] discarded = {0};
    request.handler(buffer -> {
      discarded[0] += buffer.length();
      if (discarded[0] > DISCARD_BYTES) {
        abort();
      }
    });
    request.endHandler(end -> {});
    request.fetch(Long.MAX_VALUE);
  }

  /** Ends a request that nobody can answer any more; safe from any thread. */
  void giveUp() {
    context.runOnContext(go -> abort());
  }

  private void abort() {
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset();
    } else {
      request.connection().close();
    }
  }

  private void head(S3Response answer) {
    response.setStatusCode(answer.status());
    response.headers().set("x-amz-request-id", id);
    response.headers().set("x-amz-id-2", extendedId);
    response.headers().set(HttpHeaders.SERVER, "Holdfast");
    response.headers().set(HttpHeaders.DATE, HTTP_DATE.format(received));
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      response.headers().set(header.getKey(), wire(header.getValue()));
    }
  }

  /** UTF-8 bytes, one in each character, as the HTTP encoder wants them. */
  private static String wire(String value) {
    return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private S3Request bare() {
    return new S3Request(
        id,
        received,
        request.method().name(),
        "/",
        QueryParameters.parse(null),
        RequestHeaders.of(Map.of()),
        "",
        "",
        "",
        OptionalLong.empty(),
        InputStream.nullInputStream());
  }

  private S3Request parse() {
    RequestHeaders headers = RequestHeaders.ofLatin1(request.headers());
    String uri = request.uri();
    if (!uri.startsWith("/")) {
      int scheme = uri.indexOf("://");
      int slash = scheme < 0 ? -1 : uri.indexOf('/', scheme + 3);
      uri = slash < 0 ? "/" : uri.substring(slash);
    }
    int question = uri.indexOf('?');
    String path = question < 0 ? uri : uri.substring(0, question);
    String host = headers.find("host").orElseGet(this::authority);
    RequestTarget target = RequestTarget.of(path, host, domain);
    return new S3Request(
        id,
        received,
        request.method().name(),
        target.rawPath(),
        QueryParameters.parse(question < 0 ? null : uri.substring(question + 1)),
        headers.has("host") ? headers : headers.with("host", host),
        target.bucket(),
        target.key(),
        target.hostBucket(),
        contentLength(headers),
        body);
  }

  private String authority() {
    return request.authority() == null ? "" : request.authority().toString();
  }

  private static OptionalLong contentLength(RequestHeaders headers) {
    Optional<String> value = headers.find("content-length");
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long length = Long.parseLong(value.get());
      if (length >= 0) {
        return OptionalLong.of(length);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new S3Exception(
        S3ErrorCode.INVALID_REQUEST, "Content-Length is not a number: " + value.get());
  }
}
