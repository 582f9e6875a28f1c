/**
 * The first tables. Every primary key starts with the project. Rows of a device carry `shard`, a hash of project and serial,
 * in every key, so that the same tables can be spread over machines; project-owned rows (issues, builds, symbols) share no
 * foreign key with them. Arrival times are annotations: all else depends on what arrived only, not on when.
 */
export const FIRST: readonly string[] = [
  // Tenants.
  `CREATE TABLE projects (project TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE ingest_keys (
    project TEXT NOT NULL REFERENCES projects, key_hash TEXT NOT NULL UNIQUE,
    PRIMARY KEY (project, key_hash)
  ) WITHOUT ROWID`,
  `CREATE TABLE blobs (project TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, bytes BLOB, PRIMARY KEY (project, digest))`,

  // What devices sent. Counters are added to in the transaction that stores what they count.
  `CREATE TABLE devices (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    chunks INTEGER NOT NULL DEFAULT 0, damaged INTEGER NOT NULL DEFAULT 0, records INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, shard, serial)
  ) WITHOUT ROWID`,
  `CREATE INDEX devices_by_serial ON devices (project, serial)`,
  `CREATE TABLE pending_pieces (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, message_id INTEGER NOT NULL,
    start INTEGER NOT NULL, is_last INTEGER NOT NULL, digest TEXT NOT NULL,
    payload BLOB NOT NULL, received_at INTEGER NOT NULL,
    PRIMARY KEY (project, shard, serial, message_id, start, is_last, digest)
  )`,
  `CREATE TABLE cut_messages (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, message_id INTEGER NOT NULL, tried_at INTEGER NOT NULL,
    PRIMARY KEY (project, shard, serial, message_id)
  ) WITHOUT ROWID`,
  `CREATE TABLE messages (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, digest TEXT NOT NULL,
    kind TEXT, whole INTEGER NOT NULL, size INTEGER NOT NULL, damage TEXT NOT NULL, received_at INTEGER NOT NULL, bytes BLOB,
    PRIMARY KEY (project, shard, serial, digest)
  )`,
  `CREATE TABLE assemblies (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, message_id INTEGER NOT NULL, digest TEXT NOT NULL,
    cuts TEXT NOT NULL,
    PRIMARY KEY (project, shard, serial, message_id, digest)
  ) WITHOUT ROWID`,
  `CREATE TABLE damaged_chunks (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, digest TEXT NOT NULL,
    why TEXT NOT NULL, detail TEXT NOT NULL, received_at INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (project, shard, serial, digest)
  )`,

  // What the messages say.
  `CREATE TABLE records (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL,
    lineage INTEGER NOT NULL, boot INTEGER NOT NULL, sequence INTEGER NOT NULL,
    kind TEXT NOT NULL, digest TEXT NOT NULL, whole INTEGER NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (project, shard, serial, lineage, boot, sequence)
  ) WITHOUT ROWID`,
  `CREATE TABLE boots (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, lineage INTEGER NOT NULL, boot INTEGER NOT NULL,
    build TEXT, version TEXT, hardware TEXT, raw_reset_cause INTEGER, ram_survived INTEGER, unexpected_reboots INTEGER,
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (project, shard, serial, lineage, boot)
  ) WITHOUT ROWID`,
  `CREATE INDEX boots_by_build ON boots (project, build, version)`,
  `CREATE INDEX boots_by_arrival ON boots (project, shard, serial, first_seen)`,
  `CREATE TABLE reboots (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, lineage INTEGER NOT NULL, boot INTEGER NOT NULL,
    sequence INTEGER NOT NULL, reason INTEGER NOT NULL, hardware_reason INTEGER NOT NULL, hardware_raw INTEGER NOT NULL,
    marked_reason INTEGER, marked_pc INTEGER, marked_lr INTEGER, uptime INTEGER NOT NULL,
    PRIMARY KEY (project, shard, serial, lineage, boot),
    FOREIGN KEY (project, shard, serial, lineage, boot) REFERENCES boots
  ) WITHOUT ROWID`,
  `CREATE INDEX reboots_by_reason ON reboots (project, reason)`,
  `CREATE TABLE log_segments (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL,
    lineage INTEGER NOT NULL, boot INTEGER NOT NULL, sequence INTEGER NOT NULL,
    prefix TEXT NOT NULL, first_entry INTEGER NOT NULL, dropped INTEGER NOT NULL, received_at INTEGER NOT NULL, entries BLOB NOT NULL,
    PRIMARY KEY (project, shard, serial, lineage, boot, sequence),
    FOREIGN KEY (project, shard, serial, lineage, boot) REFERENCES boots
  )`,
  `CREATE TABLE crashes (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL,
    lineage INTEGER NOT NULL, boot INTEGER NOT NULL, sequence INTEGER NOT NULL,
    id TEXT NOT NULL, digest TEXT NOT NULL, prefix TEXT NOT NULL, uptime INTEGER, received_at INTEGER NOT NULL,
    build TEXT, state TEXT NOT NULL, tried_build TEXT, failure_code TEXT, failure_detail TEXT,
    issue TEXT NOT NULL, class TEXT NOT NULL, title TEXT NOT NULL, sentence TEXT NOT NULL,
    where_function TEXT, where_file TEXT, where_line INTEGER,
    PRIMARY KEY (project, shard, serial, lineage, boot, sequence),
    FOREIGN KEY (project, shard, serial, lineage, boot) REFERENCES boots
  ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX crashes_by_id ON crashes (project, id)`,
  `CREATE INDEX crashes_by_issue ON crashes (project, issue, received_at, id)`,
  `CREATE INDEX crashes_by_arrival ON crashes (project, received_at, id)`,
  `CREATE INDEX crashes_by_prefix ON crashes (project, prefix)`,
  `CREATE INDEX crashes_due ON crashes (project, id) WHERE state = 'due'`,
  `CREATE TABLE traces (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL,
    lineage INTEGER NOT NULL, boot INTEGER NOT NULL, sequence INTEGER NOT NULL,
    blob TEXT, trace TEXT,
    PRIMARY KEY (project, shard, serial, lineage, boot, sequence),
    FOREIGN KEY (project, shard, serial, lineage, boot, sequence) REFERENCES crashes
  )`,

  // What belongs to the project as a whole.
  `CREATE TABLE issues (
    project TEXT NOT NULL, id TEXT NOT NULL, algorithm TEXT NOT NULL, fingerprint TEXT NOT NULL, tokens TEXT NOT NULL,
    PRIMARY KEY (project, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE builds (
    project TEXT NOT NULL, build TEXT NOT NULL, prefix TEXT NOT NULL,
    PRIMARY KEY (project, build)
  ) WITHOUT ROWID`,
  `CREATE INDEX builds_by_prefix ON builds (project, prefix)`,
  `CREATE TABLE symbols (
    project TEXT NOT NULL, build TEXT NOT NULL, elf TEXT NOT NULL, size INTEGER NOT NULL, debug_info TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL, dictionary BLOB,
    PRIMARY KEY (project, build)
  )`,
];
