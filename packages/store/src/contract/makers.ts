/** Builders for contract tests: records as ingest would hand them over, without any wire format. */
import {
  address,
  type BootRecord,
  type BuildId,
  type BuildPrefix,
  buildId,
  buildPrefix,
  type CrashCause,
  type CrashFacts,
  type CrashRecord,
  type LogPiece,
  milliseconds,
  POSTCARD_SEQUENCE,
  type ProjectId,
  projectId,
  type RebootRecord,
  type Record,
  type Serial,
  serial,
  shortBuildPrefix,
  type Trace,
  UNEXPECTED_BIT,
  type WallClock,
  wallClock,
} from '@noinit/model';
import { digestOf } from '../events/derived-ids.ts';
import type { DeviceKey, FinishedMessage, MessageChange } from '../events/event-writer.ts';

export const PROJECT = makeProject('acme');
export const SERIAL = makeSerial('SN-0001');
export const BUILD = makeBuild('aa');
export const NOW = wallClock(1_800_000_000_000);

export function makeProject(text: string): ProjectId {
  return sure(projectId(text));
}

export function makeSerial(text: string): Serial {
  return sure(serial(text));
}

/** A build id that begins with `start`. */
export function makeBuild(start: string): BuildId {
  return sure(buildId(start.padEnd(40, '0')));
}

export function later(ms: number): WallClock {
  return wallClock(NOW + ms);
}

export interface RecordPlace {
  readonly lineage?: number;
  readonly boot?: number;
  readonly sequence?: number;
}

function keyOf({ lineage = 1, boot = 1, sequence = 0 }: RecordPlace) {
  return { lineage, boot, sequence };
}

export function makeBoot(place: RecordPlace & Partial<Omit<BootRecord, 'kind' | 'key'>> = {}): Record {
  const { lineage: _lineage, boot: _boot, sequence: _sequence, ...said } = place;
  return {
    kind: 'boot',
    key: keyOf(place),
    build: BUILD,
    version: '1.0.0',
    rawResetCause: 1,
    ramSurvived: true,
    unexpectedReboots: 0,
    layout: 0,
    stampFrequency: 1_000,
    operatingTime: milliseconds(0),
    lineageUnexpectedReboots: 0,
    unexpectedSinceHealthy: 0,
    ...said,
  };
}

export function makeReboot(
  place: RecordPlace & Partial<Omit<RebootRecord, 'kind' | 'key' | 'uptime'>> & { readonly uptime?: number } = {},
): Record {
  const { lineage: _lineage, boot: _boot, sequence: _sequence, reason = 0x8001, uptime = 5_000, ...said } = place;
  return {
    kind: 'reboot',
    key: keyOf(place),
    reason,
    unexpected: (reason & UNEXPECTED_BIT) !== 0,
    hardware: { reason: 0x0003, raw: 4 },
    uptime: milliseconds(uptime),
    ...said,
  };
}

export function makeLog(place: RecordPlace & { readonly firstEntry?: number; readonly entries?: Uint8Array } = {}): Record {
  const { firstEntry = 0, entries = Uint8Array.of(1, 2, 3) } = place;
  return {
    kind: 'log',
    key: keyOf(place),
    build: buildPrefix(BUILD),
    firstEntry,
    dropped: 0,
    base: 70_000,
    clock: { frequency: 32_768, stamp: 2 ** 40, uptime: 12 },
    core: 1,
    abandoned: 0,
    entries,
  };
}

export interface CrashPlan extends RecordPlace {
  readonly prefix?: BuildPrefix;
  readonly region?: number;
  readonly cause?: CrashCause;
  readonly log?: readonly LogPiece[];
}

export function makeCrash(plan: CrashPlan = {}): CrashRecord {
  const key = keyOf(plan);
  const build = plan.prefix ?? buildPrefix(BUILD);
  const regions = [{ kind: 'stack' as const, address: address(0x2000_0000), bytes: new Uint8Array(plan.region ?? 16) }];
  return {
    kind: 'crash',
    key,
    build,
    dump: {
      machine: 'cortex-m',
      key,
      build,
      cause: plan.cause ?? { kind: 'fault', exception: 3 },
      uptime: milliseconds(4_999),
      threads: [{ crashed: true, registers: { pc: 0x0800_0100, lr: 0x0800_0201 } }],
      system: {},
      regions,
      ...(plan.log ? { log: plan.log } : {}),
      damage: [],
    },
  };
}

export function makePostcard(
  place: Omit<RecordPlace, 'sequence'> & { readonly build?: BuildId; readonly reason?: number } = {},
): Record {
  return {
    kind: 'postcard',
    key: keyOf({ ...place, sequence: POSTCARD_SEQUENCE }),
    build: shortBuildPrefix(place.build ?? BUILD),
    machine: 'cortex-m',
    cause: { kind: 'fault' },
    reason: place.reason ?? 0x8001,
    pc: 0x0800_0100,
    lr: 0x0800_0201,
    faultBits: 0x0200_0000,
  };
}

export function makeFacts(fingerprint = 'f1', title = 'Fault at 0x08000100'): CrashFacts {
  return { algorithm: 'g1', class: 'fault', fingerprint, tokens: ['g1', fingerprint], title, sentence: `${title}.` };
}

export function makeTrace(build: BuildId | undefined, padding = ''): Trace {
  return {
    schema: 'noinit.trace/1',
    engine: 'contract',
    build: build === undefined ? { symbols: 'none' } : { id: build, symbols: 'full' },
    fault: { class: 'fault', sentence: `It broke.${padding}`, confidence: 'certain' },
    registers: { pc: '0x08000100' },
    threads: [],
    damage: [],
  };
}

/** A message that holds the record: its bytes are the record's JSON, which is enough for a store. */
export function makeMessage(record: Record, options: Partial<FinishedMessage> = {}): FinishedMessage {
  const bytes = options.bytes ?? new TextEncoder().encode(JSON.stringify(record));
  const hasFacts = record.kind === 'crash' || record.kind === 'postcard';
  const facts = hasFacts ? { facts: makeFacts(record.kind === 'crash' ? 'f1' : 'p1') } : {};
  const cuts = [{ offset: 0, length: bytes.length, last: true }];
  return { digest: digestOf(bytes), bytes, cuts, whole: true, record, ...facts, damage: [], ...options };
}

let nextMessageId = 0;

/** The change that a message makes which came whole in one chunk. */
export function makeChange(
  message: FinishedMessage,
  options: Partial<DeviceKey> & { readonly at?: WallClock } = {},
): MessageChange {
  const { project = PROJECT, serial: device = SERIAL, at = NOW } = options;
  const key = { project, serial: device, messageId: nextMessageId++ & 0xff_ffff };
  return { key, receivedAt: at, newPieces: 1, addPending: [], dropPending: [], finished: [message] };
}

function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a builder was given an id that is none');
  return value;
}
