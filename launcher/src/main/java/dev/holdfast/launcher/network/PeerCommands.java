package dev.holdfast.launcher.network;

import java.nio.file.Path;
import java.util.List;

/** Decides the command line of each peer's process. */
public interface PeerCommands {
  /**
   * @param peer the process's name in its network
   */
  List<String> command(PeerProgram program, String peer, Path configFile);

  /** The built modules below a folder, with their ahead-of-time caches where these exist. */
  static PeerCommands built(Path home) {
    return (program, peer, configFile) -> program.command(home, configFile);
  }

  /** As {@link #built}, but the named peers record for their program's cache. */
  static PeerCommands recording(Path home, List<String> peers, Path recordings) {
    return (program, peer, configFile) ->
        peers.contains(peer)
            ? program.recording(home, configFile, recordings.resolve(program.module() + ".aotconf"))
            : program.command(home, configFile);
  }
}
