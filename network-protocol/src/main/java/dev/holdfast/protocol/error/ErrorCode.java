package dev.holdfast.protocol.error;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every refusal that crosses a process boundary. The stable name travels in gRPC trailers and is
 * shown to people, the numeric id travels in the piece protocol. Both are frozen: constants are
 * only ever added.
 *
 * @see <a href="../../../../../../../../docs/specifications/ids.md">docs/specifications/ids.md</a>
 */
public enum ErrorCode {
  BAD_REQUEST(1, Category.CALLER, false),
  FRAME_INVALID(2, Category.CALLER, false),
  RANGE_INVALID(3, Category.CALLER, false),
  VERSION_UNSUPPORTED(4, Category.CALLER, false),

  BUCKET_NOT_FOUND(20, Category.NOT_FOUND, false),
  BUCKET_EXISTS(21, Category.CONFLICT, false),
  BUCKET_NOT_EMPTY(22, Category.CONFLICT, false),
  OBJECT_NOT_FOUND(23, Category.NOT_FOUND, false),
  UPLOAD_NOT_FOUND(24, Category.NOT_FOUND, false),
  PART_NOT_FOUND(25, Category.NOT_FOUND, false),
  PRECONDITION_FAILED(26, Category.CONFLICT, false),
  OBJECT_CHANGED(27, Category.CONFLICT, true),
  PROJECT_NOT_FOUND(28, Category.NOT_FOUND, false),
  SEGMENT_MISSING(29, Category.CONFLICT, false),

  API_KEY_INVALID(40, Category.UNAUTHENTICATED, false),
  API_KEY_REVOKED(41, Category.UNAUTHENTICATED, false),
  API_KEY_NOT_YET_VALID(42, Category.FORBIDDEN, false),
  API_KEY_EXPIRED(43, Category.FORBIDDEN, false),
  OPERATION_DENIED(44, Category.FORBIDDEN, false),
  PATH_DENIED(45, Category.FORBIDDEN, false),
  DELETE_DENIED(46, Category.FORBIDDEN, false),
  PEER_NOT_AUTHORIZED(47, Category.FORBIDDEN, false),
  INVITATION_INVALID(48, Category.FORBIDDEN, false),
  ADMIN_TOKEN_INVALID(49, Category.UNAUTHENTICATED, false),
  CLOCK_SKEW(50, Category.FORBIDDEN, true),
  PASSPHRASE_WRONG(51, Category.UNAUTHENTICATED, false),
  ACCESS_GRANT_INVALID(52, Category.CALLER, false),

  TOO_FEW_NODES(60, Category.CAPACITY, true),
  SEGMENT_TOKEN_INVALID(61, Category.CALLER, false),
  SEGMENT_TOKEN_EXPIRED(62, Category.CALLER, false),
  RECEIPT_INVALID(63, Category.CALLER, false),
  RECEIPTS_DISAGREE(64, Category.CALLER, false),
  RECEIPTS_TOO_FEW(65, Category.CALLER, false),
  SIZES_DISAGREE(66, Category.CALLER, false),
  WINDOW_ALREADY_SETTLED(67, Category.CONFLICT, false),

  LIMIT_EXPIRED(80, Category.FORBIDDEN, false),
  LIMIT_NOT_YET_VALID(81, Category.FORBIDDEN, true),
  LIMIT_ALTERED(82, Category.FORBIDDEN, false),
  LIMIT_FOREIGN_SATELLITE(83, Category.FORBIDDEN, false),
  LIMIT_FOREIGN_NODE(84, Category.FORBIDDEN, false),
  LIMIT_WRONG_ACTION(85, Category.FORBIDDEN, false),
  LIMIT_CEILING_EXCEEDED(86, Category.FORBIDDEN, false),
  LIMIT_ALREADY_USED(87, Category.FORBIDDEN, false),
  LIMIT_UNKNOWN_EPOCH(88, Category.FORBIDDEN, true),
  ORDER_TOO_SHALLOW(89, Category.FORBIDDEN, false),
  ORDER_INVALID(90, Category.FORBIDDEN, false),

  PIECE_NOT_FOUND(100, Category.NOT_FOUND, false),
  PIECE_EXISTS_WITH_OTHER_ROOT(101, Category.CONFLICT, false),
  PIECE_ALTERED(102, Category.CALLER, false),
  PIECE_TRUNCATED(103, Category.CALLER, false),
  NODE_FULL(104, Category.CAPACITY, true),
  STORAGE_FAILED(105, Category.INTERNAL, true),
  PIECE_DAMAGED(106, Category.INTERNAL, false),

  SHUTTING_DOWN(120, Category.UNAVAILABLE, true),
  UNAVAILABLE(121, Category.UNAVAILABLE, true),
  TIMED_OUT(122, Category.UNAVAILABLE, true),
  CANCELLED(123, Category.UNAVAILABLE, false),
  BUSY(124, Category.CAPACITY, true),
  CONTENTION(125, Category.UNAVAILABLE, true),
  NOT_IMPLEMENTED(126, Category.CALLER, false),
  SEGMENT_UNREADABLE(127, Category.UNAVAILABLE, true),
  CONTENT_ALTERED(128, Category.INTERNAL, false),
  INTERNAL(199, Category.INTERNAL, true);

  /** Who has to act, coarsely; decides the gRPC status and the HTTP status family. */
  public enum Category {
    CALLER,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONFLICT,
    CAPACITY,
    UNAVAILABLE,
    INTERNAL
  }

  private static final Map<Integer, ErrorCode> BY_ID =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ErrorCode::id, Function.identity()));
  private static final Map<String, ErrorCode> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ErrorCode::stableName, Function.identity()));

  private final int id;
  private final Category category;
  private final boolean retryable;
  private final String stableName;

  ErrorCode(int id, Category category, boolean retryable) {
    this.id = id;
    this.category = category;
    this.retryable = retryable;
    this.stableName = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The frozen numeric id, 1 to 65,535. */
  public int id() {
    return id;
  }

  /** The frozen kebab-case name. */
  public String stableName() {
    return stableName;
  }

  public Category category() {
    return category;
  }

  /** Whether the same call may succeed later, or elsewhere, with nothing changed by the caller. */
  public boolean retryable() {
    return retryable;
  }

  /** The code of this numeric id, empty for one that this version does not know. */
  public static Optional<ErrorCode> ofId(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /** The code of this stable name, empty for one that this version does not know. */
  public static Optional<ErrorCode> ofStableName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }
}
