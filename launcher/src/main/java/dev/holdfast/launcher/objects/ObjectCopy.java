package dev.holdfast.launcher.objects;

import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.launcher.objects.Location.Local;
import dev.holdfast.launcher.objects.Location.Remote;
import dev.holdfast.launcher.objects.Location.Standard;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** Copies one object or a tree of them. A local file is written whole or not at all. */
final class ObjectCopy {
  private static final int BUFFER_BYTES = 1 << 18;

  /** Objects moved at once in a recursive copy; bounds memory and open files. */
  private static final int PARALLEL = 8;

  private final Project project;
  private final Progress progress;

  ObjectCopy(Project project, Progress progress) {
    this.project = project;
    this.progress = progress;
  }

  void run(Location from, Location to, boolean recursive) throws IOException {
    if (recursive) {
      runTree(from, to);
      return;
    }
    switch (from) {
      case Local local when Files.isDirectory(local.path()) ->
          throw new CommandFailure(
              CommandFailure.USAGE, "%s is a folder: copy it with -r".formatted(local.path()));
      case Local local ->
          upload(local.path(), target(requireRemote(to), local.path().getFileName().toString()));
      case Standard standard -> upload(System.in, requireKey(requireRemote(to)));
      case Remote remote -> {
        switch (to) {
          case Remote target -> copy(requireKey(remote), target(target, lastName(remote)));
          case Local local ->
              download(
                  requireKey(remote),
                  Files.isDirectory(local.path())
                      ? local.path().resolve(safeName(lastName(remote)))
                      : local.path());
          case Standard standard -> download(requireKey(remote), System.out);
        }
      }
    }
  }

  private static Remote requireRemote(Location location) {
    if (location instanceof Remote remote) {
      return remote;
    }
    throw new CommandFailure(
        CommandFailure.USAGE, "one of SOURCE and DESTINATION must be hf://bucket/key");
  }

  private static Remote requireKey(Remote remote) {
    if (remote.isDirectory()) {
      throw new CommandFailure(
          CommandFailure.USAGE,
          "%s names no object: add its key, or copy with -r".formatted(remote));
    }
    return remote;
  }

  private static Remote target(Remote to, String name) {
    return to.isDirectory() ? to.resolve(name) : to;
  }

  private static String lastName(Remote remote) {
    return remote.key().substring(remote.key().lastIndexOf('/') + 1);
  }

  private static String safeName(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "the key component '%s' cannot be a file name here: copy that object by its own name"
              .formatted(name));
    }
    return name;
  }

  private void runTree(Location from, Location to) throws IOException {
    try (Batch batch = new Batch()) {
      switch (from) {
        case Local local -> uploadTree(local.path(), requireRemote(to), batch);
        case Remote remote -> {
          Remote base =
              remote.isDirectory() ? remote : new Remote(remote.bucket(), remote.key() + "/");
          Listing.forEach(
              project,
              base,
              true,
              entry -> {
                String relative = entry.name().substring(base.key().length());
                Remote source = new Remote(base.bucket(), entry.name());
                if (entry instanceof ListEntry.ObjectEntry object) {
                  progress.expect(object.sizeBytes());
                }
                switch (to) {
                  case Remote target -> {
                    Remote directory =
                        target.isDirectory()
                            ? target
                            : new Remote(target.bucket(), target.key() + "/");
                    batch.submit(() -> copy(source, directory.resolve(relative)));
                  }
                  case Local local -> {
                    Path file = local.path();
                    for (String component : relative.split("/", -1)) {
                      file = file.resolve(safeName(component));
                    }
                    Path target = file;
                    batch.submit(() -> download(source, target));
                  }
                  case Standard standard ->
                      throw new CommandFailure(
                          CommandFailure.USAGE, "a tree cannot be written to standard output");
                }
              });
        }
        case Standard standard ->
            throw new CommandFailure(
                CommandFailure.USAGE, "a tree cannot be read from standard input");
      }
      batch.await();
    }
  }

  private void uploadTree(Path root, Remote to, Batch batch) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new CommandFailure(
          CommandFailure.NOT_FOUND, "%s is not a folder that can be read".formatted(root));
    }
    Remote base = to.isDirectory() ? to : new Remote(to.bucket(), to.key() + "/");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        progress.expect(Files.size(file));
        String relative =
            root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
        batch.submit(() -> upload(file, base.resolve(relative)));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void upload(Path file, Remote to) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      upload(in, to);
    }
  }

  private void upload(InputStream in, Remote to) throws IOException {
    try (ObjectUpload upload = project.upload(to.bucket(), to.key(), UploadOptions.NONE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        upload.write(buffer, 0, read);
        progress.moved(read);
      }
      upload.commit(CommitOptions.NONE);
    }
    progress.objectDone();
  }

  private void download(Remote from, Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    Files.createDirectories(folder);
    Path partial = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(partial, StandardOpenOption.CREATE_NEW), BUFFER_BYTES)) {
        download(from, out);
      }
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void download(Remote from, OutputStream out) throws IOException {
    try (ObjectDownload download =
        project.download(from.bucket(), from.key(), DownloadOptions.ALL)) {
      download.transferTo(new CountingStream(out, progress));
      out.flush();
    }
    progress.objectDone();
  }

  private void copy(Remote from, Remote to) {
    long size =
        project
            .copy(
                from.bucket(),
                from.key(),
                to.bucket(),
                to.key(),
                new CopyOptions(0, Optional.empty(), Optional.empty(), Conditions.NONE))
            .sizeBytes();
    progress.moved(size);
    progress.objectDone();
  }

  /** A bounded number of transfers at once; the first failure ends the command. */
  private static final class Batch implements AutoCloseable {
    /** One transfer. */
    private interface Transfer {
      void run() throws IOException;
    }

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore slots = new Semaphore(PARALLEL);
    private final List<Future<?>> running = new ArrayList<>();

    void submit(Transfer transfer) throws IOException {
      slots.acquireUninterruptibly();
      collect(false);
      running.add(
          executor.submit(() -> {
            try {
              transfer.run();
            } finally {
              slots.release();
            }
            return null;
          }));
    }

    void await() throws IOException {
      collect(true);
    }

    private void collect(boolean all) throws IOException {
      for (var i = running.iterator(); i.hasNext(); ) {
        Future<?> future = i.next();
        if (all || future.isDone()) {
          i.remove();
          try {
            future.get();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          } catch (ExecutionException e) {
            switch (e.getCause()) {
              case IOException failure -> throw failure;
              case RuntimeException failure -> throw failure;
              case null, default -> throw new IllegalStateException(e);
            }
          }
        }
      }
    }

    @Override
    public void close() {
      executor.shutdownNow();
      executor.close();
    }
  }
}
