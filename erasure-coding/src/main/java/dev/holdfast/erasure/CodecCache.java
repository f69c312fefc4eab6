package dev.holdfast.erasure;

import dev.holdfast.erasure.internal.MatrixKernel;

/** The codecs of this process. A network uses few schemes; 64 keep those of its history too. */
final class CodecCache {
  private static final LruCache<Key, ErasureCodec> CODECS = new LruCache<>(64);

  private CodecCache() {}

  static ErasureCodec get(RedundancyCode code, int required, int total) {
    return CODECS.get(
        new Key(code, required, total),
        key ->
            switch (key.code()) {
              case REED_SOLOMON_MATRIX ->
                  new MatrixCodec(key.required(), key.total(), MatrixKernel.preferred());
            });
  }

  private record Key(RedundancyCode code, int required, int total) {}
}
