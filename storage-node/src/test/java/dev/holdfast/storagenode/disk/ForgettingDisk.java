package dev.holdfast.storagenode.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that loses, when it crashes, a random part of what was not synced: single
 * sectors of written data, changes of a file's length, and the tail of creations, deletions and
 * renamings. What was synced always survives.
 */
public final class ForgettingDisk implements Disk {
  private static final int SECTOR = 512;

  private final RandomGenerator random;
  private Map<String, Content> names = new HashMap<>();
  private Map<String, Content> durableNames = new HashMap<>();
  private List<Map<String, Content>> unsyncedNames = new ArrayList<>();
  private int generation;
  private long capacityBytes = Long.MAX_VALUE / 2;
  private boolean syncFails;

  public ForgettingDisk(RandomGenerator random) {
    this.random = random;
  }

  /** The power fails: files opened before are dead, and what was not synced is lost in part. */
  public synchronized void crash() {
    generation++;
    int survivors = random.nextInt(unsyncedNames.size() + 1);
    names = survivors == 0 ? new HashMap<>(durableNames) : unsyncedNames.get(survivors - 1);
    durableNames = new HashMap<>(names);
    unsyncedNames = new ArrayList<>();
    names.values().stream().distinct().forEach(content -> content.crash(random));
  }

  /** From now on every sync of a file fails. */
  public synchronized void failSyncs(boolean fail) {
    syncFails = fail;
  }

  public synchronized void capacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  public synchronized long storedBytes(String suffix) {
    return names.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(suffix))
        .mapToLong(entry -> entry.getValue().size)
        .sum();
  }

  /** Overwrites every byte of the files with this suffix, as they are used. */
  public synchronized void damage(String suffix) {
    names.forEach((name, content) -> {
      if (name.endsWith(suffix)) {
        for (int i = 0; i < content.size; i++) {
          content.bytes[i] ^= (byte) 0xA5;
        }
      }
    });
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    Content content = new Content();
    names.put(name, content);
    changed();
    return new OpenFile(content, generation);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    Content content = names.get(name);
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    return new OpenFile(content, generation);
  }

  @Override
  public synchronized List<String> list() {
    return new ArrayList<>(names.keySet());
  }

  @Override
  public synchronized void delete(String name) {
    if (names.remove(name) != null) {
      changed();
    }
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    Content content = names.remove(from);
    if (content == null) {
      throw new FileNotFoundException(from);
    }
    names.put(to, content);
    changed();
  }

  @Override
  public synchronized void sync() {
    durableNames = new HashMap<>(names);
    unsyncedNames = new ArrayList<>();
  }

  @Override
  public synchronized long usableBytes() {
    return Math.max(0, capacityBytes - storedBytes(""));
  }

  private void changed() {
    unsyncedNames.add(new HashMap<>(names));
  }

  private static final class Content {
    private byte[] bytes = new byte[SECTOR];
    private byte[] durable = new byte[0];
    private int size;
    private final BitSet dirty = new BitSet();

    void crash(RandomGenerator random) {
      int newSize = random.nextBoolean() ? size : durable.length;
      byte[] after = Arrays.copyOf(durable, Math.max(newSize, SECTOR));
      Arrays.fill(after, Math.min(newSize, durable.length), after.length, (byte) 0);
      for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
        int from = sector * SECTOR;
        int to = Math.min(Math.min(from + SECTOR, newSize), size);
        if (from < to && random.nextBoolean()) {
          System.arraycopy(bytes, from, after, from, to - from);
        }
      }
      bytes = after;
      size = newSize;
      force();
    }

    void force() {
      durable = Arrays.copyOf(bytes, size);
      dirty.clear();
    }

    void write(ByteBuffer source, int position) {
      int end = position + source.remaining();
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
      }
      dirty.set(Math.min(position, size) / SECTOR, (end + SECTOR - 1) / SECTOR);
      source.get(bytes, position, end - position);
      size = Math.max(size, end);
    }

    void truncate(int newSize) {
      if (newSize < size) {
        Arrays.fill(bytes, newSize, size, (byte) 0);
        size = newSize;
      }
    }
  }

  private final class OpenFile implements DiskFile {
    private final Content content;
    private final int opened;

    OpenFile(Content content, int opened) {
      this.content = content;
      this.opened = opened;
    }

    private void check() throws IOException {
      if (opened != generation) {
        throw new IOException("the power failed");
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (ForgettingDisk.this) {
        check();
        if (position >= content.size) {
          return -1;
        }
        int length = (int) Math.min(target.remaining(), content.size - position);
        target.put(content.bytes, (int) position, length);
        return length;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (ForgettingDisk.this) {
        check();
        long grown = Math.max(0, position + source.remaining() - content.size);
        if (storedBytes("") + grown > capacityBytes) {
          throw new IOException("no space left");
        }
        content.write(source, Math.toIntExact(position));
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (ForgettingDisk.this) {
        check();
        if (syncFails) {
          throw new IOException("the disk refused to sync");
        }
        content.force();
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (ForgettingDisk.this) {
        check();
        return content.size;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (ForgettingDisk.this) {
        check();
        content.truncate((int) size);
      }
    }

    @Override
    public void close() {}
  }
}
