package dev.holdfast.launcher.training;

import dev.holdfast.launcher.network.NetworkAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;

/**
 * What a backup tool does, in small: a bucket, objects of several sizes, a listing, reads, deletes.
 */
public final class TrainingLoad {
  private static final int[] SIZES = {0, 1_000, 100_000, 1_000_000, 8_000_000};
  private static final int ROUNDS = 3;

  private final NetworkAccess access;
  private final SigningClient client;

  public TrainingLoad(NetworkAccess access) {
    this.access = access;
    this.client =
        new SigningClient(
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
            access.accessKeyId(),
            access.secretAccessKey(),
            access.region());
  }

  /** Fails when a request is refused: a cache trained on errors is worth nothing. */
  public void run() throws IOException, InterruptedException {
    send("PUT", "/training", "", new byte[0]);
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      for (int size : SIZES) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        String path = "/training/round-" + round + "/object-" + size;
        send("PUT", path, "", bytes);
        send("HEAD", path, "", new byte[0]);
        send("GET", path, "", new byte[0]);
      }
      send("GET", "/training", "list-type=2&prefix=round-" + round + "%2F", new byte[0]);
      send("GET", "/training", "delimiter=%2F", new byte[0]);
    }
    for (int size : SIZES) {
      send("DELETE", "/training/round-0/object-" + size, "", new byte[0]);
    }
  }

  private void send(String method, String path, String query, byte[] body)
      throws IOException, InterruptedException {
    URI uri = URI.create(access.endpoint() + path + (query.isEmpty() ? "" : "?" + query));
    HttpRequest request = client.sign(method, uri, path, query, body);
    HttpResponse<String> response = client.send(request);
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "training: %s %s answered %d %s"
              .formatted(method, path, response.statusCode(), response.body()));
    }
  }
}
