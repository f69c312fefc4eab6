package dev.holdfast.satellite.database;

import java.sql.SQLException;

/** Which failures of a statement are worth another try. */
public final class SqlStates {
  private SqlStates() {}

  /** A row with the same key exists (23505). */
  public static boolean isDuplicateKey(SQLException e) {
    return "23505".equals(e.getSQLState());
  }

  /** A row that is referred to cannot go, or one that is missing cannot be referred to (23503). */
  public static boolean isForeignKey(SQLException e) {
    return "23503".equals(e.getSQLState());
  }

  /** The server chose this transaction as the one to give way. */
  static boolean isAborted(SQLException e) {
    String state = e.getSQLState();
    return "40001".equals(state) || "40P01".equals(state);
  }

  /**
   * Class 08, a server that is stopping or starting (57P01..03), or a pool without a connection.
   */
  static boolean isConnectionLost(SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        if (state != null
            && (state.startsWith("08")
                || state.equals("57P01")
                || state.equals("57P02")
                || state.equals("57P03"))) {
          return true;
        }
      }
    }
    return false;
  }
}
