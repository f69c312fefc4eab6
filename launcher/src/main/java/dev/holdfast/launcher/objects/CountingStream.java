package dev.holdfast.launcher.objects;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Tells the progress how much went through. */
final class CountingStream extends FilterOutputStream {
  private final Progress progress;

  CountingStream(OutputStream out, Progress progress) {
    super(out);
    this.progress = progress;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    progress.moved(length);
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
    progress.moved(1);
  }
}
