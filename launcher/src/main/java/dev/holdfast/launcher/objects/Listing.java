package dev.holdfast.launcher.objects;

import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.uplink.DeleteResult;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Walks listings page by page, so that a bucket of any size fits. */
final class Listing {
  private static final int PAGE = 1_000;

  private Listing() {}

  /** Takes one entry. */
  interface Visitor {
    void visit(ListEntry entry) throws IOException;
  }

  static void forEach(Project project, Location.Remote where, boolean recursive, Visitor visitor)
      throws IOException {
    String after = null;
    while (true) {
      ListPage page =
          project.list(
              where.bucket(), new ListOptions(where.key(), recursive ? null : "/", after, PAGE));
      for (ListEntry entry : page.entries()) {
        visitor.visit(entry);
        after = entry.name();
      }
      if (!page.more()) {
        return;
      }
    }
  }

  /** Deletes everything below a prefix; answers how many objects that were. */
  static long deleteAll(Project project, Location.Remote where) throws IOException {
    long deleted = 0;
    while (true) {
      ListPage page = project.list(where.bucket(), new ListOptions(where.key(), null, null, PAGE));
      List<String> keys = new ArrayList<>();
      page.entries().forEach(entry -> keys.add(entry.name()));
      if (keys.isEmpty()) {
        return deleted;
      }
      for (DeleteResult result : project.deleteAll(where.bucket(), keys)) {
        if (result.refused().isPresent()) {
          throw new CommandFailure(
              CommandFailure.DENIED,
              "cannot delete hf://%s/%s: %s"
                  .formatted(where.bucket(), result.key(), result.refused().get().stableName()));
        }
        deleted++;
      }
    }
  }
}
