package dev.holdfast.protocol.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ErrorsTest {
  /** Frozen: a changed line here is a broken peer somewhere. Add lines, never change one. */
  @Test
  void freezesNamesAndIds() {
    String table =
        Arrays.stream(ErrorCode.values())
            .map(code -> code.id() + " " + code.stableName())
            .collect(Collectors.joining("\n"));
    assertThat(table)
        .isEqualTo(
            """
            1 bad-request
            2 frame-invalid
            3 range-invalid
            4 version-unsupported
            20 bucket-not-found
            21 bucket-exists
            22 bucket-not-empty
            23 object-not-found
            24 upload-not-found
            25 part-not-found
            26 precondition-failed
            27 object-changed
            28 project-not-found
            29 segment-missing
            40 api-key-invalid
            41 api-key-revoked
            42 api-key-not-yet-valid
            43 api-key-expired
            44 operation-denied
            45 path-denied
            46 delete-denied
            47 peer-not-authorized
            48 invitation-invalid
            49 admin-token-invalid
            50 clock-skew
            51 passphrase-wrong
            52 access-grant-invalid
            60 too-few-nodes
            61 segment-token-invalid
            62 segment-token-expired
            63 receipt-invalid
            64 receipts-disagree
            65 receipts-too-few
            66 sizes-disagree
            67 window-already-settled
            80 limit-expired
            81 limit-not-yet-valid
            82 limit-altered
            83 limit-foreign-satellite
            84 limit-foreign-node
            85 limit-wrong-action
            86 limit-ceiling-exceeded
            87 limit-already-used
            88 limit-unknown-epoch
            89 order-too-shallow
            90 order-invalid
            100 piece-not-found
            101 piece-exists-with-other-root
            102 piece-altered
            103 piece-truncated
            104 node-full
            105 storage-failed
            106 piece-damaged
            120 shutting-down
            121 unavailable
            122 timed-out
            123 cancelled
            124 busy
            125 contention
            126 not-implemented
            127 segment-unreadable
            128 content-altered
            199 internal\
            """);
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ErrorCode.ofId(code.id())).contains(code);
      assertThat(ErrorCode.ofStableName(code.stableName())).contains(code);
    }
    assertThat(ErrorCode.ofId(0)).isEmpty();
  }

  @Test
  void travelsOverGrpcUnchanged() {
    for (ErrorCode code : ErrorCode.values()) {
      HoldfastException sent = new HoldfastException(code, "Need 8 nodes, have 7: add one.");
      HoldfastException received = GrpcErrors.fromGrpc(GrpcErrors.toGrpc(sent));
      assertThat(received.code()).isEqualTo(code);
      assertThat(received).hasMessage("Need 8 nodes, have 7: add one.");
    }
  }

  @Test
  void hidesForeignFailuresAndNamesTransportOnes() {
    StatusRuntimeException hidden =
        GrpcErrors.toGrpc(new IllegalStateException("password is hunter2"));
    assertThat(hidden.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(hidden.getMessage()).doesNotContain("hunter2");
    assertThat(GrpcErrors.fromGrpc(Status.UNAVAILABLE.asRuntimeException()).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(GrpcErrors.fromGrpc(Status.DEADLINE_EXCEEDED.asRuntimeException()).code())
        .isEqualTo(ErrorCode.TIMED_OUT);
    assertThat(GrpcErrors.fromGrpc((Throwable) Status.NOT_FOUND.asException()).code())
        .isEqualTo(ErrorCode.OBJECT_NOT_FOUND);
    Metadata newer = new Metadata();
    newer.put(GrpcErrors.CODE_TRAILER, "quota-exceeded");
    assertThat(GrpcErrors.fromGrpc(Status.RESOURCE_EXHAUSTED.asRuntimeException(newer)).code())
        .isEqualTo(ErrorCode.BUSY);
  }
}
