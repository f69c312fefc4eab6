package dev.holdfast.s3gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.s3gateway.fake.MemoryGateway;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A gateway over a project in memory, and the AWS SDK with its defaults as its client. */
abstract class SdkFixture {
  static final String BUCKET = "bucket-one";
  static final byte[] CHECK = "123456789".getBytes(StandardCharsets.UTF_8);

  static MemoryGateway gateway;
  static S3Client s3;

  @BeforeAll
  static void start() {
    gateway = new MemoryGateway();
    s3 = client(c -> {});
  }

  @AfterAll
  static void stop() {
    s3.close();
    gateway.close();
  }

  static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(MemoryGateway.ACCESS_KEY_ID, MemoryGateway.SECRET));
  }

  static S3Client client(Consumer<S3Configuration.Builder> settings) {
    return S3Client.builder()
        .endpointOverride(gateway.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(credentials())
        .serviceConfiguration(settings)
        .build();
  }

  @BeforeEach
  void freshBucket() {
    if (gateway.project().findBucket(BUCKET).isEmpty()) {
      s3.createBucket(b -> b.bucket(BUCKET));
    }
    gateway.project().empty(BUCKET);
  }

  static PutObjectResponse put(String key, byte[] bytes) {
    return s3.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
  }

  static byte[] get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static void refused(int status, String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.requestId()).hasSize(16);
              assertThat(e.extendedRequestId()).isNotEmpty();
            });
  }
}
