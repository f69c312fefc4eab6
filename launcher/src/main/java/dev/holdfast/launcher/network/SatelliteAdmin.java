package dev.holdfast.launcher.network;

import com.google.protobuf.ByteString;
import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.wire.AdminApiGrpc;
import dev.holdfast.protocol.wire.CreateApiKeyRequest;
import dev.holdfast.protocol.wire.CreateInvitationRequest;
import dev.holdfast.protocol.wire.CreateProjectRequest;
import dev.holdfast.protocol.wire.DescribeNetworkRequest;
import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The operator's calls to a satellite. Thread-safe. */
final class SatelliteAdmin implements AutoCloseable {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("holdfast-admin-token", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ManagedChannel channel;
  private final AdminApiGrpc.AdminApiBlockingStub stub;

  SatelliteAdmin(PeerAddress satellite, Path tokenFile) {
    Metadata headers = new Metadata();
    try {
      headers.put(TOKEN, Files.readString(tokenFile).strip());
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot read the satellite's admin token %s: run this as the user who ran 'holdfast up'"
              .formatted(tokenFile));
    }
    this.channel = PeerTls.dialSatellite(satellite, null, null);
    this.stub =
        AdminApiGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private AdminApiGrpc.AdminApiBlockingStub call() {
    return stub.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Makes a project whose owner's commitments are for this recovery key, and an API key without
   * caveats.
   */
  ApiKey createProject(String name, byte[] recoveryPublicKey) {
    ByteString project =
        call()
            .createProject(
                CreateProjectRequest.newBuilder()
                    .setName(name)
                    .setRecoveryPublicKey(ByteString.copyFrom(recoveryPublicKey))
                    .build())
            .getProjectId();
    return ApiKey.parse(
        call()
            .createApiKey(CreateApiKeyRequest.newBuilder().setProjectId(project).build())
            .getApiKey()
            .toByteArray());
  }

  String createInvitation(String operator, Duration validFor) {
    return call()
        .createInvitation(
            CreateInvitationRequest.newBuilder()
                .setOperator(operator)
                .setValidMillis(validFor.toMillis())
                .build())
        .getToken();
  }

  DescribeNetworkResponse describeNetwork() {
    try {
      return call().describeNetwork(DescribeNetworkRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "the satellite does not answer: %s; look at 'holdfast logs satellite'"
              .formatted(e.getStatus()));
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
