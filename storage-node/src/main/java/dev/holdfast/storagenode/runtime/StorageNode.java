package dev.holdfast.storagenode.runtime;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.storagenode.contact.SatelliteContact;
import dev.holdfast.storagenode.contact.SatelliteLink;
import dev.holdfast.storagenode.disk.FolderDisk;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.pieceservice.NodeKeyRing;
import dev.holdfast.storagenode.pieceservice.PieceServer;
import dev.holdfast.storagenode.pieceservice.RefusalCounters;
import dev.holdfast.storagenode.pieceservice.SatelliteClock;
import dev.holdfast.storagenode.piecestore.PieceStore;
import dev.holdfast.storagenode.piecestore.SpaceLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running storage node. Start several in one process if you like. Thread-safe. */
public final class StorageNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StorageNode.class);
  private static final String VERSION = "0.1.0";
  private static final long STOP_MILLIS = 20_000;

  private final PeerIdentity identity;
  private final PieceStore store;
  private final RefusalCounters refusals;
  private final PeerAddress address;
  private final CompletableFuture<Boolean> ready;
  private final @Nullable Path readyFile;
  private final Deque<AutoCloseable> parts;

  private StorageNode(
      PeerIdentity identity,
      PieceStore store,
      RefusalCounters refusals,
      PeerAddress address,
      CompletableFuture<Boolean> ready,
      @Nullable Path readyFile,
      Deque<AutoCloseable> parts) {
    this.identity = identity;
    this.store = store;
    this.refusals = refusals;
    this.address = address;
    this.ready = ready;
    this.readyFile = readyFile;
    this.parts = parts;
  }

  /**
   * Starts a node on the system's clock. It serves when this returns, and joins the satellite
   * beside that, however long the satellite takes to answer: see {@link #awaitReady}.
   *
   * @throws HoldfastException with the way out, when folder, disk or port cannot be used
   */
  public static StorageNode start(StorageNodeConfig config) {
    return start(config, InstantSource.system());
  }

  /** The same by another clock. */
  public static StorageNode start(StorageNodeConfig config, InstantSource clock) {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    boolean started = false;
    try {
      StorageNode node = assemble(config, clock, parts);
      started = true;
      return node;
    } catch (IOException e) {
      throw new HoldfastException(
          ErrorCode.STORAGE_FAILED, "The storage node cannot start: " + e.getMessage(), e);
    } finally {
      if (!started) {
        closeAll(parts);
      }
    }
  }

  private static StorageNode assemble(
      StorageNodeConfig config, InstantSource clock, Deque<AutoCloseable> parts)
      throws IOException {
    SecureRandom random = new SecureRandom();
    SatelliteId satelliteId = new SatelliteId(config.satellite().id());
    NodeFolder folder = NodeFolder.open(config.directory(), satelliteId);
    parts.push(folder);
    if (config.readyFile() != null) {
      // A killed process leaves its ready file behind, and this one is not ready yet.
      Files.deleteIfExists(config.readyFile());
    }
    PeerIdentity identity = PeerIdentity.loadOrCreate(folder.identity(), PeerRole.NODE, random);
    TlsKey tlsKey = identity.issueTlsKey(clock, random);
    PieceStore store =
        PieceStore.open(new FolderDisk(folder.pieces()), config.store(), clock, random);
    parts.push(store);
    OrderBook orders = OrderBook.open(new FolderDisk(folder.orders()), clock);
    parts.push(orders);
    StoreHousekeeping housekeeping = new StoreHousekeeping(store.maintenance());
    Thread housekeeper =
        Thread.ofPlatform().daemon().name("piece-store-housekeeping").start(housekeeping);
    parts.push(() -> stop(housekeeping::stop, housekeeper));

    NodeKeyRing keys = new NodeKeyRing();
    SatelliteClock satelliteClock = new SatelliteClock(clock);
    RefusalCounters refusals = new RefusalCounters();
    PieceServer server =
        PieceServer.start(
            config.service(),
            new InetSocketAddress(config.listenHost(), config.listenPort()),
            identity,
            tlsKey,
            satelliteId,
            keys,
            satelliteClock,
            orders,
            store,
            refusals);
    parts.push(server);
    PeerAddress address = advertised(config, identity, server.port());
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    SatelliteLink link = new SatelliteLink(config.satellite(), identity, tlsKey);
    SatelliteContact contact =
        SatelliteContact.create(
            link,
            address.hostAndPort(),
            VERSION,
            () -> invitation(config, folder),
            new FolderDisk(folder.state()),
            store,
            orders,
            keys,
            satelliteClock,
            clock,
            new Readiness(config.readyFile(), folder, address, ready));
    Thread contactThread = Thread.ofVirtual().name("satellite-contact").start(contact);
    parts.push(() -> {
      contact.stop();
      link.close();
      contactThread.join(STOP_MILLIS);
    });
    LOG.atInfo().addKeyValue("address", address).log("the piece service listens");
    return new StorageNode(identity, store, refusals, address, ready, config.readyFile(), parts);
  }

  private static void stop(Runnable stop, Thread thread) throws InterruptedException {
    stop.run();
    thread.join(STOP_MILLIS);
  }

  private static PeerAddress advertised(StorageNodeConfig config, PeerIdentity identity, int port) {
    String advertise = config.advertise();
    if (advertise == null) {
      return new PeerAddress(identity.id(), config.listenHost(), port);
    }
    String withPort =
        advertise.endsWith(":0")
            ? advertise.substring(0, advertise.length() - 1) + port
            : advertise;
    return PeerAddress.parse(identity.id() + "@" + withPort);
  }

  private static @Nullable String invitation(StorageNodeConfig config, NodeFolder folder) {
    Path file = config.invitationFile();
    if (file == null || folder.hasJoined()) {
      return null;
    }
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new HoldfastException(
          ErrorCode.INVITATION_INVALID,
          "The invitation file " + file + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private record Readiness(
      @Nullable Path readyFile,
      NodeFolder folder,
      PeerAddress address,
      CompletableFuture<Boolean> ready)
      implements SatelliteContact.Listener {
    @Override
    public void checkedIn() {
      if (ready.isDone()) {
        return;
      }
      try {
        folder.noteJoined();
        if (readyFile != null) {
          String json =
              "{\"pid\":%d,\"id\":\"%s\",\"address\":\"%s\"}\n"
                  .formatted(ProcessHandle.current().pid(), address.id(), address.hostAndPort());
          NodeFolder.writeAtomically(readyFile, json);
        }
        ready.complete(true);
      } catch (IOException e) {
        LOG.atError().setCause(e).log("the node's folder or its ready file cannot be written");
      }
    }

    @Override
    public void refusedToJoin(HoldfastException refusal) {
      ready.completeExceptionally(refusal);
    }
  }

  /**
   * Waits for the first check-in.
   *
   * @throws HoldfastException {@code invitation-invalid} when the satellite does not let this node
   *     join, {@code timed-out}
   */
  public void awaitReady(Duration patience) throws InterruptedException {
    try {
      ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HoldfastException(
          ErrorCode.TIMED_OUT,
          "No check-in succeeded within " + patience + "; does the satellite run?",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HoldfastException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("the first check-in failed", e);
    }
  }

  /** Completes with the first check-in; fails if the satellite does not let this node join. */
  public CompletableFuture<Boolean> ready() {
    return ready.copy();
  }

  public NodeId id() {
    return identity.nodeId();
  }

  /** Id and address as others reach it. */
  public PeerAddress address() {
    return address;
  }

  /** Where this node's bytes are. */
  public SpaceLedger space() {
    return store.space();
  }

  /** What the piece service refused. */
  public RefusalCounters refusals() {
    return refusals;
  }

  /** Stops serving, writes a checkpoint and frees the folder. */
  @Override
  public void close() {
    if (readyFile != null) {
      try {
        Files.deleteIfExists(readyFile);
      } catch (IOException e) {
        LOG.atWarn().setCause(e).log("the ready file cannot be deleted");
      }
    }
    closeAll(parts);
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("a part of the node did not stop cleanly");
      }
    }
  }
}
