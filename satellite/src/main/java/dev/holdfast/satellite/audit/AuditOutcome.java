package dev.holdfast.satellite.audit;

/** What came of looking into one suspicion. */
sealed interface AuditOutcome {

  /** The node proved the share: nobody is blamed, neither it nor the uplink. */
  record ProvenGood() implements AuditOutcome {}

  /** The node proved itself wrong, or refused what it owes. */
  record Fault(FaultKind kind) implements AuditOutcome {}

  /** Nothing certain; asked again later, counted never. */
  record NoAnswer() implements AuditOutcome {}

  /** The piece is not owed, or the suspicion makes no sense. */
  record Moot() implements AuditOutcome {}
}
