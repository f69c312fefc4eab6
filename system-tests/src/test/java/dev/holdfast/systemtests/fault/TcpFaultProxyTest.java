package dev.holdfast.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.systemtests.fault.TcpFaultProxy.Admission;
import dev.holdfast.systemtests.fault.TcpFaultProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpFaultProxyTest {
  private EchoServer server;
  private TcpFaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new EchoServer();
    proxy = new TcpFaultProxy(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(proxy.address(), 2_000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] roundTrip(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return socket.getInputStream().readNBytes(bytes.length);
  }

  @Test
  void passesBytesUnchangedAndCountsThem() throws IOException {
    byte[] bytes = random(3_000_000);
    try (Socket socket = connect()) {
      Thread writer = Thread.ofVirtual().start(() -> write(socket, bytes));
      byte[] back = socket.getInputStream().readNBytes(bytes.length);
      assertThat(back).isEqualTo(bytes);
      assertThat(writer.isAlive()).isFalse();
    }
    assertThat(proxy.bytesForwarded(Direction.TO_SERVER)).isEqualTo(bytes.length);
    assertThat(proxy.bytesForwarded(Direction.TO_CLIENT)).isEqualTo(bytes.length);
    await().untilAsserted(() -> assertThat(proxy.openConnections()).isZero());
  }

  @Test
  void passesAnEndedSideOn() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(1);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).containsExactly(1);
    }
  }

  @Test
  void latencyDelaysEachDirectionAlone() throws IOException {
    try (Socket socket = connect()) {
      roundTrip(socket, random(10));
      proxy.setFault(Direction.TO_CLIENT, LinkFault.latency(Duration.ofMillis(300)));
      long start = System.nanoTime();
      roundTrip(socket, random(10));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(300), Duration.ofMillis(2_000));
    }
  }

  @Test
  void rateHoldsBytesBack() throws IOException {
    proxy.setFault(Direction.TO_SERVER, LinkFault.rate(200_000));
    try (Socket socket = connect()) {
      byte[] bytes = random(100_000);
      long start = System.nanoTime();
      assertThat(roundTrip(socket, bytes)).isEqualTo(bytes);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(450));
    }
  }

  @Test
  void aStallIsSilentAndWhatWasSentPassesAfterIt() throws IOException {
    try (Socket socket = connect()) {
      roundTrip(socket, random(10));
      proxy.setFault(LinkFault.STALLED);
      socket.setSoTimeout(300);
      socket.getOutputStream().write(7);
      InputStream in = socket.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      try (Socket late = connect()) {
        late.setSoTimeout(300);
        late.getOutputStream().write(8);
        InputStream lateIn = late.getInputStream();
        assertThatThrownBy(lateIn::read).isInstanceOf(SocketTimeoutException.class);
        proxy.restore();
        socket.setSoTimeout(5_000);
        assertThat(in.read()).isEqualTo(7);
        assertThat(lateIn.read()).isEqualTo(8);
      }
    }
  }

  @Test
  void corruptionFlipsOneBitPerDistance() throws IOException {
    proxy.setFault(Direction.TO_CLIENT, LinkFault.corruptEvery(1_000));
    byte[] bytes = random(10_500);
    try (Socket socket = connect()) {
      byte[] back = roundTrip(socket, bytes);
      int different = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (back[i] != bytes[i]) {
          different++;
          assertThat(Integer.bitCount((back[i] ^ bytes[i]) & 0xff)).isEqualTo(1);
          assertThat(i % 1_000).isEqualTo(999);
        }
      }
      assertThat(different).isEqualTo(10);
    }
  }

  @Test
  void cutResetsOpenConnectionsAndLetsNewOnesThrough() throws IOException {
    try (Socket socket = connect()) {
      roundTrip(socket, random(10));
      proxy.cut();
      InputStream in = socket.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
    }
    try (Socket socket = connect()) {
      assertThat(roundTrip(socket, random(10))).isEqualTo(random(10));
    }
    await().untilAsserted(() -> assertThat(server.open()).isLessThanOrEqualTo(1));
  }

  @Test
  void halfOpenLosesTheServerAndTellsNobody() throws IOException {
    try (Socket socket = connect()) {
      roundTrip(socket, random(10));
      proxy.halfOpen();
      await().untilAsserted(() -> assertThat(server.open()).isZero());
      socket.setSoTimeout(300);
      socket.getOutputStream().write(1);
      InputStream in = socket.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    }
    proxy.setAdmission(Admission.FORWARD);
    try (Socket socket = connect()) {
      assertThat(roundTrip(socket, random(10))).isEqualTo(random(10));
    }
  }

  @Test
  void refusesWhatItIsToldToRefuse() {
    proxy.setAdmission(Admission.RESET);
    // The reset may arrive while the client still connects.
    assertThatThrownBy(
            () -> {
              try (Socket socket = connect()) {
                socket.getInputStream().read();
              }
            })
        .isInstanceOf(SocketException.class);
  }

  @Test
  void aServerThatIsGoneResetsTheClient() throws IOException {
    server.close();
    assertThatThrownBy(
            () -> {
              try (Socket socket = connect()) {
                socket.getInputStream().read();
              }
            })
        .isInstanceOf(SocketException.class);
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends back what it gets. */
  private static final class EchoServer {
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    EchoServer() throws IOException {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    int open() {
      return open.size();
    }

    private void accept() {
      while (!listener.isClosed()) {
        try {
          Socket socket = listener.accept();
          open.add(socket);
          Thread.ofVirtual().start(() -> echo(socket));
        } catch (IOException e) {
          return;
        }
      }
    }

    private void echo(Socket socket) {
      try (socket) {
        byte[] buffer = new byte[8_192];
        int count;
        while ((count = socket.getInputStream().read(buffer)) >= 0) {
          socket.getOutputStream().write(Arrays.copyOf(buffer, count));
        }
      } catch (IOException e) {
        // A test cut the connection.
      } finally {
        open.remove(socket);
      }
    }

    void close() throws IOException {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    }
  }
}
