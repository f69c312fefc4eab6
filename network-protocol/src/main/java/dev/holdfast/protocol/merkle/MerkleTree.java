package dev.holdfast.protocol.merkle;

import dev.holdfast.protocol.segment.HashAlgorithm;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree shape of RFC 6962 over hashes that are leaves already: a tree of n > 1 leaves splits at
 * the largest power of two below n; inner = H(1 | left | right); a tree of one leaf is that leaf.
 */
final class MerkleTree {
  private static final byte INNER = 1;

  private MerkleTree() {}

  static byte[] root(HashAlgorithm hash, List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("A Merkle tree has at least one leaf.");
    }
    MessageDigest digest = hash.newDigest();
    List<byte[]> level = leaves;
    // Pairing neighbours level by level and passing an odd last one up gives exactly the recursive
    // shape.
    while (level.size() > 1) {
      List<byte[]> next = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i + 1 < level.size(); i += 2) {
        next.add(inner(digest, level.get(i), level.get(i + 1)));
      }
      if (level.size() % 2 == 1) {
        next.add(level.getLast());
      }
      level = next;
    }
    return level.getFirst().clone();
  }

  /** Siblings from the leaf up to the root. */
  static List<byte[]> path(HashAlgorithm hash, List<byte[]> leaves, int index) {
    if (index < 0 || index >= leaves.size()) {
      throw new IllegalArgumentException("Leaf " + index + " of " + leaves.size() + ".");
    }
    MessageDigest digest = hash.newDigest();
    List<byte[]> path = new ArrayList<>();
    List<byte[]> level = leaves;
    int at = index;
    while (level.size() > 1) {
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling).clone());
      }
      List<byte[]> next = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i + 1 < level.size(); i += 2) {
        next.add(inner(digest, level.get(i), level.get(i + 1)));
      }
      if (level.size() % 2 == 1) {
        next.add(level.getLast());
      }
      level = next;
      at >>= 1;
    }
    return Collections.unmodifiableList(path);
  }

  /**
   * The root that a leaf and its path lead to; null when the path has not the length of that
   * position.
   */
  static byte @Nullable [] climb(
      HashAlgorithm hash, int leafCount, int index, byte[] leaf, List<byte[]> path) {
    if (index < 0 || index >= leafCount || path.size() != pathLength(leafCount, index)) {
      return null;
    }
    MessageDigest digest = hash.newDigest();
    byte[] node = leaf;
    int at = index;
    int count = leafCount;
    int used = 0;
    while (count > 1) {
      if ((at ^ 1) < count) {
        byte[] sibling = path.get(used++);
        if (sibling.length != SegmentTree.HASH_BYTES) {
          return null;
        }
        node = (at & 1) == 0 ? inner(digest, node, sibling) : inner(digest, sibling, node);
      }
      at >>= 1;
      count = (count + 1) / 2;
    }
    return node;
  }

  /** Number of siblings on the way up; known from the counts alone. */
  static int pathLength(int leafCount, int index) {
    int length = 0;
    int at = index;
    for (int count = leafCount; count > 1; count = (count + 1) / 2) {
      if ((at ^ 1) < count) {
        length++;
      }
      at >>= 1;
    }
    return length;
  }

  private static byte[] inner(MessageDigest digest, byte[] left, byte[] right) {
    digest.update(INNER);
    digest.update(left);
    digest.update(right);
    return digest.digest();
  }
}
