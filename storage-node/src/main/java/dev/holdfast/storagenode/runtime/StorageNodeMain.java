package dev.holdfast.storagenode.runtime;

import dev.holdfast.protocol.error.HoldfastException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage node as a process: runs until it is told to stop, or the satellite does not let it
 * join.
 */
@QuarkusMain
public final class StorageNodeMain implements QuarkusApplication {
  private static final Logger LOG = LoggerFactory.getLogger(StorageNodeMain.class);

  private final NodeConfiguration configuration;

  static {
    // Reads and writes of files hold a carrier thread: a slow disk must not stop every exchange on
    // a small machine.
    String parallelism = "jdk.virtualThreadScheduler.parallelism";
    if (System.getProperty(parallelism) == null) {
      System.setProperty(parallelism, "8");
    }
  }

  @Inject
  StorageNodeMain(NodeConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  public int run(String... arguments) {
    try (StorageNode node = StorageNode.start(configuration.toConfig())) {
      var _ =
          node.ready()
              .whenComplete((_, failure) -> {
                if (failure != null) {
                  LOG.atError()
                      .log("the satellite does not let this node join: " + failure.getMessage());
                  Quarkus.asyncExit(1);
                } else {
                  LOG.atInfo().addKeyValue("nodeId", node.id()).log("the storage node is ready");
                }
              });
      Quarkus.waitForExit();
      return 0;
    } catch (HoldfastException | IllegalArgumentException e) {
      LOG.atError().log(e.getMessage());
      return 1;
    }
  }
}
