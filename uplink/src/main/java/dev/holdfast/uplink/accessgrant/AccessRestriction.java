package dev.holdfast.uplink.accessgrant;

import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What shall remain of an access grant. It can only take away.
 *
 * @param operations operations that stay allowed
 * @param directories directories that stay allowed, at most 64; empty: all that the grant has
 * @param notBefore first instant; null: no bound
 * @param notAfter last instant; null: no bound
 * @param noDelete nothing may disappear: no delete and no replacing of objects
 */
public record AccessRestriction(
    Set<Operation> operations,
    List<AllowedDirectory> directories,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    boolean noDelete) {
  /** Takes nothing away; to start from. */
  public static final AccessRestriction NONE =
      new AccessRestriction(EnumSet.allOf(Operation.class), List.of(), null, null, false);

  public AccessRestriction {
    operations = Set.copyOf(operations);
    directories = List.copyOf(directories);
  }

  public AccessRestriction withOperations(Set<Operation> allowed) {
    return new AccessRestriction(allowed, directories, notBefore, notAfter, noDelete);
  }

  public AccessRestriction withDirectories(List<AllowedDirectory> allowed) {
    return new AccessRestriction(operations, allowed, notBefore, notAfter, noDelete);
  }

  public AccessRestriction withTimes(@Nullable Instant first, @Nullable Instant last) {
    return new AccessRestriction(operations, directories, first, last, noDelete);
  }

  public AccessRestriction withoutDelete() {
    return new AccessRestriction(operations, directories, notBefore, notAfter, true);
  }

  /**
   * A directory of a bucket.
   *
   * @param prefix empty for the whole bucket, else ends at '/'
   */
  public record AllowedDirectory(String bucket, String prefix) {
    public AllowedDirectory {
      if (!prefix.isEmpty() && !prefix.endsWith("/")) {
        throw new HoldfastException(
            ErrorCode.BAD_REQUEST,
            "Access can be restricted to directories only: the prefix '"
                + prefix
                + "' must end with '/'.");
      }
    }
  }
}
