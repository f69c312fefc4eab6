package dev.holdfast.uplink.segment.download;

import dev.holdfast.protocol.segment.BlockLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of stripes that is fetched together: which shares are wanted, asked for, there or lost.
 * Guarded by the read that it belongs to.
 */
final class StripeWindow {
  private final int firstStripe;
  private final int required;
  private final int total;
  private final boolean[][] wanted;
  private final State[][] states;
  private final byte[][] @Nullable [] shares;
  private final List<ShareAsk> asks = new ArrayList<>();
  private int hedges;
  private long hedgedNanos;
  private boolean released;

  /**
   * @param firstBlock first wanted block of the read
   * @param lastBlock last wanted block of the read
   */
  StripeWindow(
      BlockLayout blocks, int total, int firstStripe, int stripes, int firstBlock, int lastBlock) {
    this.firstStripe = firstStripe;
    this.required = blocks.blocksPerStripe();
    this.total = total;
    this.wanted = new boolean[stripes][required];
    this.states = new State[stripes][total];
    this.shares = new byte[stripes][total][];
    for (int s = 0; s < stripes; s++) {
      for (int piece = 0; piece < total; piece++) {
        states[s][piece] = State.UNASKED;
        shares[s][piece] = null;
      }
      for (int i = 0; i < required; i++) {
        int block = (firstStripe + s) * required + i;
        if (blocks.blockEncryptedBytes(block) == 0) {
          states[s][i] = State.ZEROS;
        } else {
          wanted[s][i] = block >= firstBlock && block <= lastBlock;
        }
      }
    }
  }

  int firstStripe() {
    return firstStripe;
  }

  int stripes() {
    return states.length;
  }

  boolean[] wanted(int s) {
    return wanted[s];
  }

  State state(int s, int piece) {
    return states[s][piece];
  }

  void setState(int s, int piece, State state) {
    states[s][piece] = state;
  }

  byte[] @Nullable [] shares(int s) {
    return shares[s];
  }

  void setShare(int s, int piece, byte @Nullable [] share) {
    shares[s][piece] = share;
  }

  List<ShareAsk> asks() {
    return asks;
  }

  /** How often others were asked because somebody was late. */
  int hedges() {
    return hedges;
  }

  long hedgedNanos() {
    return hedgedNanos;
  }

  void noteHedge(long nowNanos) {
    hedges++;
    hedgedNanos = nowNanos;
  }

  boolean isReleased() {
    return released;
  }

  void noteReleased() {
    released = true;
  }

  /** Whether all wanted shares of a stripe are there, or as many as can stand for them. */
  boolean isComplete(int s) {
    int there = 0;
    for (int piece = 0; piece < total; piece++) {
      if (states[s][piece].isThere()) {
        there++;
      }
    }
    return there >= required || hasWanted(s);
  }

  private boolean hasWanted(int s) {
    for (int i = 0; i < required; i++) {
      if (wanted[s][i] && !states[s][i].isThere()) {
        return false;
      }
    }
    return true;
  }

  boolean isComplete() {
    for (int s = 0; s < states.length; s++) {
      if (!isComplete(s)) {
        return false;
      }
    }
    return true;
  }

  /** Puts zeros where a share is known to hold nothing else. */
  void fillZeros(int s, int shareBytes) {
    for (int piece = 0; piece < required; piece++) {
      if (states[s][piece] == State.ZEROS && shares[s][piece] == null) {
        shares[s][piece] = new byte[shareBytes];
      }
    }
  }

  boolean[] present(int s) {
    boolean[] present = new boolean[total];
    for (int piece = 0; piece < total; piece++) {
      present[piece] = states[s][piece].isThere();
    }
    return present;
  }

  /** What is known of one share. */
  enum State {
    UNASKED,
    ASKED,
    THERE,
    /** Holds no block: known without asking. */
    ZEROS,
    LOST;

    boolean isThere() {
      return this == THERE || this == ZEROS;
    }
  }
}
