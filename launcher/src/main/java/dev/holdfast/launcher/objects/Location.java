package dev.holdfast.launcher.objects;

import dev.holdfast.launcher.CommandFailure;
import java.nio.file.Path;

/** Where an object command reads or writes. */
sealed interface Location {
  String SCHEME = "hf://";

  /** A file or folder of this machine. */
  record Local(Path path) implements Location {}

  /** Standard input or output, written as {@code -}. */
  record Standard() implements Location {}

  /** A bucket and a key in it; the empty key is the whole bucket. */
  record Remote(String bucket, String key) implements Location {
    @Override
    public String toString() {
      return SCHEME + bucket + "/" + key;
    }

    Remote resolve(String relative) {
      return new Remote(bucket, key + relative);
    }

    /** Whether it names a directory: a bucket, or a key that ends in a slash. */
    boolean isDirectory() {
      return key.isEmpty() || key.endsWith("/");
    }
  }

  static Location parse(String text) {
    if (text.startsWith(SCHEME)) {
      return parseRemote(text);
    }
    return text.equals("-") ? new Standard() : new Local(Path.of(text));
  }

  static Remote parseRemote(String text) {
    if (!text.startsWith(SCHEME)) {
      throw new CommandFailure(
          CommandFailure.USAGE, "'%s' is not a remote name: write hf://bucket/key".formatted(text));
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    if (bucket.isEmpty()) {
      throw new CommandFailure(
          CommandFailure.USAGE, "'%s' names no bucket: write hf://bucket/key".formatted(text));
    }
    return new Remote(bucket, slash < 0 ? "" : rest.substring(slash + 1));
  }

  /** A remote name that must be a bucket and nothing more. */
  static String parseBucket(String text) {
    Remote remote = parseRemote(text.startsWith(SCHEME) ? text : SCHEME + text);
    if (!remote.key().isEmpty()) {
      throw new CommandFailure(
          CommandFailure.USAGE,
          "'%s' names a key in a bucket, a bucket is wanted: hf://%s"
              .formatted(text, remote.bucket()));
    }
    return remote.bucket();
  }
}
