/**
 * Log entries count their time from a stamp of their record's clock, and come from one of several cores. `clock` is the JSON of
 * [base, frequency, stamp, uptime]. Dictionaries of before are of another format: they come back with the next upload.
 */
export const LOG_CLOCK: readonly string[] = [
  `ALTER TABLE log_segments ADD COLUMN core INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE log_segments ADD COLUMN clock TEXT NOT NULL DEFAULT '[0,1000,0,0]'`,
  `UPDATE symbols SET dictionary = NULL`,
];
