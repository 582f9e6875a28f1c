/** Builders: what devices send, and an explainer that knows what they are made of. */
import {
  address,
  type BootRecord,
  type BuildId,
  buildId,
  buildPrefix,
  type CodeFrame,
  type CrashCause,
  type LogPiece,
  milliseconds,
  POSTCARD_SEQUENCE,
  type ProjectId,
  projectId,
  REBOOT_SEQUENCE,
  type Serial,
  serial,
  shortBuildPrefix,
  type Trace,
  UNEXPECTED_BIT,
  type WallClock,
  wallClock,
} from '@noinit/model';
import { scanMessage } from '@noinit/wire';
import { type EncodableRecord, encodeChunks, encodeMessage } from '@noinit/wire/encode';
import type { Explainer, ExplainJob } from '../src/index.ts';

export const PROJECT = known(projectId('acme'));
export const SERIAL = known(serial('SN-0001'));
export const OLD = makeBuild('01d0');
export const NEW = makeBuild('0e30');
export const NOW = wallClock(1_800_000_000_000);

export function makeBuild(start: string): BuildId {
  return known(buildId(start.padEnd(40, '5')));
}

export function makeSerial(text: string): Serial {
  return known(serial(text));
}

export function makeProject(text: string): ProjectId {
  return known(projectId(text));
}

export interface BootPlan {
  readonly lineage: number;
  readonly boot: number;
  readonly build: BuildId;
  readonly logs: number;
  /** Where it crashes: the pc, which also names the function. */
  readonly crashAt?: number;
  /** What arrives of the crash: all of it, unless this says otherwise. */
  readonly crashAs?: 'postcard' | 'crash and postcard';
  /** Where a snapshot was taken before that. */
  readonly snapshotAt?: number;
  readonly ended: boolean;
}

/** The messages of one boot, in the order in which a device makes them. */
export function makeBootMessages(plan: BootPlan): readonly Uint8Array[] {
  const { lineage, boot, build } = plan;
  const key = (sequence: number) => ({ lineage, boot, sequence });
  const prefix = buildPrefix(build);
  const version = build === OLD ? '1.0.0' : '1.1.0';
  const records: EncodableRecord[] = [makeBoot({ key: key(0), build, version, ramSurvived: boot > 1, unexpectedReboots: boot })];
  for (let index = 0; index < plan.logs; index++) {
    const piece = makeLogPiece(lineage, boot, index);
    records.push({ kind: 'log', key: key(1 + index), build: prefix, dropped: 0, abandoned: 0, ...piece });
  }
  const place = { lineage, boot, build };
  if (plan.snapshotAt !== undefined) {
    records.push(makeCrash({ ...place, sequence: 40, pc: plan.snapshotAt, cause: { kind: 'snapshot', reason: 0x4007 } }));
  }
  if (plan.crashAt !== undefined && plan.crashAs !== undefined) records.push(makePostcard({ ...place, pc: plan.crashAt }));
  if (plan.crashAt !== undefined && plan.crashAs !== 'postcard') {
    records.push(makeCrash({ ...place, sequence: 50, pc: plan.crashAt, logs: plan.logs }));
  }
  if (plan.ended)
    records.push(makeReboot({ lineage, boot, sequence: REBOOT_SEQUENCE, reason: plan.crashAt === undefined ? 0x0003 : 0x8001 }));
  return records.map(encodeMessage);
}

export function makeBoot(options: Partial<BootRecord> = {}): EncodableRecord {
  return {
    kind: 'boot',
    key: { lineage: 1, boot: 1, sequence: 0 },
    build: OLD,
    version: '1.0.0',
    rawResetCause: 1,
    ramSurvived: true,
    unexpectedReboots: 0,
    layout: 0,
    stampFrequency: 1_000,
    operatingTime: milliseconds(0),
    lineageUnexpectedReboots: 0,
    unexpectedSinceHealthy: 0,
    ...options,
  };
}

export function makeReboot(options: { lineage?: number; boot?: number; sequence?: number; reason?: number }): EncodableRecord {
  const { lineage = 1, boot = 1, sequence = 3, reason = 0x8001 } = options;
  return {
    kind: 'reboot',
    key: { lineage, boot, sequence },
    reason,
    unexpected: (reason & UNEXPECTED_BIT) !== 0,
    hardware: { reason: 0x0003, raw: 4 },
    uptime: milliseconds(9_000 + boot),
  };
}

