import type { BootSummary, DeviceDetail, DeviceLogLine, DeviceSummary } from '@noinit/api';
import { BOOT_LOOP_LENGTH, type BootRow, type DeviceDetailRow, type DeviceRow } from '@noinit/store';
import { crashSummary } from './crash.ts';
import { rebootSummary } from './reboot.ts';
import { timeText } from './times.ts';

export function deviceSummary(row: DeviceRow): DeviceSummary {
  const { serial, version, hardware, boots, crashes, unexpectedReboots } = row;
  const bootLoop = row.unexpectedInRow >= BOOT_LOOP_LENGTH;
  return { serial, version, hardware, lastSeen: timeText(row.lastSeen), boots, crashes, unexpectedReboots, bootLoop };
}

export function deviceDetail(row: DeviceDetailRow, log: readonly DeviceLogLine[]): DeviceDetail {
  return {
    ...deviceSummary(row),
    firstSeen: timeText(row.firstSeen),
    summary: deviceSentence(row),
    bootList: row.bootList.map(bootSummary),
    crashList: row.crashList.map(crashSummary),
    log,
  };
}

function bootSummary({ receivedAt, ended, ...row }: BootRow): BootSummary {
  return { ...row, receivedAt: timeText(receivedAt), ended: ended === null ? null : rebootSummary(ended) };
}

/** For somebody who has never seen firmware. */
function deviceSentence(row: DeviceDetailRow): string {
  const firmware = row.version === null ? 'Its firmware version is not known yet' : `It runs firmware ${row.version}`;
  const restarts = row.boots === 1 ? 'has started once' : `has started ${row.boots} times`;
  const looping = row.unexpectedInRow >= BOOT_LOOP_LENGTH ? ` Its last ${row.unexpectedInRow} runs all ended unexpectedly.` : '';
  return `${firmware} and ${restarts}; ${troubles(row)}.${looping}`;
}

function troubles({ crashes, unexpectedReboots }: DeviceRow): string {
  if (crashes === 0 && unexpectedReboots === 0) return 'none of its runs is known to have ended unexpectedly';
  const times = unexpectedReboots === 1 ? 'one run' : `${unexpectedReboots} runs`;
  const records = crashes === 1 ? 'one crash was' : `${crashes} crashes were`;
  return `${times} ended unexpectedly, and ${records} recorded`;
}
