/** How a boot ended, as columns of `reboots r`. */
import type { Milliseconds } from '@noinit/model';
import type { RebootRow } from '../../event-reader.ts';

export const REBOOT_COLUMNS =
  'r.reason, r.hardware_reason, r.hardware_raw, r.marked_reason, r.marked_pc, r.marked_lr, r.uptime AS ended_uptime';

/** All null where the boot's end is not known. */
export interface RebootColumns {
  readonly reason: number | null;
  readonly hardware_reason: number;
  readonly hardware_raw: number;
  readonly marked_reason: number | null;
  readonly marked_pc: number;
  readonly marked_lr: number;
  readonly ended_uptime: Milliseconds;
}

export function rebootOf(row: RebootColumns): RebootRow | null {
  if (row.reason === null) return null;
  const marked = row.marked_reason;
  return {
    reason: row.reason,
    marked: marked === null ? null : { reason: marked, pc: row.marked_pc, lr: row.marked_lr },
    hardware: { reason: row.hardware_reason, raw: row.hardware_raw },
    uptime: row.ended_uptime,
  };
}
