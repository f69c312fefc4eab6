package dev.holdfast.uplink.fakes;

import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.keyslots.MasterKey;
import dev.holdfast.uplink.metadataclient.RetryPolicy;
import dev.holdfast.uplink.project.SharedUplink;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** A project over the fakes: real gRPC on loopback, no nodes. */
public final class TestProject implements AutoCloseable {
  public final FakeSatellite satellite = new FakeSatellite();
  public final MemoryTransfers transfers = new MemoryTransfers();
  public final AccessGrant grant;
  private final Server server;
  private final Uplink uplink;
  private final Project project;

  public TestProject() {
    SecureRandom random = new SecureRandom();
    try {
      this.server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(satellite)
              .maxInboundMessageSize(16 * 1024 * 1024)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PeerAddress address = new PeerAddress(Bytes32.of(new byte[32]), "127.0.0.1", server.getPort());
    ApiKey key = ApiKey.issue(SecretBytes.random(32, random), 1, new UUID(1, 2), random);
    this.grant = AccessGrant.create(address, key, MasterKey.generate(random));
    this.uplink =
        new SharedUplink(
            UplinkConfig.DEFAULT,
            transfers,
            peer -> NettyChannelBuilder.forAddress(peer.host(), peer.port()).usePlaintext().build(),
            new RetryPolicy(
                Duration.ofSeconds(10), Duration.ofSeconds(10), pause -> {}, new SecureRandom()),
            random,
            InstantSource.system());
    this.project = uplink.openProject(grant);
  }

  public Project project() {
    return project;
  }

  /** The same satellite through another grant. */
  public Project open(AccessGrant other) {
    return uplink.openProject(other);
  }

  @Override
  public void close() {
    uplink.close();
    server.shutdownNow();
  }
}
