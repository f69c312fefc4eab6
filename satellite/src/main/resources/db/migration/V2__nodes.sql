-- Nodes, invitations, deletions that wait for their node, proven faults, settled windows.
-- No sequences: an alias is drawn inside the joining transaction. Ids that spread come first in the keys.

CREATE TABLE nodes (
  alias INTEGER PRIMARY KEY,
  node_id BYTEA NOT NULL UNIQUE,
  operator TEXT NOT NULL,
  address TEXT NOT NULL,
  software_version TEXT NOT NULL,
  tls_serial BIGINT NOT NULL,
  accepts_uploads BOOLEAN NOT NULL,
  allocated_bytes BIGINT NOT NULL,
  used_bytes BIGINT NOT NULL,
  trash_bytes BIGINT NOT NULL,
  reclaimable_bytes BIGINT NOT NULL,
  available_bytes BIGINT NOT NULL,
  clock_skew_millis BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  suspended_until TIMESTAMPTZ,
  suspended_reason TEXT,
  joined_at TIMESTAMPTZ NOT NULL,
  last_check_in_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE invitations (
  token_hash BYTEA PRIMARY KEY,
  operator TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ,
  used_by BYTEA
);

-- One row per piece that its node still has to delete.
CREATE TABLE pending_deletions (
  node_alias INTEGER NOT NULL,
  root_piece_id BYTEA NOT NULL,
  piece_number SMALLINT NOT NULL,
  queued_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (node_alias, root_piece_id, piece_number)
);

-- The last proof against a piece on a node; a piece counts once per period.
CREATE TABLE proven_faults (
  root_piece_id BYTEA NOT NULL,
  piece_number SMALLINT NOT NULL,
  node_alias INTEGER NOT NULL,
  kind SMALLINT NOT NULL,
  stripe INTEGER NOT NULL,
  proven_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (root_piece_id, piece_number, node_alias)
);
CREATE INDEX proven_faults_by_node ON proven_faults (node_alias, proven_at);

CREATE TABLE settled_windows (
  node_alias INTEGER NOT NULL,
  settled_window BIGINT NOT NULL,
  batch_hash BYTEA NOT NULL,
  order_count INTEGER NOT NULL,
  settled_bytes BIGINT NOT NULL,
  settled_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (node_alias, settled_window)
);
