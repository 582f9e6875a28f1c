/**
 * Boots and reboots say more; postcards and snapshots stand beside crashes; a crash record brings log entries of its own; builds name
 * reasons. What older servers stored keeps its place and its ids: columns that they could not fill are NULL, which reads as *not known*.
 */
export const REBOOTS_AND_POSTCARDS: readonly string[] = [
  ...['layout', 'stamp_frequency', 'operating_time', 'lineage_unexpected_reboots', 'unexpected_since_healthy'].map(
    (column) => `ALTER TABLE boots ADD COLUMN ${column} INTEGER`,
  ),
  `CREATE INDEX boots_in_loop ON boots (project, shard, serial) WHERE unexpected_since_healthy >= 3`,

  // Until now a reboot was as unexpected as its reason.
  `ALTER TABLE reboots ADD COLUMN unexpected INTEGER NOT NULL DEFAULT 0`,
  `UPDATE reboots SET unexpected = (reason & 32768) <> 0`,
  ...['marked_uptime', 'later_reason', 'later_pc', 'later_lr', 'later_uptime', 'alive_interval', 'alive_task', 'alive_pc'].map(
    (column) => `ALTER TABLE reboots ADD COLUMN ${column} INTEGER`,
  ),
  // Where nothing was known, earlier records said 0.
  `UPDATE reboots SET marked_pc = NULL, marked_lr = NULL WHERE marked_pc = 0 AND marked_lr = 0`,
  `DROP INDEX reboots_by_reason`,
  `CREATE INDEX reboots_by_reason ON reboots (project, reason, unexpected)`,

  `ALTER TABLE crashes ADD COLUMN kind TEXT NOT NULL DEFAULT 'crash'`,
  `UPDATE crashes SET kind = 'snapshot' WHERE class = 'snapshot'`,
  `ALTER TABLE crashes ADD COLUMN reason INTEGER`,
  `DROP INDEX crashes_by_issue`,
  `CREATE INDEX crashes_by_issue ON crashes (project, issue, received_at, id, kind)`,

  // What a boot's postcard said. Its crash is a row of `crashes` as long as no crash record of the boot is there.
  `CREATE TABLE postcards (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL, lineage INTEGER NOT NULL, boot INTEGER NOT NULL,
    digest TEXT NOT NULL, prefix TEXT NOT NULL, reason INTEGER NOT NULL, facts TEXT NOT NULL, received_at INTEGER NOT NULL,
    PRIMARY KEY (project, shard, serial, lineage, boot),
    FOREIGN KEY (project, shard, serial, lineage, boot) REFERENCES boots
  ) WITHOUT ROWID`,

  // Part 0 is a log record; from 1 on, the pieces of log that a crash record brings.
  `CREATE TABLE log_pieces (
    project TEXT NOT NULL, shard INTEGER NOT NULL, serial TEXT NOT NULL,
    lineage INTEGER NOT NULL, boot INTEGER NOT NULL, sequence INTEGER NOT NULL, part INTEGER NOT NULL,
    prefix TEXT NOT NULL, first_entry INTEGER NOT NULL, dropped INTEGER NOT NULL, core INTEGER NOT NULL, clock TEXT NOT NULL,
    received_at INTEGER NOT NULL, entries BLOB NOT NULL,
    PRIMARY KEY (project, shard, serial, lineage, boot, sequence, part),
    FOREIGN KEY (project, shard, serial, lineage, boot) REFERENCES boots
  )`,
  `INSERT INTO log_pieces SELECT project, shard, serial, lineage, boot, sequence, 0, prefix, first_entry, dropped, core, clock,
    received_at, entries FROM log_segments`,
  `DROP TABLE log_segments`,
  `ALTER TABLE log_pieces RENAME TO log_segments`,

  // Reasons of the project's own. Where a build gives one number several names, `name` is NULL; `description` is JSON and has them.
  `CREATE TABLE reasons (
    project TEXT NOT NULL, build TEXT NOT NULL, value INTEGER NOT NULL, name TEXT, description TEXT NOT NULL,
    PRIMARY KEY (project, build, value)
  ) WITHOUT ROWID`,
  // Which version read the ELF file. Stored dictionaries are of another format now: the server reads the files again.
  `ALTER TABLE symbols ADD COLUMN reader INTEGER NOT NULL DEFAULT 0`,
  `UPDATE symbols SET dictionary = NULL`,
];
