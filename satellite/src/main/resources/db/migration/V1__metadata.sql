-- Projects, buckets, objects and segments. Times are milliseconds since the epoch, 0 where a time means never.
-- Nothing here is read in the order of a sequence and nothing locks a table: see docs/specifications/metadata.md.

CREATE TABLE projects (
  project_id uuid PRIMARY KEY,
  name text NOT NULL,
  recovery_public_key bytea NOT NULL,
  created_millis bigint NOT NULL
);

CREATE TABLE buckets (
  bucket_id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  name text COLLATE "C" NOT NULL,
  created_millis bigint NOT NULL,
  UNIQUE (project_id, name)
);

-- A revoked tail stands for the key that ends in it and for all keys restricted from that one.
CREATE TABLE revoked_api_keys (
  tail_hash bytea PRIMARY KEY,
  revoked_millis bigint NOT NULL
);

-- A row that was replaced or deleted stays, emptied, until removed_until_millis: for as long as its commit could be
-- repeated. So both uniqueness rules of a commit are unique indexes, and a commit needs no read that other commits
-- of a serializable database would collide with.
CREATE TABLE objects (
  bucket_id uuid NOT NULL REFERENCES buckets,
  encrypted_key bytea NOT NULL,
  version bigint NOT NULL,
  object_id bytea NOT NULL UNIQUE,
  is_current boolean NOT NULL,
  wrap_type smallint NOT NULL,
  key_epoch smallint NOT NULL,
  wrapped_object_key bytea NOT NULL,
  encrypted_summary bytea NOT NULL,
  encrypted_detail bytea NOT NULL,
  etag_token bytea NOT NULL,
  plain_bytes bigint NOT NULL,
  created_millis bigint NOT NULL,
  expires_millis bigint NOT NULL,
  revision bigint NOT NULL,
  removed_until_millis bigint NOT NULL,
  PRIMARY KEY (bucket_id, encrypted_key, version)
);
CREATE UNIQUE INDEX objects_current ON objects (bucket_id, encrypted_key) WHERE is_current;
CREATE INDEX objects_expiring ON objects (expires_millis) WHERE expires_millis > 0;
CREATE INDEX objects_removed ON objects (removed_until_millis) WHERE removed_until_millis > 0;

-- A multipart upload that is not complete. It does not expire.
CREATE TABLE uploads (
  bucket_id uuid NOT NULL REFERENCES buckets,
  encrypted_key bytea NOT NULL,
  object_id bytea NOT NULL UNIQUE,
  creator_tail bytea NOT NULL,
  wrap_type smallint NOT NULL,
  key_epoch smallint NOT NULL,
  wrapped_object_key bytea NOT NULL,
  encrypted_summary bytea NOT NULL,
  encrypted_detail bytea NOT NULL,
  created_millis bigint NOT NULL,
  expires_millis bigint NOT NULL,
  PRIMARY KEY (bucket_id, encrypted_key, object_id)
);

-- Committed parts, of objects and of uploads alike, so that completing an upload moves no row.
CREATE TABLE parts (
  object_id bytea NOT NULL,
  part integer NOT NULL,
  attempt_id bytea NOT NULL,
  encrypted_record bytea NOT NULL,
  plain_bytes bigint NOT NULL,
  created_millis bigint NOT NULL,
  PRIMARY KEY (object_id, part)
);

-- Segments that were committed ahead of their object or part. Abandoned ones go when this expires.
CREATE TABLE pending_attempts (
  object_id bytea NOT NULL,
  attempt_id bytea NOT NULL,
  bucket_id uuid NOT NULL REFERENCES buckets,
  encrypted_key bytea NOT NULL,
  part integer NOT NULL,
  expires_millis bigint NOT NULL,
  PRIMARY KEY (object_id, attempt_id)
);
CREATE INDEX pending_attempts_expiring ON pending_attempts (expires_millis);
CREATE INDEX pending_attempts_bucket ON pending_attempts (bucket_id);

CREATE TABLE segments (
  object_id bytea NOT NULL,
  attempt_id bytea NOT NULL,
  idx integer NOT NULL,
  cipher_id smallint NOT NULL,
  key_epoch smallint NOT NULL,
  wrapped_segment_key bytea NOT NULL,
  plain_bytes bigint NOT NULL,
  block_bytes integer NOT NULL,
  blocks_per_stripe integer NOT NULL,
  inline_ciphertext bytea,
  root_piece_id bytea,
  PRIMARY KEY (object_id, attempt_id, idx),
  CHECK ((inline_ciphertext IS NULL) <> (root_piece_id IS NULL))
);

CREATE TABLE stored_segments (
  root_piece_id bytea PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  segment_root bytea NOT NULL,
  share_layout bytea NOT NULL,
  code_id smallint NOT NULL,
  required smallint NOT NULL,
  repair smallint NOT NULL,
  optimal smallint NOT NULL,
  total smallint NOT NULL,
  pieces bytea NOT NULL,
  reference_count integer NOT NULL CHECK (reference_count >= 0),
  created_millis bigint NOT NULL,
  expires_millis bigint NOT NULL
);

-- Roots whose pieces were given up, for as long as a token that names them is valid: no row may refer to
-- them again.
CREATE TABLE spent_roots (
  root_piece_id bytea PRIMARY KEY,
  until_millis bigint NOT NULL
);
CREATE INDEX spent_roots_until ON spent_roots (until_millis);

-- Changes are appended and folded into the totals from time to time, so that no commit waits for a counter.
CREATE TABLE usage_totals (
  project_id uuid PRIMARY KEY REFERENCES projects,
  objects bigint NOT NULL,
  plain_bytes bigint NOT NULL,
  inline_bytes bigint NOT NULL
);
CREATE TABLE usage_changes (
  change_id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  objects bigint NOT NULL,
  plain_bytes bigint NOT NULL,
  inline_bytes bigint NOT NULL
);
