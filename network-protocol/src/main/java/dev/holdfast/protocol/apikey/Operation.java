package dev.holdfast.protocol.apikey;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a key may do. Frozen numeric ids: the bit of an operation in a caveat's mask is {@code 1 <<
 * id}.
 */
public enum Operation {
  /** Open objects: their rows, segments and limits to get pieces. */
  READ(0),
  /** Begin and commit uploads, copies and multipart uploads; create buckets. */
  WRITE(1),
  /** List buckets, objects and uploads. */
  LIST(2),
  /** Delete objects and buckets, abort uploads. */
  DELETE(3);

  private final int id;

  Operation(int id) {
    this.id = id;
  }

  /** The frozen numeric id, 0 to 30. */
  public int id() {
    return id;
  }

  static int mask(Set<Operation> operations) {
    int mask = 0;
    for (Operation operation : operations) {
      mask |= 1 << operation.id;
    }
    return mask;
  }

  static Set<Operation> ofMask(int mask) {
    Set<Operation> operations = EnumSet.noneOf(Operation.class);
    int rest = mask;
    for (Operation operation : values()) {
      if ((mask & (1 << operation.id)) != 0) {
        operations.add(operation);
        rest &= ~(1 << operation.id);
      }
    }
    if (rest != 0) {
      throw new IllegalArgumentException(
          "Unknown operations in mask 0x" + Integer.toHexString(mask) + ".");
    }
    return operations;
  }
}
