package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;

/** A piece log was written by a version of the format that this program does not know. */
public final class UnsupportedLogVersionException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  UnsupportedLogVersionException(String fileName, int version) {
    super(
        ErrorCode.VERSION_UNSUPPORTED,
        "The piece log "
            + fileName
            + " has format version "
            + version
            + ", this program reads version "
            + LogFormat.VERSION
            + ". Start the storage node with the program that wrote it, or a newer one.");
  }
}
