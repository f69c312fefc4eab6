package dev.holdfast.systemtests.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a server on loopback and does to their bytes what a bad network does:
 * latency, a rate, a stall without notice, flipped bits, cut and half-open connections. Every fault
 * can be switched while connections are in use, for each direction alone. Thread-safe.
 *
 * <p>A stall cannot be told from dropped packets by either end, except that a new connection's
 * handshake succeeds.
 */
public final class TcpFaultProxy implements AutoCloseable {
  /** Which way bytes flow. */
  public enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  /** What becomes of a new connection. */
  public enum Admission {
    /** It is joined with a new connection to the server. */
    FORWARD,
    /** It is accepted and never answered; the server does not learn of it. */
    SILENT,
    /** It is reset at once. */
    RESET
  }

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final FaultSetting toServer = new FaultSetting();
  private final FaultSetting toClient = new FaultSetting();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytesToServer = new AtomicLong();
  private final AtomicLong bytesToClient = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private volatile Admission admission = Admission.FORWARD;
  private volatile boolean closed;

  /** Starts to listen on a free loopback port; the server need not run yet. */
  public TcpFaultProxy(InetSocketAddress server) {
    this.server = server;
    try {
      this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no free port for the proxy of " + server, e);
    }
    Thread.ofVirtual()
        .name("fault-proxy-" + listener.getLocalPort())
        .start(this::acceptConnections);
  }

  /** Where clients connect instead of to the server. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
  }

  public void setFault(Direction direction, LinkFault fault) {
    switch (direction) {
      case TO_SERVER -> toServer.set(fault);
      case TO_CLIENT -> toClient.set(fault);
    }
  }

  /** The same fault for both directions. */
  public void setFault(LinkFault fault) {
    toServer.set(fault);
    toClient.set(fault);
  }

  public void setAdmission(Admission newAdmission) {
    admission = newAdmission;
  }

  /** Resets every open connection on both sides; new ones are not affected. */
  public void cut() {
    links.forEach(Link::reset);
  }

  /**
   * Loses the server's side of every open connection without telling the client, and leaves new
   * connections unanswered, as when the server's machine lost power. {@link #setAdmission} brings
   * it back for new connections.
   */
  public void halfOpen() {
    admission = Admission.SILENT;
    links.forEach(Link::loseServer);
  }

  /** Ends every fault; connections that were lost stay lost. */
  public void restore() {
    admission = Admission.FORWARD;
    setFault(LinkFault.NONE);
  }

  public long bytesForwarded(Direction direction) {
    return switch (direction) {
      case TO_SERVER -> bytesToServer.get();
      case TO_CLIENT -> bytesToClient.get();
    };
  }

  public int openConnections() {
    return links.size();
  }

  public long acceptedConnections() {
    return accepted.get();
  }

  private void acceptConnections() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        accepted.incrementAndGet();
        Link link = new Link(client);
        links.add(link);
        if (closed) {
          link.reset();
        }
        Thread.ofVirtual().start(link::open);
      } catch (IOException e) {
        if (!closed) {
          throw new UncheckedIOException("the proxy of " + server + " stopped listening", e);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    toServer.close();
    toClient.close();
    cut();
  }

  /** A client's connection and, once forwarded, the one to the server that belongs to it. */
  private final class Link {
    private final Socket client;
    private @Nullable Socket upstream;
    private @Nullable LinkDirection up;
    private @Nullable LinkDirection down;
    private int openDirections = 2;
    private boolean serverLost;
    private boolean over;

    Link(Socket client) {
      this.client = client;
    }

    void open() {
      switch (admission) {
        case RESET -> reset();
        case SILENT -> loseServer();
        case FORWARD -> {
          try {
            forward();
          } catch (IOException e) {
            reset();
          }
        }
      }
    }

    private void forward() throws IOException {
      Socket socket = new Socket();
      socket.connect(server, CONNECT_TIMEOUT_MILLIS);
      client.setTcpNoDelay(true);
      socket.setTcpNoDelay(true);
      LinkDirection toServerDirection =
          new LinkDirection(
              client.getInputStream(), socket.getOutputStream(), toServer, bytesToServer);
      LinkDirection toClientDirection =
          new LinkDirection(
              socket.getInputStream(), client.getOutputStream(), toClient, bytesToClient);
      synchronized (this) {
        if (over || serverLost) {
          socket.close();
          return;
        }
        upstream = socket;
        up = toServerDirection;
        down = toClientDirection;
      }
      start(toServerDirection, socket);
      start(toClientDirection, client);
    }

    private void start(LinkDirection direction, Socket receiver) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              direction.read();
            } catch (IOException e) {
              broken();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      Thread.ofVirtual()
          .start(() -> {
            try {
              direction.write();
              directionEnded(receiver);
            } catch (IOException e) {
              broken();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }

    private synchronized void directionEnded(Socket receiver) throws IOException {
      if (over || serverLost) {
        return;
      }
      receiver.shutdownOutput();
      openDirections--;
      if (openDirections == 0) {
        reset();
      }
    }

    private synchronized void broken() {
      if (!serverLost) {
        reset();
      }
    }

    synchronized void loseServer() {
      serverLost = true;
      stopDirections();
      closeQuietly(upstream, true);
    }

    synchronized void reset() {
      over = true;
      stopDirections();
      closeQuietly(client, openDirections > 0);
      closeQuietly(upstream, openDirections > 0);
      links.remove(this);
    }

    private void stopDirections() {
      if (up != null) {
        up.close();
      }
      if (down != null) {
        down.close();
      }
    }

    private static void closeQuietly(@Nullable Socket socket, boolean abruptly) {
      if (socket == null) {
        return;
      }
      try {
        if (abruptly && !socket.isClosed()) {
          socket.setSoLinger(true, 0);
        }
        socket.close();
      } catch (IOException e) {
        // The other end was faster; the connection is gone either way.
      }
    }
  }
}
