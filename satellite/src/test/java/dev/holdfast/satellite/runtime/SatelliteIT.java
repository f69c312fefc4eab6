package dev.holdfast.satellite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.wire.AdminApiGrpc;
import dev.holdfast.protocol.wire.BeginSegmentRequest;
import dev.holdfast.protocol.wire.BlockLayout;
import dev.holdfast.protocol.wire.CommitObjectRequest;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.CreateApiKeyRequest;
import dev.holdfast.protocol.wire.CreateBucketRequest;
import dev.holdfast.protocol.wire.CreateProjectRequest;
import dev.holdfast.protocol.wire.DescribeNetworkRequest;
import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import dev.holdfast.protocol.wire.ObjectApiGrpc;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.PlainRange;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole satellite over TLS, as launcher and uplinks meet it; no node joins. */
class SatelliteIT {
  private static final ByteString KEY = ByteString.copyFromUtf8("\0\1a");
  private static final ByteString ID = ByteString.copyFromUtf8("0123456789abcdef");

  @Test
  void servesOperatorAndUplinksAndKeepsWhatItCommitted(@TempDir Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    Path ready = folder.resolve("ready.json");
    SatelliteConfig config =
        SatelliteConfig.of(folder.resolve("satellite")).withReadyFile(Optional.of(ready));
    ByteString apiKey;
    try (Satellite satellite = Satellite.start(config)) {
      assertThat(Files.readString(ready))
          .contains("\"id\":\"" + satellite.id() + "\"")
          .contains("\"address\":\"" + satellite.address() + "\"")
          .contains("\"databaseKind\":\"embedded\"")
          .contains("\"databasePid\":" + satellite.databasePid());
      ManagedChannel channel = PeerTls.dialSatellite(satellite.peerAddress(), null, null);
      try {
        apiKey = createKey(channel, satellite);
        ObjectApiGrpc.ObjectApiBlockingStub objects = objects(channel, apiKey);
        var _ = objects.createBucket(CreateBucketRequest.newBuilder().setName("backup").build());
        ProcessHandle.of(satellite.databasePid()).orElseThrow().destroyForcibly();
        var _ = objects.commitObject(inlineObject());
        assertThatThrownBy(() -> beginSegment(objects))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(GrpcErrors.fromGrpc(e).code()).isEqualTo(ErrorCode.TOO_FEW_NODES));
      } finally {
        channel.shutdownNow();
      }
    }
    assertThat(ready).doesNotExist();
    try (Satellite satellite = Satellite.start(config)) {
      ManagedChannel channel = PeerTls.dialSatellite(satellite.peerAddress(), null, null);
      try {
        assertThat(
                objects(channel, apiKey)
                    .openObject(
                        OpenObjectRequest.newBuilder()
                            .setBucket("backup")
                            .setEncryptedKey(KEY)
                            .setRange(PlainRange.newBuilder().setLength(-1))
                            .build())
                    .getSegments(0)
                    .getInlineCiphertext())
            .isEqualTo(ByteString.copyFrom(new byte[26]));
        DescribeNetworkResponse network =
            admin(channel, satellite).describeNetwork(DescribeNetworkRequest.getDefaultInstance());
        assertThat(network.getObjectCount()).isEqualTo(1);
        assertThat(network.getSatelliteOnlyBytes()).isEqualTo(26);
        assertThat(network.getScheme()).isEqualTo("2/3/4/5");
        assertThat(network.getDatabasePid()).isEqualTo(satellite.databasePid());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static ByteString createKey(ManagedChannel channel, Satellite satellite)
      throws Exception {
    AdminApiGrpc.AdminApiBlockingStub admin = admin(channel, satellite);
    ByteString project =
        admin
            .createProject(
                CreateProjectRequest.newBuilder()
                    .setName("home")
                    .setRecoveryPublicKey(ByteString.copyFrom(new byte[32]))
                    .build())
            .getProjectId();
    return admin
        .createApiKey(CreateApiKeyRequest.newBuilder().setProjectId(project).build())
        .getApiKey();
  }

  private static AdminApiGrpc.AdminApiBlockingStub admin(
      ManagedChannel channel, Satellite satellite) throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("holdfast-admin-token", Metadata.ASCII_STRING_MARSHALLER),
        Files.readString(satellite.adminTokenFile()).strip());
    return AdminApiGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static ObjectApiGrpc.ObjectApiBlockingStub objects(
      ManagedChannel channel, ByteString apiKey) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("holdfast-api-key-bin", Metadata.BINARY_BYTE_MARSHALLER),
        apiKey.toByteArray());
    return ObjectApiGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static CommitObjectRequest inlineObject() {
    return CommitObjectRequest.newBuilder()
        .setBucket("backup")
        .setAttemptId(ID)
        .setObject(ObjectRow.newBuilder().setEncryptedKey(KEY).setObjectId(ID))
        .addSegments(
            CommittedSegment.newBuilder()
                .setPart(1)
                .setCipherId(1)
                .setKeyEpoch(1)
                .setWrappedSegmentKey(ByteString.copyFromUtf8("wrapped"))
                .setLayout(
                    BlockLayout.newBuilder()
                        .setPlainBytes(10)
                        .setBlockBytes(65_536)
                        .setBlocksPerStripe(1))
                .setInlineCiphertext(ByteString.copyFrom(new byte[26])))
        .setSegmentCount(1)
        .build();
  }

  private static void beginSegment(ObjectApiGrpc.ObjectApiBlockingStub objects) {
    var _ =
        objects.beginSegment(
            BeginSegmentRequest.newBuilder()
                .setBucket("backup")
                .setEncryptedKey(KEY)
                .setObjectId(ID)
                .setAttemptId(ID)
                .setPart(1)
                .setMaxPlainBytes(1000)
                .build());
  }
}
