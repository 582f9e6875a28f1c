/** A message put together: its record, and for a crash or a postcard what can be said of it at once. */
import { createHash } from 'node:crypto';
import { rawCrashFacts, rawPostcardFacts } from '@noinit/facts';
import type { MessageScan } from '@noinit/model';
import type { Cut, Digest, FinishedMessage } from '@noinit/store';
import { scanCutMessage, scanMessage } from '@noinit/wire';

/** A message whose CRC-32 is right. */
export function finishWhole(bytes: Uint8Array, cuts: readonly Cut[]): FinishedMessage {
  return { ...readScan(scanMessage(bytes)), digest: digestOf(bytes), bytes, cuts, whole: true };
}

/** The beginning of a crash whose end never came; undefined where it is no crash, or too little of one. */
export function finishCut(prefix: Uint8Array): FinishedMessage | undefined {
  const scan = scanCutMessage(prefix);
  if (scan.record?.kind !== 'crash') return undefined;
  return { ...readScan(scan), digest: digestOf(prefix), bytes: prefix, cuts: [], whole: false };
}

function readScan({ record, damage }: MessageScan): Pick<FinishedMessage, 'record' | 'facts' | 'damage'> {
  if (!record) return { damage };
  if (record.kind === 'crash') return { record, facts: rawCrashFacts(record), damage };
  if (record.kind === 'postcard') return { record, facts: rawPostcardFacts(record), damage };
  return { record, damage };
}

function digestOf(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}
