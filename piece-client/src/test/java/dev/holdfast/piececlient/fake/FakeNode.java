package dev.holdfast.piececlient.fake;

import dev.holdfast.piececlient.NodeTarget;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.frame.FrameDecoder;
import dev.holdfast.protocol.frame.FrameEncoder;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.tls.PeerHandshakeHandler;
import dev.holdfast.protocol.tls.PeerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A storage node that keeps pieces in memory and speaks the piece protocol over TLS, checking what
 * a node checks; it can be killed, frozen, slowed down, made to lie or to refuse.
 */
public final class FakeNode implements AutoCloseable {
  private static final EventLoopGroup LOOPS =
      new NioEventLoopGroup(2, new DefaultThreadFactory("fake-node", true));

  private final SecureRandom random = new SecureRandom();
  private final PeerIdentity identity = PeerIdentity.generate(PeerRole.NODE, random);
  private final MacKey limitKey = new MacKey(1, SecretBytes.random(32, random));
  private final MacKey receiptKey = new MacKey(1, SecretBytes.random(32, random));
  private final SslContext tls;
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  final ConcurrentSkipListMap<PieceId, StoredPiece> pieces = new ConcurrentSkipListMap<>();
  final Map<SerialNumber, AtomicLong> served = new ConcurrentHashMap<>();
  final AtomicLong receipts = new AtomicLong();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger gets = new AtomicInteger();
  private final AtomicInteger puts = new AtomicInteger();
  private final AtomicInteger proofs = new AtomicInteger();
  private @Nullable Channel server;
  private int port;

  private volatile boolean frozen;
  private volatile boolean lying;
  private volatile boolean lyingWithProofsOnly;
  private volatile boolean truthfulWithProofs;
  private volatile boolean truncating;
  private volatile long answerDelayMillis;
  private volatile @Nullable ErrorCode refusal;

  public FakeNode() {
    TlsKey key = identity.issueTlsKey(InstantSource.system(), random);
    this.tls = PeerTls.server(identity, key, ClientAuth.OPTIONAL);
    start();
  }

  /** Listens, at the same port as before if it was killed. */
  public void start() {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(LOOPS)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    Channel bound = bootstrap.bind("127.0.0.1", port).syncUninterruptibly().channel();
    server = bound;
    port = ((InetSocketAddress) bound.localAddress()).getPort();
  }

  private void accept(Channel channel) {
    accepted.incrementAndGet();
    connections.add(channel);
    var _ = channel.closeFuture().addListener(_ -> connections.remove(channel));
    channel
        .pipeline()
        .addLast(
            tls.newHandler(channel.alloc()),
            PeerHandshakeHandler.identifyClient(InstantSource.system()),
            new FrameDecoder(),
            new FrameEncoder(),
            new FakeNodeHandler(this));
    if (frozen) {
      channel.config().setAutoRead(false);
    }
  }

  public NodeId id() {
    return identity.nodeId();
  }

  public NodeTarget target() {
    return new NodeTarget(id(), "127.0.0.1", port);
  }

  /** Where to find it, with another node's id. */
  public NodeTarget targetAs(NodeId other) {
    return new NodeTarget(other, "127.0.0.1", port);
  }

  MacKey limitKey() {
    return limitKey;
  }

  public MacKey receiptKey() {
    return receiptKey;
  }

  /** Closes its port and breaks its connections, as a killed process does. */
  public void kill() {
    Channel listening = server;
    server = null;
    if (listening != null) {
      listening.close().syncUninterruptibly();
    }
    for (Channel connection : connections) {
      connection.close().syncUninterruptibly();
    }
  }

  /** Reads and answers nothing any more, while the kernel still takes connections. */
  public void freeze() {
    frozen = true;
    connections.forEach(connection -> connection.config().setAutoRead(false));
  }

  public void thaw() {
    frozen = false;
    connections.forEach(connection -> connection.config().setAutoRead(true));
  }

  public boolean isFrozen() {
    return frozen;
  }

  /** Flips a bit in every share that it gives, with a proof or without. */
  public void lie() {
    lying = true;
  }

  /** Flips a bit in shares given without a proof only. */
  public void lieUnlessProofIsAsked() {
    lying = true;
    truthfulWithProofs = true;
  }

  boolean lies(boolean withProofs) {
    return lying && !(withProofs && truthfulWithProofs) && !lyingWithProofsOnly;
  }

  /** Says it is done before all bytes are sent. */
  public void truncate() {
    truncating = true;
  }

  boolean truncates() {
    return truncating;
  }

  public void refuse(ErrorCode code) {
    refusal = code;
  }

  @Nullable ErrorCode refusal() {
    return refusal;
  }

  /** Waits so long before each answer. */
  public void slowDown(long millis) {
    answerDelayMillis = millis;
  }

  long answerDelayMillis() {
    return answerDelayMillis;
  }

  void countGet(boolean withProofs) {
    gets.incrementAndGet();
    if (withProofs) {
      proofs.incrementAndGet();
    }
  }

  void countPut() {
    puts.incrementAndGet();
  }

  public int gets() {
    return gets.get();
  }

  public int getsWithProofs() {
    return proofs.get();
  }

  public int puts() {
    return puts.get();
  }

  /** Connections accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Forgets all pieces. */
  public void clear() {
    pieces.clear();
  }

  public int pieceCount() {
    return pieces.size();
  }

  public int openConnections() {
    return connections.size();
  }

  public byte @Nullable [] piece(PieceId id) {
    StoredPiece piece = pieces.get(id);
    return piece == null ? null : piece.bytes().clone();
  }

  /** Stores a piece without a put. */
  public void store(
      PieceId id, byte[] bytes, ShareLayout layout, Bytes32 segmentRoot, List<byte[]> piecePath) {
    pieces.put(id, new StoredPiece(bytes.clone(), layout, segmentRoot, List.copyOf(piecePath)));
  }

  @Override
  public void close() {
    kill();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record StoredPiece(
      byte[] bytes, ShareLayout layout, Bytes32 segmentRoot, List<byte[]> piecePath) {}
}
