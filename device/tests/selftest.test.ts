/** The self-test on Cortex-M3, M0 and RV32: what it makes happen arrives under the name that it has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Record } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware, DEVICE, type QemuRun, runQemu, WARNINGS } from './firmware.ts';
import { crashOf, decodeLogs, rebootOf, recordsOf } from './records.ts';

const BOARDS = ['mps2-an385', 'microbit', 'rv32'] as const;
type Name = (typeof BOARDS)[number];

/** As in noinit/selftest.h. */
const KIND = {
  undefined: 1,
  callNull: 2,
  callData: 3,
  read: 4,
  write: 5,
  divide: 6,
  unaligned: 7,
  overflow: 8,
  assert: 9,
  abort: 10,
  outOfMemory: 11,
  panic: 12,
  hang: 13,
  hangMasked: 14,
  double: 15,
  snapshot: 16,
} as const;
const REASON = {
  selfTest: 9,
  userReset: 10,
  fault: 0x8001,
  assert: 0x8002,
  overflow: 0x8005,
  memory: 0x8006,
  panic: 0x8009,
  captureFailed: 0x800a,
} as const;
const BAD_ADDRESS = 0xb000_0000;

describeWith(
  ['arm-none-eabi-gcc', 'qemu-system-arm', 'riscv64-unknown-elf-gcc', 'qemu-system-riscv32'],
  'the self-test of the device',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-selftest-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    describe.each(BOARDS)('on %s', (board: Name) => {
      let elf = '';
      beforeAll(() => {
        elf = buildFirmware({
          board,
          sources: [join(DEVICE, 'tests/qemu/selftest.c')],
          out: join(folder, `${board}.elf`),
          cflags: [...WARNINGS, '-Werror'],
        });
      }, 60_000);

      function run(args: Readonly<{ [name: string]: number }>, timeoutMs = 15_000): QemuRun {
        return runQemu({ board, elf, args: { random: 0x5e1f, ...args }, timeoutMs });
      }

      function records(kind: number, args: Readonly<{ [name: string]: number }> = {}): Record[] {
        const result = run({ kind, ...args });
        expect(result.exitCode, result.text + result.stderr).toBe(0);
        return recordsOf(result.chunks);
      }

      function textsOf(result: QemuRun): string[] {
        return decodeLogs(recordsOf(result.chunks), [elf]).lines.map(({ text }) => text);
      }

      it('RAM that a reset leaves alone is found kept, and the log says so', () => {
        const result = run({ kind: 0 });
        expect(result.exitCode, result.stderr).toBe(0);
        expect(result.text).toContain('kept\n');
        expect(result.text).not.toContain('not kept');
        expect(textsOf(result)).toEqual(['self-test: reset, to see what RAM keeps', 'self-test: RAM survives a reset']);
        expect(rebootOf(recordsOf(result.chunks))).toMatchObject({ reason: REASON.selfTest, unexpected: false });
      });

      it('damage of some bytes is found, and counted', () => {
        const result = run({ kind: 0, lose: 1 });
        expect(result.text).toContain('not kept\n');
        expect(textsOf(result).at(-1)).toMatch(/^self-test: RAM kept 4\d\d of 512 words over the reset$/);
      });

      it('RAM that a reset loses is found out by what the chip says of the reset', () => {
        const result = run({ kind: 0, lose: 2 });
        expect(result.text).toContain('not kept\n');
        expect(textsOf(result).at(-1)).toBe('self-test: RAM kept 0 of 512 words over the reset');
      });

      it('crashes that were not sent yet keep it from running, and stay as they are', () => {
        const { exitCode, text } = run({ full: 1 });
        expect([exitCode, text.trim().split(/\r?\n/)]).toEqual([0, ['not ready', 'record untouched', 'record untouched']]);
      });

      it('it does not run before the start', () => {
        const { exitCode, text } = run({ early: 1 });
        expect([exitCode, text.trim()]).toEqual([0, 'not started']);
      });

      it.each([
        ['undefined', { riscv: 2, cfsr: 0x0001_0000 }],
        ['callNull', { riscv: 1, cfsr: 0x0002_0000 }],
        ['callData', { riscv: 2, cfsr: 0x0001_0000 }],
        ['read', { riscv: 5, cfsr: 0x0000_8200 }],
        ['write', { riscv: 7, cfsr: 0x0000_8200 }],
      ] as const)('%s is a fault with its bits', (name, { riscv, cfsr }) => {
        const all = records(KIND[name]);
        const { dump } = crashOf(all);
        expect(rebootOf(all)).toMatchObject({ reason: REASON.fault, unexpected: true });
        expect(dump.cause).toMatchObject({ kind: 'fault', reason: REASON.fault });
        expect(dump.damage).toEqual([]);
        if (board === 'rv32') expect(dump.system['mcause']).toBe(riscv);
        else if (board === 'mps2-an385') expect(dump.system['cfsr']).toBe(cfsr);
        const isAccess = name === 'read' || name === 'write';
        if (isAccess && board === 'rv32') expect(dump.system['mtval']).toBe(BAD_ADDRESS);
        if (isAccess && board === 'mps2-an385') expect(dump.system['bfar']).toBe(BAD_ADDRESS);
      });

      it.each([
        ['assert', REASON.assert, { kind: 'assert' }],
        ['abort', REASON.panic, { kind: 'panic', text: 'abort' }],
        ['panic', REASON.panic, { kind: 'panic', text: 'self-test' }],
        ['outOfMemory', REASON.memory, { kind: 'out-of-memory', size: BAD_ADDRESS }],
        ['overflow', REASON.overflow, { kind: 'stack-overflow' }],
      ] as const)('%s has its reason and cause', (name, reason, cause) => {
        const all = records(KIND[name]);
        expect(rebootOf(all)).toMatchObject({ reason, unexpected: true });
        expect(crashOf(all).dump).toMatchObject({ cause: { ...cause, reason }, damage: [] });
      });

      it('a failed assertion leaves its line', () => {
        expect(textsOf(run({ kind: KIND.assert }))).toContain('self-test');
      });

      it('a snapshot comes back, and the firmware goes on', () => {
        const result = run({ kind: KIND.snapshot });
        expect(result.text).toContain('came back\n');
        const all = recordsOf(result.chunks);
        expect(crashOf(all).dump.cause).toMatchObject({ kind: 'snapshot', reason: REASON.selfTest });
        expect(rebootOf(all)).toMatchObject({ reason: REASON.userReset, unexpected: false });
      });

      it.each(['hang', 'hangMasked'] as const)('%s never ends', (name) => {
        expect(run({ kind: KIND[name] }, 500).exitCode).toBe(124);
      });

      if (board === 'mps2-an385') {
        it.each([
          ['divide', 0x0200_0000],
          ['unaligned', 0x0100_0000],
        ] as const)('%s traps', (name, cfsr) => {
          expect(crashOf(records(KIND[name])).dump.system['cfsr']).toBe(cfsr);
        });
      } else {
        it('a division by zero is no crash here, and says so', () => {
          expect(run({ kind: KIND.divide }).text).toContain('not ready\n');
        });
      }

      if (board !== 'microbit') {
        it('a fault while the first is captured leaves the first, and says that the capture failed', () => {
          const all = records(KIND.double, { separate: 1 });
          expect(rebootOf(all)).toMatchObject({ reason: REASON.captureFailed, unexpected: true });
          expect(all.some(({ kind }) => kind === 'postcard')).toBe(true);
          expect(crashOf(all).dump.regions.map(({ kind }) => kind)).toEqual(['stack']);
        });
      }
      if (board !== 'rv32') {
        it('a fault while a HardFault is captured locks the core up', () => {
          const { exitCode, stderr } = run({ kind: KIND.double });
          expect([exitCode, stderr]).toEqual([128, expect.stringContaining('Lockup')]);
        });
      }
      if (board === 'microbit') {
        it('an unaligned read is a fault', () => {
          expect(crashOf(records(KIND.unaligned)).dump.cause.kind).toBe('fault');
        });
      }
      if (board === 'rv32') {
        it('an unaligned read is none where the core does it', () => {
          expect(run({ kind: KIND.unaligned }).text).toContain('not ready\n');
        });
      }
    });
  },
);
