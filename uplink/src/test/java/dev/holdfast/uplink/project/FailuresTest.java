package dev.holdfast.uplink.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.fakes.TestProject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FailuresTest {
  private final TestProject test = new TestProject();
  private final Project project = test.project();

  @BeforeEach
  void createBucket() {
    project.createBucket("bucket");
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void aSegmentThatFailsEndsTheWriterAndCancelsTheUpload() throws IOException {
    test.transfers.failUploads = new HoldfastException(ErrorCode.TOO_FEW_NODES, "7 of 8");
    test.transfers.failUploadsAfterBytes = 300_000;
    byte[] bytes = new byte[1_000_000];
    try (ObjectUpload upload = project.upload("bucket", "key", UploadOptions.NONE)) {
      assertThatThrownBy(() -> upload.write(bytes, 0, bytes.length))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_FEW_NODES));
    }
    Awaitility.await().until(() -> test.satellite.callsTo("cancelUpload") == 1);
    assertThat(test.satellite.cancelled.getFirst().getSegmentTokensList()).hasSize(1);
    assertThat(test.satellite.callsTo("commitObject")).isZero();
  }

  @Test
  void aSegmentThatFailsAfterTheLastByteFailsTheCommit() throws IOException {
    test.transfers.failUploads = new HoldfastException(ErrorCode.TOO_FEW_NODES, "7 of 8");
    try (ObjectUpload upload = project.upload("bucket", "key", UploadOptions.NONE)) {
      byte[] bytes = new byte[20_000];
      upload.write(bytes, 0, bytes.length);
      assertThatThrownBy(() -> upload.commit(CommitOptions.NONE))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("7 of 8");
    }
  }

  @Test
  void aDownloadWhoseLimitsExpireGoesOnWithFreshOnes() throws IOException {
    byte[] content = put(500_000);
    test.transfers.failReadOnce.set(new HoldfastException(ErrorCode.LIMIT_EXPIRED, "expired"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectDownload download = project.download("bucket", "key", DownloadOptions.ALL)) {
      download.transferTo(out);
    }
    assertThat(out.toByteArray()).isEqualTo(content);
    assertThat(test.satellite.callsTo("openObject")).isEqualTo(2);
  }

  @Test
  void segmentsSwappedWhileLimitsAreRenewedAreFoundOut() throws IOException {
    put(500_000);
    test.transfers.failReadOnce.set(new HoldfastException(ErrorCode.LIMIT_EXPIRED, "expired"));
    try (ObjectDownload download = project.download("bucket", "key", DownloadOptions.ALL)) {
      var stored = test.satellite.only("bucket");
      stored.segments.set(
          0,
          stored.segments.getFirst().toBuilder()
              .setWrappedSegmentKey(ByteString.copyFrom(new byte[48]))
              .build());
      assertThatThrownBy(() -> download.transferTo(new ByteArrayOutputStream()))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_ALTERED));
    }
  }

  @Test
  void closingADownloadStopsIt() throws Exception {
    put(500_000);
    CountDownLatch writing = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    try (ObjectDownload download = project.download("bucket", "key", DownloadOptions.ALL)) {
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  download.transferTo(new StuckSink(writing));
                } catch (IOException | RuntimeException e) {
                  end.set(e);
                }
              });
      writing.await();
      download.close();
      reader.join();
    }
    assertThat(end.get()).isInstanceOf(InterruptedIOException.class);
  }

  /** A sink whose reader has gone away without closing. */
  private static final class StuckSink extends OutputStream {
    private final CountDownLatch writing;

    StuckSink(CountDownLatch writing) {
      this.writing = writing;
    }

    @Override
    public void write(int b) throws IOException {
      throw new IOException("single bytes are not written");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writing.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  private byte[] put(int length) throws IOException {
    byte[] content = new byte[length];
    new Random(1).nextBytes(content);
    try (ObjectUpload upload = project.upload("bucket", "key", UploadOptions.NONE)) {
      upload.write(content, 0, length);
      upload.commit(CommitOptions.NONE);
    }
    return content;
  }
}
