package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.piecestore.LogFormat.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the regions of one log from frame to frame. Where a frame is damaged or was lost it
 * looks for the next one at every aligned place, so that damage costs the records that it hit and
 * no others.
 */
final class LogScanner {
  private static final int WINDOW_BYTES = 256 << 10;

  private final PieceLog log;
  private final long fileBytes;
  private final byte[] head = new byte[LogFormat.FRAME_BYTES + PieceHead.MAX_BYTES];

  LogScanner(PieceLog log) throws IOException {
    this.log = log;
    this.fileBytes = log.file().size();
  }

  /** Receives what a scan finds; every region lies wholly inside the file. */
  interface Visitor {
    void piece(Frame frame, PieceHead head) throws IOException;

    void events(Frame frame);

    void mark(Frame frame, StoreMark mark);
  }

  void scan(long from, Visitor visitor) throws IOException {
    long offset = from;
    while (offset + LogFormat.FRAME_BYTES <= fileBytes) {
      int read = log.file().readFully(ByteBuffer.wrap(head), offset);
      Frame frame =
          read < LogFormat.FRAME_BYTES ? null : LogFormat.parseFrame(log.name(), head, 0, offset);
      if (frame == null) {
        offset = nextFrame(offset + LogFormat.ALIGNMENT);
      } else if (frame.end() > alignedEnd()) {
        offset = nextFrame(offset + LogFormat.ALIGNMENT);
      } else {
        visit(frame, read, visitor);
        offset = frame.end();
      }
    }
  }

  private long alignedEnd() {
    return (fileBytes + LogFormat.ALIGNMENT - 1) / LogFormat.ALIGNMENT * LogFormat.ALIGNMENT;
  }

  private void visit(Frame frame, int read, Visitor visitor) throws IOException {
    switch (frame.kind()) {
      case PIECE -> {
        PieceHead found =
            PieceHead.parse(head, LogFormat.FRAME_BYTES, read - LogFormat.FRAME_BYTES);
        if (found != null
            && PieceHead.regionBytes(found.header().layout()) == frame.regionBytes()) {
          visitor.piece(frame, found);
        }
      }
      case EVENTS -> visitor.events(frame);
      case MARK -> {
        if (frame.regionBytes() == StoreMark.REGION_BYTES) {
          StoreMark mark = StoreMark.parse(readBody(log, frame.offset(), frame.regionBytes()));
          if (mark != null) {
            visitor.mark(frame, mark);
          }
        }
      }
    }
  }

  /** The batch of an events region, or null if it is damaged or was never finished. */
  static @Nullable EventBatch readEvents(PieceLog log, long offset) throws IOException {
    byte[] frameBytes = new byte[LogFormat.FRAME_BYTES];
    log.file().readFully(ByteBuffer.wrap(frameBytes), offset);
    Frame frame = LogFormat.parseFrame(log.name(), frameBytes, 0, offset);
    if (frame == null || frame.regionBytes() > EventBatch.regionBytes(EventBatch.MAX_SUBJECTS)) {
      return null;
    }
    return EventBatch.parse(readBody(log, offset, frame.regionBytes()));
  }

  private static byte[] readBody(PieceLog log, long offset, int regionBytes) throws IOException {
    byte[] body = new byte[regionBytes - LogFormat.FRAME_BYTES];
    log.file().readFully(ByteBuffer.wrap(body), offset + LogFormat.FRAME_BYTES);
    return body;
  }

  private long nextFrame(long from) throws IOException {
    byte[] window = new byte[WINDOW_BYTES];
    for (long start = from; start + LogFormat.FRAME_BYTES <= fileBytes; start += WINDOW_BYTES) {
      int read = log.file().readFully(ByteBuffer.wrap(window), start);
      for (int at = 0; at + LogFormat.FRAME_BYTES <= read; at += LogFormat.ALIGNMENT) {
        if (window[at] == 'H' && LogFormat.parseFrame(log.name(), window, at, start + at) != null) {
          return start + at;
        }
      }
    }
    return fileBytes;
  }
}
