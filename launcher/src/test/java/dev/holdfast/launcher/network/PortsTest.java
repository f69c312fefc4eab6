package dev.holdfast.launcher.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void skipsTakenPortsAndNamesThem() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(Ports.isFree(port)).isFalse();
      assertThat(new Ports(port).take()).isGreaterThan(port);
      assertThatThrownBy(() -> Ports.requireFree(port, "the S3 gateway", "choose another"))
          .hasMessageContaining(Integer.toString(port))
          .hasMessageContaining("choose another");
    }
  }

  @Test
  void givesNoPortTwice() {
    Ports ports = new Ports(20_000);
    assertThat(ports.take()).isLessThan(ports.take());
  }
}
