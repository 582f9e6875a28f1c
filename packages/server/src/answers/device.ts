import type { BootStart, BootSummary, DeviceDetail, DeviceLogLine, DeviceSummary } from '@noinit/api';
import { hexAddress } from '@noinit/model';
import { BOOT_LOOP_LENGTH, type BootRow, type BootStartRow, type DeviceDetailRow, type DeviceRow } from '@noinit/store';
import { crashSummary } from './crash.ts';
import type { Places } from './places.ts';
import { rebootSummary } from './reboot.ts';
import { timeText } from './times.ts';

export function deviceSummary(row: DeviceRow): DeviceSummary {
  const { serial, version, hardware, boots, crashes, snapshots, unexpectedReboots } = row;
  const counts = { boots, crashes, snapshots, unexpectedReboots };
  return { serial, version, hardware, lastSeen: timeText(row.lastSeen), ...counts, bootLoop: isLooping(row) };
}

export interface DeviceSurroundings {
  readonly log: readonly DeviceLogLine[];
  readonly places: Places;
}

export function deviceDetail(row: DeviceDetailRow, { log, places }: DeviceSurroundings): DeviceDetail {
  return {
    ...deviceSummary(row),
    firstSeen: timeText(row.firstSeen),
    summary: deviceSentence(row),
    loop: isLooping(row) ? { boots: row.loopBoots, uptime: loopUptime(row) } : null,
    bootList: row.bootList.map((boot) => bootSummary(boot, places)),
    crashList: row.crashList.map(crashSummary),
    log,
  };
}

function bootSummary({ receivedAt, start, ended, ...row }: BootRow, places: Places): BootSummary {
  return {
    ...row,
    receivedAt: timeText(receivedAt),
    start: start && bootStart(start),
    ended: ended && rebootSummary(ended, places),
  };
}

function bootStart({ rawResetCause, ...row }: BootStartRow): BootStart {
  return { ...row, rawResetCause: hexAddress(rawResetCause) };
}

function isLooping({ loopBoots }: DeviceRow): boolean {
  return loopBoots >= BOOT_LOOP_LENGTH;
}

/** How long the runs of the loop lasted together, as far as the list of boots reaches. */
function loopUptime({ bootList, loopBoots }: DeviceDetailRow): number {
  const unexpected = bootList.flatMap(({ ended }) => (ended !== null && !ended.expected ? [ended.uptime] : []));
  return unexpected.slice(0, loopBoots).reduce((sum, uptime) => sum + uptime, 0);
}

/** For somebody who has never seen firmware. */
function deviceSentence(row: DeviceDetailRow): string {
  const firmware = row.version === null ? 'Its firmware version is not known yet' : `It runs firmware ${row.version}`;
  const restarts = row.boots === 1 ? 'has started once' : `has started ${row.boots} times`;
  return `${firmware} and ${restarts}; ${troubles(row)}.`;
}

function troubles({ crashes, unexpectedReboots }: DeviceRow): string {
  if (crashes === 0 && unexpectedReboots === 0) return 'none of its runs is known to have ended unexpectedly';
  const times = unexpectedReboots === 1 ? 'one run' : `${unexpectedReboots} runs`;
  const records = crashes === 1 ? 'one crash was' : `${crashes} crashes were`;
  return `${times} ended unexpectedly, and ${records} recorded`;
}
