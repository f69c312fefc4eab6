package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often the piece service has refused, by code, since the process started. Thread-safe. */
public final class RefusalCounters {
  private final Map<ErrorCode, LongAdder> counts = new EnumMap<>(ErrorCode.class);

  public RefusalCounters() {
    for (ErrorCode code : ErrorCode.values()) {
      counts.put(code, new LongAdder());
    }
  }

  void count(ErrorCode code) {
    adder(code).increment();
  }

  /** Refusals with this code. */
  public long of(ErrorCode code) {
    return adder(code).sum();
  }

  private LongAdder adder(ErrorCode code) {
    LongAdder adder = counts.get(code);
    if (adder == null) {
      throw new IllegalStateException("no counter for " + code);
    }
    return adder;
  }
}
