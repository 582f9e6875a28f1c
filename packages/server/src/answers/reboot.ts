import type { AliveSummary, CodePlace, MarkSummary, RebootSummary } from '@noinit/api';
import { describeReason, hexAddress } from '@noinit/model';
import type { AliveRow, MarkRow, RebootRow } from '@noinit/store';
import { namedReason } from './named-reason.ts';
import type { Places } from './places.ts';

/** A mark that is older than this at the end, in milliseconds, spoke of another reset (docs/formats/reboot.md, rule 1). */
const STALE_AFTER = 60_000;

/** How a boot ended, with every wire value in words. */
export function rebootSummary(row: RebootRow, places: Places): RebootSummary {
  const place: PlaceOf = (address, code = address) => (address === null ? null : placeOf(address, code ?? address, row, places));
  const marks = [row.marked, row.later].filter((mark) => mark !== null);
  return {
    reason: namedReason(row.reason),
    expected: row.expected,
    marked: row.marked && markSummary(row.marked, row, place),
    later: row.later && markSummary(row.later, row, place),
    hardware: { reason: describeReason(row.hardware.reason).name, raw: hexAddress(row.hardware.raw) },
    uptime: row.uptime,
    // The last thing that is known of the boot is what ended it.
    exact: marks.some((mark) => mark.uptime === row.uptime),
    alive: row.alive && aliveSummary(row.alive, place),
  };
}

/** Addresses whose places `rebootSummary` shows. */
export function addressesOf({ marked, later, alive }: RebootRow): readonly number[] {
  const marks = [marked, later].flatMap((mark) => (mark === null ? [] : [mark.pc, callBefore(mark.lr)]));
  return [...marks, alive?.pc ?? null].filter((address) => address !== null);
}

/** `code` is where the name is looked up, if not at the address itself. */
type PlaceOf = (address: number | null, code?: number | null) => CodePlace | null;

/** A return address may stand behind the last instruction of its function: the call is just before it. Bit 0 says Thumb. */
function callBefore(lr: number | null): number | null {
  return lr === null ? null : Math.max(0, lr - (lr % 2) - 1);
}

function markSummary(mark: MarkRow, { uptime }: RebootRow, place: PlaceOf): MarkSummary {
  return {
    reason: namedReason(mark.reason),
    pc: place(mark.pc),
    lr: place(mark.lr, callBefore(mark.lr)),
    uptime: mark.uptime,
    stale: mark.uptime !== null && mark.uptime + STALE_AFTER < uptime,
  };
}

function aliveSummary({ interval, task, pc }: AliveRow, place: PlaceOf): AliveSummary {
  return { interval, task: task === null ? null : hexAddress(task), pc: place(pc) };
}

function placeOf(address: number, code: number, { build }: RebootRow, places: Places): CodePlace {
  return { address: hexAddress(address), ...(build === null ? {} : places.find(build, code)) };
}
