package dev.holdfast.uplink;

import dev.holdfast.protocol.error.ErrorCode;
import java.util.Optional;

/** What became of one key of a delete; an absent key is done, not refused. */
public record DeleteResult(String key, Optional<ErrorCode> refused) {}
