package dev.holdfast.satellite.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The account that PostgreSQL runs as: the satellite's own, or an unprivileged one when the
 * satellite runs as root, which PostgreSQL refuses.
 */
final class ServerAccount {
  /** nobody:nogroup on Debian; no entry in the password file is needed. */
  private static final int UNPRIVILEGED_ID = 65534;

  private final boolean root;
  private final boolean setprivPresent;

  private ServerAccount(boolean root, boolean setprivPresent) {
    this.root = root;
    this.setprivPresent = setprivPresent;
  }

  static ServerAccount detect() throws IOException {
    int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    boolean setpriv = false;
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      setpriv |= !folder.isEmpty() && Files.isExecutable(Path.of(folder, "setpriv"));
    }
    if (uid == 0 && !setpriv) {
      throw new IllegalStateException(
          "PostgreSQL refuses to run as root and the command 'setpriv' to run it as another user is missing:"
              + " install util-linux, start the satellite as an ordinary user, or set holdfast.satellite.database.url");
    }
    return new ServerAccount(uid == 0, setpriv);
  }

  /**
   * The command line that runs {@code command} under the account, without outliving this process.
   */
  List<String> runAs(List<String> command) {
    List<String> line = new ArrayList<>();
    if (setprivPresent) {
      line.add("setpriv");
      if (root) {
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
    if (root) {
      Files.setAttribute(path, "unix:uid", UNPRIVILEGED_ID);
      Files.setAttribute(path, "unix:gid", UNPRIVILEGED_ID);
    }
  }

  /**
   * Refuses a place that the account cannot reach, before PostgreSQL fails with a message that does
   * not name the folder.
   */
  void requireReachable(Path path) throws IOException {
    if (!root) {
      return;
    }
    for (Path folder = path.toRealPath(); folder != null; folder = folder.getParent()) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
      int owner = (Integer) Files.getAttribute(folder, "unix:uid");
      boolean searchable =
          permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
              || (owner == UNPRIVILEGED_ID
                  && permissions.contains(PosixFilePermission.OWNER_EXECUTE));
      if (!searchable) {
        throw new IllegalStateException(
            ("the satellite runs as root, so its PostgreSQL runs as user id %d, which cannot search the folder %s (%s)."
                    + " Allow it with 'chmod o+x %s', choose another holdfast.satellite.directory,"
                    + " or start the satellite as an ordinary user")
                .formatted(
                    UNPRIVILEGED_ID, folder, PosixFilePermissions.toString(permissions), folder));
      }
    }
  }
}
