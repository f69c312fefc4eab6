package dev.holdfast.protocol.merkle;

import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree of one segment. Leaf = H(0 | u16 piece number | share); inner = H(1 | left |
 * right) in the shape of RFC 6962; the tree over a piece's leaves gives its piece root, the tree
 * over all piece roots the tree root; segment root = H(2 | version | {@link ShareLayout} | tree
 * root). A verifier takes every position from the layout, never from the proof. Immutable. See
 * docs/specifications/segments-and-blocks.md.
 */
public final class SegmentTree {
  /** Length of every hash in bytes. */
  public static final int HASH_BYTES = 32;

  private static final byte LEAF = 0;
  private static final byte ROOT = 2;
  private static final byte VERSION = 1;

  private final ShareLayout layout;
  private final List<byte[]> pieceRoots;
  private final byte[] segmentRoot;

  private SegmentTree(ShareLayout layout, List<byte[]> pieceRoots) {
    this.layout = layout;
    this.pieceRoots = pieceRoots;
    this.segmentRoot = segmentRoot(layout, MerkleTree.root(layout.hash(), pieceRoots));
  }

  /**
   * The tree over the roots of all pieces, in the order of their numbers.
   *
   * @param pieceRoots exactly {@code layout.total()} hashes
   */
  public static SegmentTree of(ShareLayout layout, List<byte[]> pieceRoots) {
    if (pieceRoots.size() != layout.total()) {
      throw new IllegalArgumentException(
          "Expected " + layout.total() + " piece roots, got " + pieceRoots.size() + ".");
    }
    List<byte[]> copies = new ArrayList<>(pieceRoots.size());
    for (byte[] root : pieceRoots) {
      checkHash(root);
      copies.add(root.clone());
    }
    return new SegmentTree(layout, copies);
  }

  /** The 32 bytes that stand in the segment row. */
  public byte[] segmentRoot() {
    return segmentRoot.clone();
  }

  /** Siblings from a piece root up to the tree root. */
  public List<byte[]> piecePath(int pieceNumber) {
    layout.checkPieceNumber(pieceNumber);
    return MerkleTree.path(layout.hash(), pieceRoots, pieceNumber);
  }

  /** The leaf of a share. */
  public static byte[] leaf(
      HashAlgorithm hash, int pieceNumber, byte[] share, int offset, int length) {
    return leaf(hash, pieceNumber, ByteBuffer.wrap(share, offset, length));
  }

  /** The leaf of a share: the remaining bytes of the buffer, whose position moves to its limit. */
  public static byte[] leaf(HashAlgorithm hash, int pieceNumber, ByteBuffer share) {
    MessageDigest digest = hash.newDigest();
    beginLeaf(digest, pieceNumber);
    digest.update(share);
    return digest.digest();
  }

  static void beginLeaf(MessageDigest digest, int pieceNumber) {
    digest.update(LEAF);
    digest.update((byte) (pieceNumber >>> 8));
    digest.update((byte) pieceNumber);
  }

  /** The root of a piece from all its leaves. */
  public static byte[] pieceRoot(HashAlgorithm hash, List<byte[]> leaves) {
    return MerkleTree.root(hash, leaves);
  }

  /** Siblings from the leaf of a stripe up to the piece root. */
  public static List<byte[]> leafPath(HashAlgorithm hash, List<byte[]> leaves, int stripe) {
    return MerkleTree.path(hash, leaves, stripe);
  }

  /** The same for hash 1. */
  public static List<byte[]> leafPath(List<byte[]> leaves, int stripe) {
    return leafPath(HashAlgorithm.SHA_256, leaves, stripe);
  }

  /**
   * Whether a piece root stands at its number under the segment root. False, never an exception,
   * for whatever a peer sent.
   */
  public static boolean verifyPiece(
      ShareLayout layout,
      int pieceNumber,
      byte[] pieceRoot,
      List<byte[]> piecePath,
      byte[] segmentRoot) {
    if (pieceRoot.length != HASH_BYTES) {
      return false;
    }
    byte[] treeRoot =
        MerkleTree.climb(layout.hash(), layout.total(), pieceNumber, pieceRoot, piecePath);
    return treeRoot != null && MessageDigest.isEqual(segmentRoot(layout, treeRoot), segmentRoot);
  }

  /**
   * Whether a whole share stands at its stripe and piece number under the segment root; false for
   * whatever else a peer sent.
   */
  public static boolean verifyShare(
      ShareLayout layout,
      int pieceNumber,
      int stripe,
      byte[] share,
      List<byte[]> leafPath,
      List<byte[]> piecePath,
      byte[] segmentRoot) {
    return verifyShare(
        layout,
        pieceNumber,
        stripe,
        ByteBuffer.wrap(share),
        new ShareProof(leafPath, piecePath),
        segmentRoot);
  }

  /** The same for the remaining bytes of a buffer, whose position moves to its limit. */
  public static boolean verifyShare(
      ShareLayout layout,
      int pieceNumber,
      int stripe,
      ByteBuffer share,
      ShareProof proof,
      byte[] segmentRoot) {
    if (pieceNumber < 0
        || pieceNumber >= layout.total()
        || stripe < 0
        || stripe >= layout.stripeCount()
        || share.remaining() != layout.shareBytes(stripe)) {
      return false;
    }
    byte[] leaf = leaf(layout.hash(), pieceNumber, share);
    byte[] pieceRoot =
        MerkleTree.climb(layout.hash(), layout.stripeCount(), stripe, leaf, proof.leafPath());
    return pieceRoot != null
        && verifyPiece(layout, pieceNumber, pieceRoot, proof.piecePath(), segmentRoot);
  }

  private static byte[] segmentRoot(ShareLayout layout, byte[] treeRoot) {
    MessageDigest digest = layout.hash().newDigest();
    digest.update(ROOT);
    digest.update(VERSION);
    digest.update(layout.toByteArray());
    digest.update(treeRoot);
    return digest.digest();
  }

  static void checkHash(byte[] hash) {
    if (hash.length != HASH_BYTES) {
      throw new IllegalArgumentException(
          "A hash has " + HASH_BYTES + " bytes, not " + hash.length + ".");
    }
  }

  /**
   * Collects the leaves of one piece, share by share in the order of the stripes. For one thread.
   */
  public static final class PieceRootBuilder {
    private final HashAlgorithm hash;
    private final int pieceNumber;
    private final MessageDigest digest;
    private final List<byte[]> leaves = new ArrayList<>();

    public PieceRootBuilder(HashAlgorithm hash, int pieceNumber) {
      this.hash = hash;
      this.pieceNumber = pieceNumber;
      this.digest = hash.newDigest();
    }

    /** Adds the share of the next stripe. */
    public void addShare(byte[] share, int offset, int length) {
      beginLeaf(digest, pieceNumber);
      digest.update(share, offset, length);
      leaves.add(digest.digest());
    }

    /**
     * Adds the share of the next stripe: the remaining bytes of the buffer, whose position moves to
     * its limit.
     */
    public void addShare(ByteBuffer share) {
      beginLeaf(digest, pieceNumber);
      digest.update(share);
      leaves.add(digest.digest());
    }

    /** Adds a leaf that was hashed elsewhere. */
    public void addLeaf(byte[] leaf) {
      checkHash(leaf);
      leaves.add(leaf.clone());
    }

    /** The piece root over the leaves so far; at least one. */
    public byte[] root() {
      return pieceRoot(hash, leaves);
    }

    /** The leaves so far, as an unmodifiable copy of the list. */
    public List<byte[]> leaves() {
      return List.copyOf(leaves);
    }
  }
}