function makeLogPiece(lineage: number, boot: number, index: number): LogPiece {
  const entries = Uint8Array.from({ length: 20 + index }, (_, at) => (lineage * 7 + boot * 3 + index + at) & 0xff);
  return { firstEntry: index * 10, base: 0, core: 0, clock: { frequency: 1000, stamp: 0, uptime: 0 }, entries };
}

export function makePostcard(plan: Omit<CrashPlan, 'sequence' | 'stackBytes'> = {}): EncodableRecord {
  const { lineage = 1, boot = 1, build = OLD, pc = 0x0800_0100 } = plan;
  return {
    kind: 'postcard',
    key: { lineage, boot, sequence: POSTCARD_SEQUENCE },
    build: shortBuildPrefix(build),
    machine: 'cortex-m',
    cause: { kind: 'fault' },
    reason: 0x8001,
    pc,
    lr: pc + 0x40,
    faultBits: 0x100,
  };
}

export interface CrashPlan {
  readonly lineage?: number;
  readonly boot?: number;
  readonly sequence?: number;
  readonly build?: BuildId;
  readonly pc?: number;
  readonly stackBytes?: number;
  readonly cause?: CrashCause;
  /** Log records of the boot: the crash brings the entries of the last one once more. */
  readonly logs?: number;
}

export function makeCrash(plan: CrashPlan = {}): EncodableRecord {
  const { lineage = 1, boot = 1, sequence = 2, build = OLD, pc = 0x0800_0100, stackBytes = 96, logs = 0 } = plan;
  const key = { lineage, boot, sequence };
  const bytes = Uint8Array.from({ length: stackBytes }, (_, index) => (pc + boot + index) & 0xff);
  return {
    kind: 'crash',
    key,
    build: buildPrefix(build),
    dump: {
      machine: 'cortex-m',
      key,
      build: buildPrefix(build),
      cause: plan.cause ?? { kind: 'fault', exception: 3, reason: 0x8001 },
      uptime: milliseconds(8_000 + boot),
      threads: [{ crashed: true, registers: { pc, lr: pc + 0x40 } }],
      system: { cfsr: 0x100 },
      regions: [{ kind: 'stack', address: address(0x2000_0100), bytes }],
      ...(logs > 0 ? { log: [makeLogPiece(lineage, boot, logs - 1)] } : {}),
      damage: [],
    },
  };
}

/** Chunks with message ids that count up from the low bits of `firstId`, as the packetizer numbers them. */
export function cutMessages(
  messages: readonly Uint8Array[],
  options: { readonly firstId?: number; readonly size?: number } = {},
) {
  const { firstId = 1, size = 60 } = options;
  return messages.flatMap((message, index) => encodeChunks(message, { messageId: (firstId + index) & 0xff_ffff, size }));
}

export interface CountingExplainer extends Explainer {
  readonly jobs: ExplainJob[];
}

/** Gives a trace that depends on the dump and the build only: each pc is a function of its own. */
export function makeExplainer(): CountingExplainer {
  const jobs: ExplainJob[] = [];
  return {
    jobs,
    explain: async (job) => {
      jobs.push(job);
      return { kind: 'trace', trace: makeTrace(job) };
    },
  };
}

export function makeTrace({ build, dumpMessage }: Pick<ExplainJob, 'build' | 'dumpMessage'>): Trace {
  const { record } = scanMessage(dumpMessage);
  const pc =
    record?.kind === 'crash' ? (record.dump.threads[0]?.registers['pc'] ?? 0) : record?.kind === 'postcard' ? record.pc : 0;
  return traceAt(pc ?? 0, build);
}

function traceAt(pc: number, build: BuildId | undefined): Trace {
  const named = { function: `function_${pc.toString(16)}`, file: 'app/src/work.c', line: pc & 0xff };
  const frame: CodeFrame = { kind: 'call', pc: `0x${pc.toString(16)}`, variables: [], ...(build === undefined ? {} : named) };
  const outer: CodeFrame = {
    kind: 'call',
    pc: '0x10',
    variables: [],
    ...(build === undefined ? {} : { function: 'run_jobs', file: 'app/src/jobs.c' }),
  };
  return {
    schema: 'noinit.trace/1',
    engine: 'test',
    build: build === undefined ? { symbols: 'none' } : { id: build, symbols: 'full' },
    fault: { class: 'bus-error', sentence: `Bus error at ${pc.toString(16)}.`, confidence: 'certain', address: '0x40001234' },
    registers: { pc: `0x${pc.toString(16)}` },
    threads: [{ name: 'main', crashed: true, frames: [frame, outer] }],
    damage: [],
  };
}

export function later(ms: number): WallClock {
  return wallClock(NOW + ms);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('not an id');
  return value;
}
