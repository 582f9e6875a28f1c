/** A reboot record as columns of `reboots`, in the order of the table. */
import type { RebootMark, RebootRecord } from '@noinit/model';

const NAMES = [
  'sequence',
  'reason',
  'unexpected',
  'hardware_reason',
  'hardware_raw',
  'marked_reason',
  'marked_pc',
  'marked_lr',
  'marked_uptime',
  'later_reason',
  'later_pc',
  'later_lr',
  'later_uptime',
  'uptime',
  'alive_interval',
  'alive_task',
  'alive_pc',
] as const;

/** A boot ends once. Should a device say it twice, the first it said counts, whichever arrived first. */
export const UPSERT_REBOOT = `INSERT INTO reboots (project, shard, serial, lineage, boot, ${NAMES.join(', ')})
  VALUES (?, ?, ?, ?, ?, ${NAMES.map(() => '?').join(', ')})
  ON CONFLICT DO UPDATE SET ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}
  WHERE excluded.sequence < sequence`;

export function rebootColumns(record: RebootRecord): readonly (number | null)[] {
  const { key, reason, unexpected, hardware, marked, later, uptime, alive } = record;
  return [
    key.sequence,
    reason,
    unexpected ? 1 : 0,
    hardware.reason,
    hardware.raw,
    ...markColumns(marked),
    ...markColumns(later),
    uptime,
    alive?.interval ?? null,
    alive?.task ?? null,
    alive?.pc ?? null,
  ];
}

function markColumns(mark: RebootMark | undefined): readonly (number | null)[] {
  return [mark?.reason ?? null, mark?.pc ?? null, mark?.lr ?? null, mark?.uptime ?? null];
}
