package dev.holdfast.erasure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A bounded map that drops the entry that was not asked for longest. Safe for many threads; a value
 * may be made twice when two threads miss at once, which is harmless for values that are equal and
 * immutable.
 */
final class LruCache<K, V> {
  private final Map<K, V> entries;

  LruCache(int capacity) {
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > capacity;
          }
        };
  }

  V get(K key, Function<K, V> make) {
    synchronized (entries) {
      V known = entries.get(key);
      if (known != null) {
        return known;
      }
    }
    // Outside the lock: inverting a large matrix takes milliseconds, and others must not wait for
    // it.
    V made = make.apply(key);
    synchronized (entries) {
      V raced = entries.putIfAbsent(key, made);
      return raced != null ? raced : made;
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }
}
