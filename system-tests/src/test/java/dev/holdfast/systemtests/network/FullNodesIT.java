package dev.holdfast.systemtests.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.DescribedNode;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.network.LocalNetworkExtension.NetworkShape;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that have lent all they have refuse more, say so, and lose nothing. */
@ExtendWith(LocalNetworkExtension.class)
@NetworkShape(nodes = 5, nodeCapacityMebibytes = 96)
class FullNodesIT {
  private static final int OBJECT_BYTES = 12_000_000;
  private static final int MORE_THAN_FITS = 40;

  @Test
  void fullNodesRefuseAndKeepWhatTheyHave(LocalNetwork network) {
    network.project().createBucket("full");
    ProjectObjects objects = new ProjectObjects(network.project(), "full");
    int stored = 0;
    Optional<HoldfastException> refused = Optional.empty();
    while (refused.isEmpty() && stored < MORE_THAN_FITS) {
      try {
        objects.put("object-" + stored, new RandomContent(stored, OBJECT_BYTES).bytes());
        stored++;
      } catch (HoldfastException e) {
        refused = Optional.of(e);
      }
    }
    assertThat(refused.map(HoldfastException::code))
        .as("refusal after %d objects", stored)
        .get()
        .isIn(ErrorCode.TOO_FEW_NODES, ErrorCode.NODE_FULL);
    assertThat(stored).isPositive();
    for (int i = 0; i < stored; i++) {
      assertThat(objects.get("object-" + i)).isEqualTo(new RandomContent(i, OBJECT_BYTES).bytes());
    }
    assertThat(network.describe().getNodesList())
        .extracting(DescribedNode::getUsedBytes)
        .allSatisfy(used -> assertThat(used).isLessThanOrEqualTo(96L << 20));
  }
}
