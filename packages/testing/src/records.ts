/** Builders of records: whole and plausible by themselves, every field can be given. */

import { concatBytes } from '@noinit/bytes';
import {
  address,
  type BootRecord,
  type BuildId,
  type BuildPrefix,
  buildPrefix,
  type CrashRecord,
  type Dump,
  type DumpThread,
  type LogRecord,
  milliseconds,
  POSTCARD_SEQUENCE,
  type PostcardRecord,
  REBOOT_SEQUENCE,
  type RebootRecord,
  type RecordKey,
  shortBuildPrefix,
} from '@noinit/model';
import { makeLogBody, makeLogEntry } from './log-entry.ts';

export const TEST_BUILD = '0123456789abcdef0123456789abcdef01234567' as BuildId;
export const TEST_BUILD_PREFIX: BuildPrefix = buildPrefix(TEST_BUILD);

export function makeKey(key: Partial<RecordKey> = {}): RecordKey {
  return { lineage: 0xc0ffee42, boot: 1, sequence: 1, ...key };
}

/** A Cortex-M that called through a NULL pointer: UsageFault escalated to a HardFault, 64 bytes of stack. */
export function makeDump(fields: Partial<Dump> = {}): Dump {
  return {
    machine: 'cortex-m',
    key: makeKey(),
    build: TEST_BUILD_PREFIX,
    cause: { kind: 'fault', exception: 3 },
    uptime: milliseconds(12_345),
    threads: [{ crashed: true, registers: { ...CORE_REGISTERS, ...SPECIAL_REGISTERS } }],
    system: { icsr: 3, shcsr: 0, cfsr: 0x0002_0000, hfsr: 0x4000_0000, dfsr: 0, mmfar: 0xe000_ed34, bfar: 0xe000_ed38, afsr: 0 },
    regions: [{ kind: 'stack', address: address(0x2000_0f80), bytes: Uint8Array.from({ length: 64 }, (_, index) => index) }],
    damage: [],
    ...fields,
  };
}

/** The key and the build of `dump` are the record's unless given. */
export function makeCrash(fields: Partial<CrashRecord> = {}): CrashRecord {
  const key = fields.key ?? fields.dump?.key ?? makeKey();
  const build = fields.build ?? (fields.dump?.build as BuildPrefix | undefined) ?? TEST_BUILD_PREFIX;
  return { kind: 'crash', key, build, dump: { ...(fields.dump ?? makeDump()), key, build } };
}

export function makeBoot(fields: Partial<BootRecord> = {}): BootRecord {
  return {
    kind: 'boot',
    key: makeKey({ sequence: 0 }),
    build: TEST_BUILD,
    version: '1.2.0',
    rawResetCause: 0x10,
    ramSurvived: true,
    unexpectedReboots: 0,
    layout: 0,
    stampFrequency: 1000,
    operatingTime: milliseconds(0),
    lineageUnexpectedReboots: 0,
    unexpectedSinceHealthy: 0,
    ...fields,
  };
}

export function makeReboot(fields: Partial<RebootRecord> = {}): RebootRecord {
  return {
    kind: 'reboot',
    key: makeKey({ sequence: REBOOT_SEQUENCE }),
    reason: 0x8001,
    unexpected: true,
    marked: { reason: 0x8001, pc: 0x0800_1234, lr: 0x0800_1201, uptime: milliseconds(12_345) },
    hardware: { reason: 0x0003, raw: 0x10 },
    uptime: milliseconds(12_345),
    ...fields,
  };
}

/** Of the crash in `makeDump`. */
export function makePostcard(fields: Partial<PostcardRecord> = {}): PostcardRecord {
  return {
    kind: 'postcard',
    key: makeKey({ sequence: POSTCARD_SEQUENCE }),
    build: shortBuildPrefix(TEST_BUILD),
    machine: 'cortex-m',
    cause: { kind: 'fault' },
    reason: 0x8001,
    pc: 0,
    lr: 0x0800_1235,
    faultBits: 0x4002_0000,
    ...fields,
  };
}

/** A thread that waits, with all of its core registers. */
export function makeThread(fields: Partial<DumpThread> = {}): DumpThread {
  const stack = { low: address(0x2000_2000), size: 512 };
  return { id: 0x2000_0400, name: 'sensor', crashed: false, stack, registers: { ...CORE_REGISTERS, sp: 0x2000_2100 }, ...fields };
}

/** Two log lines by default: ids 1 and 5 with one number each. */
export function makeLog(fields: Partial<LogRecord> = {}): LogRecord {
  const entries = concatBytes([
    makeLogEntry(makeLogBody({ id: 1, delta: 100, args: [{ type: 'u32', value: 7 }] })),
    makeLogEntry(makeLogBody({ id: 5, delta: 150, args: [{ type: 'i32', value: -3 }] })),
  ]);
  return {
    kind: 'log',
    key: makeKey({ sequence: 2 }),
    build: TEST_BUILD_PREFIX,
    firstEntry: 0,
    dropped: 0,
    base: 0,
    clock: { frequency: 1000, stamp: 0, uptime: 0 },
    core: 0,
    abandoned: 0,
    entries,
    ...fields,
  };
}

const CORE_REGISTERS = {
  ...Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`r${index}`, 0x1000 + index])),
  sp: 0x2000_0fa0,
  lr: 0x0800_1235,
  pc: 0,
  xpsr: 0x6000_0000,
};

const SPECIAL_REGISTERS = {
  msp: 0x2000_0f80,
  psp: 0,
  control: 0,
  primask: 0,
  basepri: 0,
  faultmask: 0,
  exc_return: 0xffff_fff9,
};
