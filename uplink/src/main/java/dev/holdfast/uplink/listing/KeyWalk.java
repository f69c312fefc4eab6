package dev.holdfast.uplink.listing;

import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.listing.DirectoryReader.Wanted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the keys with a prefix in byte order, from a bound on. Confined to one thread at a
 * time.
 *
 * <p>Hands out directories too; what is in one comes only after {@link #enter}.
 */
final class KeyWalk {
  private static final long TOP_WINDOW_BYTES = 8L * 1024 * 1024;
  private static final int MAX_HALVINGS = 6;

  /** A directory that is being gone over, with those of its children that fit into memory. */
  private static final class Frame {
    final Directory directory;
    final byte[] plainPath;
    List<Child> children = List.of();
    long bytes;
    int at;
    boolean truncated;

    Frame(Directory directory, byte[] plainPath) {
      this.directory = directory;
      this.plainPath = plainPath;
    }
  }

  private final DirectoryReader reader;
  private final byte[] prefix;
  private final long topWindowBytes;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private byte[] from;
  private long childrenRead;

  /**
   * @param base deepest directory that holds all keys with the prefix
   * @param basePath plain path of the base
   * @param levelWise whether to read the base's children only, since its directories will not be
   *     gone into
   */
  KeyWalk(
      DirectoryReader reader,
      Directory base,
      byte[] basePath,
      byte[] prefix,
      byte[] from,
      boolean levelWise) {
    this(reader, base, basePath, prefix, from, levelWise, TOP_WINDOW_BYTES);
  }

  KeyWalk(
      DirectoryReader reader,
      Directory base,
      byte[] basePath,
      byte[] prefix,
      byte[] from,
      boolean levelWise,
      long topWindowBytes) {
    this.reader = reader;
    this.prefix = prefix;
    this.from = KeyBytes.max(from, prefix);
    this.topWindowBytes = topWindowBytes;
    push(base, basePath, levelWise);
  }

  /** The next child in order, null at the end. */
  @Nullable Child next() {
    while (!frames.isEmpty()) {
      Frame frame = frames.getLast();
      while (frame.at < frame.children.size()) {
        Child child = frame.children.get(frame.at++);
        if (child.reaches(from)) {
          return child;
        }
      }
      if (!frame.truncated) {
        frames.removeLast();
        continue;
      }
      if (!frame.children.isEmpty()) {
        from = KeyBytes.max(from, frame.children.getLast().bound());
      }
      readLevel(frame);
    }
    return null;
  }

  /** Goes into a directory that {@link #next} has just given. */
  void enter(Child.Below below) {
    push(below.parent().child(below.name()), below.key(), false);
  }

  /** Passes over all keys below a bound. */
  void skipTo(byte[] bound) {
    from = KeyBytes.max(from, bound);
  }

  /** Children that were read so far: what repeating the walk would cost. */
  long childrenRead() {
    return childrenRead;
  }

  /** Memory that the walk holds, roughly. */
  long weightBytes() {
    return frames.stream().mapToLong(frame -> frame.bytes).sum();
  }

  private void push(Directory directory, byte[] plainPath, boolean levelWise) {
    Frame frame = new Frame(directory, plainPath);
    frames.add(frame);
    if (!levelWise) {
      Window all = new Window(windowBytes());
      if (reader.readBelow(directory, plainPath, new Wanted(prefix, from), all)) {
        fill(frame, all);
        return;
      }
    }
    readLevel(frame);
  }

  private void readLevel(Frame frame) {
    Window window = new Window(windowBytes());
    childrenRead +=
        reader.readChildren(frame.directory, frame.plainPath, new Wanted(prefix, from), window);
    fill(frame, window);
  }

  private void fill(Frame frame, Window window) {
    frame.children = window.ascending();
    frame.bytes = window.bytes();
    frame.truncated = window.truncated();
    frame.at = 0;
    childrenRead += frame.children.size();
  }

  /**
   * Deeper directories get less, so that all frames together stay within about three times the
   * top's.
   */
  private long windowBytes() {
    return topWindowBytes >> Math.min(frames.size() - 1, MAX_HALVINGS);
  }
}
