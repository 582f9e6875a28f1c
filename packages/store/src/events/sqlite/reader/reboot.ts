/** How a boot ended, as columns of `reboots r`, with the names that the boot's build gives its own reasons. */
import type { BuildId, CustomReason, Milliseconds } from '@noinit/model';
import type { AliveRow, MarkRow, NamedReason, RebootRow } from '../../event-reader.ts';
import { sameBoot } from './fragments.ts';

export const REBOOT_COLUMNS = `r.reason, r.unexpected, r.hardware_reason, r.hardware_raw, r.uptime AS ended_uptime,
  r.marked_reason, r.marked_pc, r.marked_lr, r.marked_uptime, r.later_reason, r.later_pc, r.later_lr, r.later_uptime,
  r.alive_interval, r.alive_task, r.alive_pc, rb.build AS ended_build,
  own.description AS own_reason, own_marked.description AS own_marked, own_later.description AS own_later`;

/** Joins what `REBOOT_COLUMNS` needs to `row`, which has the columns of a boot's key. */
export function joinReboot(row: string): string {
  return `LEFT JOIN reboots r ON ${sameBoot('r', row)}
    LEFT JOIN boots rb ON ${sameBoot('rb', 'r')}
    ${joinReason('own', 'r.reason')} ${joinReason('own_marked', 'r.marked_reason')} ${joinReason('own_later', 'r.later_reason')}`;
}

/** All null where the boot's end is not known. */
export interface RebootColumns {
  readonly reason: number | null;
  readonly unexpected: number;
  readonly hardware_reason: number;
  readonly hardware_raw: number;
  readonly ended_uptime: Milliseconds;
  readonly marked_reason: number | null;
  readonly marked_pc: number | null;
  readonly marked_lr: number | null;
  readonly marked_uptime: Milliseconds | null;
  readonly later_reason: number | null;
  readonly later_pc: number | null;
  readonly later_lr: number | null;
  readonly later_uptime: Milliseconds | null;
  readonly alive_interval: Milliseconds | null;
  readonly alive_task: number | null;
  readonly alive_pc: number | null;
  readonly ended_build: BuildId | null;
  readonly own_reason: string | null;
  readonly own_marked: string | null;
  readonly own_later: string | null;
}

export function rebootOf(row: RebootColumns): RebootRow | null {
  if (row.reason === null) return null;
  return {
    reason: namedReason(row.reason, row.own_reason),
    expected: row.unexpected === 0,
    marked: markOf(row.marked_reason, row.own_marked, { pc: row.marked_pc, lr: row.marked_lr, uptime: row.marked_uptime }),
    later: markOf(row.later_reason, row.own_later, { pc: row.later_pc, lr: row.later_lr, uptime: row.later_uptime }),
    hardware: { reason: row.hardware_reason, raw: row.hardware_raw },
    uptime: row.ended_uptime,
    alive: aliveOf(row),
    build: row.ended_build,
  };
}

/** `description` is JSON as `SqliteSymbols` keeps it. */
export function namedReason(value: number, description: string | null): NamedReason {
  return { value, own: description === null ? null : (JSON.parse(description) as CustomReason) };
}

function joinReason(alias: string, value: string): string {
  return `LEFT JOIN reasons ${alias} ON ${alias}.project = rb.project AND ${alias}.build = rb.build AND ${alias}.value = ${value}`;
}

function markOf(reason: number | null, own: string | null, place: Omit<MarkRow, 'reason'>): MarkRow | null {
  return reason === null ? null : { reason: namedReason(reason, own), ...place };
}

function aliveOf({ alive_interval: interval, alive_task: task, alive_pc: pc }: RebootColumns): AliveRow | null {
  return interval === null ? null : { interval, task, pc };
}
