package dev.holdfast.launcher.objects;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.launcher.ByteText;
import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.launcher.HoldfastCommand.DataFolder;
import dev.holdfast.uplink.Bucket;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.Project;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The object commands' arguments and output. */
public final class ObjectCommands {
  private ObjectCommands() {}

  /** What every object command has: the grant's place and the streams. */
  @Command(mixinStandardHelpOptions = true)
  abstract static class ObjectCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataFolder data;

    PrintWriter out() {
      return spec.commandLine().getOut();
    }

    PrintWriter err() {
      return spec.commandLine().getErr();
    }

    abstract void run(Project project) throws IOException;

    @Override
    public Integer call() throws IOException {
      try (ProjectSession session = ProjectSession.open(data)) {
        run(session.project());
      }
      out().flush();
      return 0;
    }
  }

  @Command(name = "ls", description = "List buckets, or the keys below hf://bucket/prefix.")
  public static final class Ls extends ObjectCommand {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.of("UTC"));

    @Parameters(
        arity = "0..1",
        paramLabel = "hf://BUCKET/PREFIX",
        description = "What to list (default: the buckets).")
    Optional<String> where = Optional.empty();

    @Option(
        names = {"-r", "--recursive"},
        description = "Every key below, not one level.")
    boolean recursive;

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Override
    void run(Project project) throws IOException {
      if (where.isEmpty()) {
        for (Bucket bucket : project.listBuckets()) {
          print(bucket.created(), -1, Location.SCHEME + bucket.name());
        }
        return;
      }
      Location.Remote remote = Location.parseRemote(where.get());
      Listing.forEach(
          project,
          remote,
          recursive,
          entry -> {
            switch (entry) {
              case ListEntry.ObjectEntry object ->
                  print(object.created(), object.sizeBytes(), object.name());
              case ListEntry.CommonPrefix prefix -> print(null, -1, prefix.name());
            }
          });
    }

    private void print(@Nullable Instant created, long sizeBytes, String name) throws IOException {
      if (json) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        if (sizeBytes >= 0) {
          row.put("size", sizeBytes);
        }
        if (created != null) {
          row.put("created", created.toString());
        }
        out().println(new ObjectMapper().writeValueAsString(row));
      } else {
        out()
            .printf(
                "%-19s %10s  %s%n",
                created == null ? "" : TIME.format(created),
                sizeBytes < 0 ? "" : ByteText.of(sizeBytes),
                name);
      }
    }
  }

  @Command(
      name = "cp",
      description =
          "Copy between local files and hf://bucket/key; '-' is standard input or output.")
  public static final class Cp extends ObjectCommand {
    @Parameters(index = "0", paramLabel = "SOURCE")
    String source = "";

    @Parameters(index = "1", paramLabel = "DESTINATION")
    String destination = "";

    @Option(
        names = {"-r", "--recursive"},
        description = "A folder with everything below it.")
    boolean recursive;

    @Override
    void run(Project project) throws IOException {
      Progress progress = new Progress(err());
      Location from = Location.parse(source);
      Location to = Location.parse(destination);
      ObjectCopy copy = new ObjectCopy(project, progress);
      copy.run(from, to, recursive);
      progress.finish("copied");
    }
  }

  @Command(name = "cat", description = "Write an object to standard output.")
  public static final class Cat extends ObjectCommand {
    @Parameters(index = "0", paramLabel = "hf://BUCKET/KEY")
    String what = "";

    @Override
    void run(Project project) throws IOException {
      Location.Remote remote = Location.parseRemote(what);
      try (ObjectDownload download =
              project.download(remote.bucket(), remote.key(), DownloadOptions.ALL);
          OutputStream standard = new BufferedOutputStream(System.out, 1 << 16)) {
        download.transferTo(standard);
      }
    }
  }

  @Command(name = "rm", description = "Delete an object, or with -r everything below a prefix.")
  public static final class Rm extends ObjectCommand {
    @Parameters(index = "0", paramLabel = "hf://BUCKET/KEY")
    String what = "";

    @Option(
        names = {"-r", "--recursive"},
        description = "Everything below the prefix.")
    boolean recursive;

    @Override
    void run(Project project) throws IOException {
      Location.Remote remote = Location.parseRemote(what);
      if (recursive) {
        long deleted = Listing.deleteAll(project, remote);
        err().printf("deleted %d object%s%n", deleted, deleted == 1 ? "" : "s");
        err().flush();
        return;
      }
      if (remote.key().isEmpty()) {
        throw new CommandFailure(
            CommandFailure.USAGE,
            "'%s' names a bucket: 'holdfast rb %s' removes it, 'rm -r' empties it"
                .formatted(what, what));
      }
      if (!project.delete(remote.bucket(), remote.key(), DeleteOptions.NONE)) {
        throw new CommandFailure(CommandFailure.NOT_FOUND, "no object %s".formatted(remote));
      }
    }
  }

  @Command(name = "mb", description = "Make a bucket.")
  public static final class Mb extends ObjectCommand {
    @Parameters(index = "0", paramLabel = "hf://BUCKET")
    String bucket = "";

    @Override
    void run(Project project) {
      project.createBucket(Location.parseBucket(bucket));
    }
  }

  @Command(
      name = "rb",
      description = "Remove an empty bucket, or with --force one with everything in it.")
  public static final class Rb extends ObjectCommand {
    @Parameters(index = "0", paramLabel = "hf://BUCKET")
    String bucket = "";

    @Option(names = "--force", description = "Delete everything in it first.")
    boolean force;

    @Override
    void run(Project project) throws IOException {
      String name = Location.parseBucket(bucket);
      if (force) {
        Listing.deleteAll(project, new Location.Remote(name, ""));
      }
      project.deleteBucket(name);
    }
  }
}
