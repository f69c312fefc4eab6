package dev.holdfast.storagenode.orders;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.storagenode.disk.Disk;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that order limits grant: bytes are served while all bytes asked for under a serial
 * are within its ceiling and paid by its deepest preimage. Survives the process; after a power
 * failure the last moments may be forgotten, which costs the node's pay at most. Thread-safe.
 */
public final class OrderBook implements AutoCloseable {
  /** The most sessions that are remembered at once. */
  public static final int MAX_SESSIONS = 100_000;

  private final InstantSource clock;
  private final OrderWindows windows;
  private final Map<SerialNumber, Session> sessions = new HashMap<>();
  private long failedAppends;

  private OrderBook(InstantSource clock, OrderWindows windows) {
    this.clock = clock;
    this.windows = windows;
  }

  private static final class Session {
    private final Instant expires;
    private int depth;
    private Bytes32 preimage;
    private long bytes;
    private boolean usedForPut;
    private @Nullable SignedOrderLimit unwrittenLimit;

    Session(OrderLimit limit) {
      this.expires = limit.expires();
      this.preimage = limit.chainAnchor();
    }
  }

  /**
   * Opens the book and reads back the sessions that may still be used.
   *
   * @throws HoldfastException {@code storage-failed}
   */
  public static OrderBook open(Disk disk, InstantSource clock) {
    OrderBook book = new OrderBook(clock, new OrderWindows(disk));
    try {
      for (long window : book.windows.list()) {
        for (SettledSession settled : book.windows.read(window)) {
          book.restore(settled);
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
    return book;
  }

  private void restore(SettledSession settled) {
    OrderLimit limit = settled.limit().limit();
    if (limit.expires().isBefore(clock.instant()) || sessions.size() >= MAX_SESSIONS) {
      return;
    }
    Session session = new Session(limit);
    session.depth = settled.depth();
    session.preimage = settled.preimage();
    session.bytes = settled.bytes();
    session.usedForPut = settled.usedForPut();
    sessions.put(limit.serial(), session);
  }

  /**
   * Begins the only put of a limit.
   *
   * @throws HoldfastException {@code limit-already-used}, {@code busy}, {@code storage-failed}
   */
  public synchronized void beginPut(SignedOrderLimit signed) {
    Session session = session(signed);
    if (session.usedForPut) {
      throw new HoldfastException(
          ErrorCode.LIMIT_ALREADY_USED,
          "The order limit "
              + signed.limit().serial()
              + " was used for a put before; a failed put needs a new limit.");
    }
    session.usedForPut = true;
    try {
      append(signed.limit().serial(), session);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Takes a preimage in; a shallower one than is known changes nothing.
   *
   * @throws HoldfastException {@code order-invalid}
   */
  public synchronized void pay(SignedOrderLimit signed, int depth, Bytes32 preimage) {
    Session session = session(signed);
    if (depth <= session.depth) {
      return;
    }
    boolean valid =
        OrderChain.verifyFrom(
            signed.limit(),
            session.depth,
            session.preimage.toByteArray(),
            depth,
            preimage.toByteArray());
    if (!valid) {
      throw new HoldfastException(
          ErrorCode.ORDER_INVALID,
          "The preimage at depth "
              + depth
              + " does not lead to the chain of order limit "
              + signed.limit().serial()
              + ".");
    }
    session.depth = depth;
    session.preimage = preimage;
  }

  /**
   * Charges bytes to a session before they are taken or served.
   *
   * @param record whether to write the session down now; a put does so once, at its end
   * @throws HoldfastException {@code limit-ceiling-exceeded}, {@code order-too-shallow}; nothing is
   *     charged then
   */
  public synchronized void charge(SignedOrderLimit signed, long bytes, boolean record) {
    OrderLimit limit = signed.limit();
    Session session = session(signed);
    long asked = session.bytes + bytes;
    if (asked > limit.ceilingBytes()) {
      throw new HoldfastException(
          ErrorCode.LIMIT_CEILING_EXCEEDED,
          "The order limit "
              + limit.serial()
              + " allows "
              + limit.ceilingBytes()
              + " bytes; with this request "
              + asked
              + " would be used. Ask the satellite for a new limit.");
    }
    long paid = (long) session.depth * limit.chainUnitBytes();
    if (asked > paid) {
      throw new HoldfastException(
          ErrorCode.ORDER_TOO_SHALLOW,
          "The deepest preimage pays for "
              + paid
              + " bytes, "
              + asked
              + " are asked for under order limit "
              + limit.serial()
              + "; send a deeper one.");
    }
    session.bytes = asked;
    if (record) {
      appendIfPossible(limit.serial(), session);
    }
  }

  /** Writes down what a put has used. */
  public synchronized void endPut(SignedOrderLimit signed) {
    Session session = sessions.get(signed.limit().serial());
    if (session != null) {
      appendIfPossible(signed.limit().serial(), session);
    }
  }

  /** Windows that are over: every limit in them has expired. Oldest first. */
  public List<Long> closedWindows() {
    try {
      Instant now = clock.instant();
      return windows.list().stream()
          .filter(window -> window < SerialNumber.windowOf(now))
          .filter(window -> isOver(window, now))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private synchronized boolean isOver(long window, Instant now) {
    return sessions.entrySet().stream()
        .noneMatch(
            entry -> entry.getKey().window() == window && entry.getValue().expires.isAfter(now));
  }

  /** All sessions of a window, serials ascending. */
  public List<SettledSession> read(long window) {
    try {
      return windows.read(window);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Forgets a window that was settled or will never be. */
  public void drop(long window) {
    synchronized (this) {
      sessions.keySet().removeIf(serial -> serial.window() == window);
    }
    try {
      windows.delete(window);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Session session(SignedOrderLimit signed) {
    OrderLimit limit = signed.limit();
    @Nullable Session known = sessions.get(limit.serial());
    if (known != null) {
      return known;
    }
    if (sessions.size() >= MAX_SESSIONS) {
      Instant now = clock.instant();
      sessions.values().removeIf(session -> session.expires.isBefore(now));
    }
    if (sessions.size() >= MAX_SESSIONS) {
      throw new HoldfastException(
          ErrorCode.BUSY,
          "This node keeps " + MAX_SESSIONS + " order limits in use already; try later.");
    }
    Session session = new Session(limit);
    session.unwrittenLimit = signed;
    sessions.put(limit.serial(), session);
    return session;
  }

  private void append(SerialNumber serial, Session session) throws IOException {
    SignedOrderLimit limit = session.unwrittenLimit;
    if (limit != null) {
      windows.append(serial.window(), new OrderRecord.Limit(limit.serialized()));
      session.unwrittenLimit = null;
    }
    windows.append(
        serial.window(),
        new OrderRecord.State(
            serial, session.depth, session.preimage, session.bytes, session.usedForPut));
  }

  /**
   * A disk that takes nothing more must not end reads: the session then lives in memory only, which
   * costs the node's pay at most.
   */
  private void appendIfPossible(SerialNumber serial, Session session) {
    try {
      append(serial, session);
    } catch (IOException e) {
      failedAppends++;
    }
  }

  /** How often the disk did not take a record since the start. */
  public synchronized long failedAppends() {
    return failedAppends;
  }

  private static HoldfastException failed(IOException cause) {
    return new HoldfastException(
        ErrorCode.STORAGE_FAILED, "The node's order log failed: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    windows.close();
  }
}
