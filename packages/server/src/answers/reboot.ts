import type { RebootSummary } from '@noinit/api';
import { describeReason, hexAddress } from '@noinit/model';
import type { RebootRow } from '@noinit/store';

/** How a boot ended, with every wire value in words. */
export function rebootSummary(row: RebootRow): RebootSummary {
  const { name, expected, sentence } = describeReason(row.reason);
  return {
    reason: row.reason,
    name,
    expected,
    sentence,
    marked:
      row.marked === null
        ? null
        : { reason: describeReason(row.marked.reason).name, pc: hexAddress(row.marked.pc), lr: hexAddress(row.marked.lr) },
    hardware: { reason: describeReason(row.hardware.reason).name, raw: hexAddress(row.hardware.raw) },
    uptime: row.uptime,
  };
}
