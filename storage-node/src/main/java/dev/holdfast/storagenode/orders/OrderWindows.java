package dev.holdfast.storagenode.orders;

import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of the order log, one for each hour in which limits were created. A file starts with a
 * version byte; what follows its first damaged record is ignored. Thread-safe.
 */
final class OrderWindows implements AutoCloseable {
  private static final int VERSION = 1;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int MAX_OPEN_FILES = 8;
  private static final long MAX_FILE_BYTES = 1L << 30;
  private static final Pattern NAME = Pattern.compile("orders-(\\d{1,12})\\.log");

  private final Disk disk;
  private final Map<Long, Open> open = new LinkedHashMap<>(16, 0.75f, true);

  OrderWindows(Disk disk) {
    this.disk = disk;
  }

  private static final class Open {
    private final DiskFile file;
    private long end;

    Open(DiskFile file, long end) {
      this.file = file;
      this.end = end;
    }
  }

  List<Long> list() throws IOException {
    List<Long> found = new ArrayList<>();
    for (String name : disk.list()) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        found.add(Long.parseLong(matcher.group(1)));
      }
    }
    return found;
  }

  synchronized void append(long window, OrderRecord record) throws IOException {
    Open target = open(window);
    ByteBuffer bytes = record.toBytes();
    int length = bytes.remaining();
    if (target.end + length > MAX_FILE_BYTES) {
      throw new IOException("the order log of window " + window + " is full");
    }
    if (target.end == 1) {
      target.file.write(ByteBuffer.wrap(new byte[] {VERSION}), 0);
    }
    target.file.write(bytes, target.end);
    target.end += length;
  }

  private Open open(long window) throws IOException {
    Open known = open.get(window);
    if (known != null) {
      return known;
    }
    if (open.size() >= MAX_OPEN_FILES) {
      Map.Entry<Long, Open> eldest = open.entrySet().iterator().next();
      eldest.getValue().file.close();
      open.remove(eldest.getKey());
    }
    boolean exists = disk.list().contains(name(window));
    Open opened =
        exists
            ? new Open(disk.open(name(window)), wholeBytes(window))
            : new Open(disk.create(name(window)), 1);
    open.put(window, opened);
    return opened;
  }

  /** Where the first damaged record starts, or the file ends; new records go there. */
  private long wholeBytes(long window) throws IOException {
    return forEachRecord(window, _ -> {});
  }

  /** All sessions of a window that were used, serials ascending. */
  synchronized List<SettledSession> read(long window) throws IOException {
    Map<SerialNumber, SignedOrderLimit> limits = new HashMap<>();
    Map<SerialNumber, OrderRecord.State> states = new TreeMap<>();
    forEachRecord(
        window,
        record -> {
          switch (record) {
            case OrderRecord.State state -> states.put(state.serial(), state);
            case OrderRecord.Limit limit -> {
              try {
                SignedOrderLimit signed = SignedOrderLimit.parse(limit.serialized());
                limits.put(signed.limit().serial(), signed);
              } catch (HoldfastException e) {
                // Written by another version: nothing can be settled with it.
              }
            }
          }
        });
    List<SettledSession> settled = new ArrayList<>();
    states.forEach((serial, state) -> {
      SignedOrderLimit limit = limits.get(serial);
      if (limit != null) {
        settled.add(
            new SettledSession(
                limit, state.depth(), state.preimage(), state.bytes(), state.usedForPut()));
      }
    });
    return settled;
  }

  /** Visits the records up to the first damaged one and returns where they end. */
  private long forEachRecord(long window, Consumer<OrderRecord> visitor) throws IOException {
    try (DiskFile file = disk.open(name(window))) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      ByteBuffer version = ByteBuffer.allocate(1);
      if (file.readFully(version, 0) < 1 || version.get(0) != VERSION) {
        return 1;
      }
      long end = 1;
      while (true) {
        buffer.clear();
        file.readFully(buffer, end);
        buffer.flip();
        OrderRecord record = OrderRecord.read(buffer);
        if (record == null) {
          return end;
        }
        long start = end;
        while (record != null) {
          end = start + buffer.position();
          visitor.accept(record);
          record = OrderRecord.read(buffer);
        }
      }
    }
  }

  synchronized void delete(long window) throws IOException {
    Open known = open.remove(window);
    if (known != null) {
      known.file.close();
    }
    disk.delete(name(window));
  }

  private static String name(long window) {
    return "orders-" + window + ".log";
  }

  @Override
  public synchronized void close() {
    for (Open file : open.values()) {
      try {
        file.file.close();
      } catch (IOException e) {
        // Its records are written already.
      }
    }
    open.clear();
  }
}
