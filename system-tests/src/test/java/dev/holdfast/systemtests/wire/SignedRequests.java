package dev.holdfast.systemtests.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * S3 requests signed by Amazon's code and sent byte by byte, so that their bodies can be anything.
 */
record SignedRequests(URI endpoint, String region, String accessKeyId, String secretAccessKey) {
  private static final int TIMEOUT_MILLIS = 20_000;

  static SignedRequests of(Map<String, String> environment) {
    return new SignedRequests(
        URI.create(environment.getOrDefault("AWS_ENDPOINT_URL", "")),
        environment.getOrDefault("AWS_REGION", ""),
        environment.getOrDefault("AWS_ACCESS_KEY_ID", ""),
        environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""));
  }

  SignedRequests withSecret(String other) {
    return new SignedRequests(endpoint, region, accessKeyId, other);
  }

  SignedRequests withAccessKey(String other) {
    return new SignedRequests(endpoint, region, other, secretAccessKey);
  }

  /** The header lines of a signed PUT, the first line first; the body's hash is taken as given. */
  List<String> put(String path, Map<String, String> headers, Clock clock) {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder().method(SdkHttpMethod.PUT).uri(endpoint.resolve(path));
    headers.forEach(request::putHeader);
    SdkHttpRequest complete = request.build();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(r ->
                r.identity(AwsCredentialsIdentity.create(accessKeyId, secretAccessKey))
                    .request(complete)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                    .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock));
    List<String> lines = new ArrayList<>();
    lines.add("PUT " + path + " HTTP/1.1");
    signed
        .request()
        .headers()
        .forEach((name, values) -> values.forEach(value -> lines.add(name + ": " + value)));
    return lines;
  }

  /** Sends head and body as they are and answers the whole response. */
  String send(List<String> head, byte[] body) throws IOException {
    return send(head, body, false);
  }

  /** The same by a client that ends its side of the connection after that. */
  String sendAndEnd(List<String> head, byte[] body) throws IOException {
    return send(head, body, true);
  }

  private String send(List<String> head, byte[] body, boolean end) throws IOException {
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(
          (String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.write(body);
      out.flush();
      if (end) {
        socket.shutdownOutput();
      }
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
