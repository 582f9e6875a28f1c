import type { CrashDetail, CrashSummary, WaitingForSymbols } from '@noinit/api';
import type { LogLine } from '@noinit/model';
import type { CrashDetailRow, CrashRow, WaitingRow } from '@noinit/store';
import { namedReason } from './named-reason.ts';
import type { Places } from './places.ts';
import { rebootSummary } from './reboot.ts';
import { timeText } from './times.ts';
import { uploadCommand } from './upload-command.ts';

export function crashSummary(row: CrashRow): CrashSummary {
  const { id, kind, issue, serial, lineage, boot, sequence, uptime, version, build, receivedAt, sentence, explained } = row;
  return {
    id,
    kind,
    issue,
    serial,
    lineage,
    boot,
    sequence,
    uptime,
    version,
    build,
    receivedAt: timeText(receivedAt),
    sentence,
    explained,
  };
}

export interface CrashSurroundings {
  readonly log: { readonly lines: readonly LogLine[]; readonly dropped: number };
  readonly places: Places;
  readonly origin: { readonly project: string; readonly url: string };
}

export function crashDetail(row: CrashDetailRow, { log, places, origin }: CrashSurroundings): CrashDetail {
  return {
    ...crashSummary(row),
    issueTitle: row.issueTitle,
    reason: row.reason && namedReason(row.reason),
    trace: row.trace,
    waiting: row.waiting === null ? null : waitingForSymbols(row.waiting, origin),
    log: log.lines,
    logDropped: log.dropped,
    reboot: row.reboot && rebootSummary(row.reboot, places),
    previous: row.previous,
    next: row.next,
  };
}

function waitingForSymbols({ build, why }: WaitingRow, origin: CrashSurroundings['origin']): WaitingForSymbols {
  return { build, why, command: uploadCommand(build, origin) };
}
