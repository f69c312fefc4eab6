package dev.holdfast.satellite.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The account that PostgreSQL runs as: the satellite's own, or for a satellite that runs as root,
 * whom PostgreSQL refuses, an unprivileged one. Where that one cannot enter the folder, the server
 * keeps root's access to files but runs in a user namespace of its own, in which it is nobody and
 * has no privilege.
 */
final class ServerAccount {
  /** nobody:nogroup on Debian; no entry in the password file is needed. */
  private static final int UNPRIVILEGED_ID = 65534;

  private enum Kind {
    OWN,
    UNPRIVILEGED,
    NAMESPACE
  }

  private final Kind kind;
  private final boolean setprivPresent;

  private ServerAccount(Kind kind, boolean setprivPresent) {
    this.kind = kind;
    this.setprivPresent = setprivPresent;
  }

  /**
   * Decides for a database folder, which exists; the same folder gets the same account as long as
   * its parents' permissions stay.
   *
   * @throws IllegalStateException when no account can serve there, saying what to do
   */
  static ServerAccount detect(Path directory) throws IOException, InterruptedException {
    boolean root = owner(Path.of("/proc/self")) == 0;
    boolean setpriv = onPath("setpriv");
    if (!root) {
      return new ServerAccount(Kind.OWN, setpriv);
    }
    if (!setpriv) {
      throw new IllegalStateException(
          "PostgreSQL refuses to run as root and the command 'setpriv' to run it as another user is missing:"
              + " install util-linux, start the satellite as an ordinary user, or set holdfast.satellite.database.url");
    }
    Path data = directory.resolve("data");
    if (Files.isDirectory(data)) {
      // Made under one kind, the files are the other kind's no more.
      if (owner(data) == 0) {
        return new ServerAccount(Kind.NAMESPACE, true);
      }
      requireReachable(directory);
      return new ServerAccount(Kind.UNPRIVILEGED, true);
    }
    if (findUnreachable(directory) == null) {
      return new ServerAccount(Kind.UNPRIVILEGED, true);
    }
    if (namespacesWork()) {
      return new ServerAccount(Kind.NAMESPACE, true);
    }
    requireReachable(directory);
    return new ServerAccount(Kind.UNPRIVILEGED, true);
  }

  private static boolean onPath(String command) {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, command))) {
        return true;
      }
    }
    return false;
  }

  private static boolean namespacesWork() throws IOException, InterruptedException {
    if (!onPath("unshare")) {
      return false;
    }
    Process probe =
        new ProcessBuilder("unshare", "--user", "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
  }

  /**
   * The command line that runs {@code command} under the account, without outliving this process.
   */
  List<String> runAs(List<String> command) {
    List<String> line = new ArrayList<>();
    if (kind == Kind.NAMESPACE) {
      line.addAll(List.of("unshare", "--user"));
    }
    if (setprivPresent) {
      line.add("setpriv");
      if (kind == Kind.UNPRIVILEGED) {
        line.addAll(
            List.of("--reuid=" + UNPRIVILEGED_ID, "--regid=" + UNPRIVILEGED_ID, "--clear-groups"));
      }
      // SIGQUIT stops PostgreSQL at once; the next start recovers from its log.
      line.addAll(List.of("--pdeathsig", "QUIT"));
    }
    line.addAll(command);
    return line;
  }

  /** Makes a folder or file the account's own. */
  void own(Path path) throws IOException {
    if (kind == Kind.UNPRIVILEGED) {
      Files.setAttribute(path, "unix:uid", UNPRIVILEGED_ID);
      Files.setAttribute(path, "unix:gid", UNPRIVILEGED_ID);
    }
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  /** The first folder on the way up that the unprivileged account cannot search. */
  private static @Nullable Path findUnreachable(Path path) throws IOException {
    for (Path folder = path.toRealPath(); folder != null; folder = folder.getParent()) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
      boolean searchable =
          permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
              || (owner(folder) == UNPRIVILEGED_ID
                  && permissions.contains(PosixFilePermission.OWNER_EXECUTE));
      if (!searchable) {
        return folder;
      }
    }
    return null;
  }

  /** Refuses, before PostgreSQL fails with a message that does not name the folder. */
  private static void requireReachable(Path path) throws IOException {
    Path folder = findUnreachable(path);
    if (folder != null) {
      throw new IllegalStateException(
          ("the satellite runs as root, so its PostgreSQL runs as user id %d, which cannot search the folder %s (%s)."
                  + " Allow it with 'chmod o+x %s', choose another holdfast.satellite.directory,"
                  + " or start the satellite as an ordinary user")
              .formatted(
                  UNPRIVILEGED_ID,
                  folder,
                  PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)),
                  folder));
    }
  }
}
