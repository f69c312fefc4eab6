package dev.holdfast.uplink;

import dev.holdfast.uplink.accessgrant.AccessGrant;

/**
 * The resources that all projects of a process share: connections, coding threads and byte budgets.
 *
 * <p>Thread-safe. Closing it closes every project opened from it; running transfers fail.
 */
public interface Uplink extends AutoCloseable {
  /**
   * Opens the project that a grant speaks for. Dials lazily; does not check the grant with the
   * satellite until the first call.
   */
  Project openProject(AccessGrant access);

  @Override
  void close();
}
