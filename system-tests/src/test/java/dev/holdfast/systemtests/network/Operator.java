package dev.holdfast.systemtests.network;

import com.google.protobuf.ByteString;
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
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The satellite's operator: makes projects and invitations, looks at the nodes. */
public final class Operator implements AutoCloseable {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("holdfast-admin-token", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final AdminApiGrpc.AdminApiBlockingStub stub;

  Operator(PeerAddress satellite, Path tokenFile) throws IOException {
    Metadata headers = new Metadata();
    headers.put(TOKEN, Files.readString(tokenFile).strip());
    channel = PeerTls.dialSatellite(satellite, null, null);
    stub =
        AdminApiGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private AdminApiGrpc.AdminApiBlockingStub call() {
    return stub.withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  /** A new project's API key, without caveats. */
  public ApiKey createProject(String name, byte[] recoveryPublicKey) {
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

  public String createInvitation(String operator) {
    return call()
        .createInvitation(
            CreateInvitationRequest.newBuilder()
                .setOperator(operator)
                .setValidMillis(TimeUnit.HOURS.toMillis(1))
                .build())
        .getToken();
  }

  public DescribeNetworkResponse describeNetwork() {
    return call().describeNetwork(DescribeNetworkRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
