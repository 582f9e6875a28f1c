import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSection, parseElf, sectionBytes } from '@noinit/elf';
import type { CrashRecord, RebootRecord, Record } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Board, buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { decodeLogs, rebootOf, recordsOf } from './records.ts';

const CORTEX_M = ['mps2-an385', 'mps2-an386', 'mps2-an500', 'mps2-an505', 'microbit'] as const;
const SCENARIOS = join(DEVICE, 'tests/qemu/scenarios.c');
const SCENARIO = { reset: 0, undefined: 1, update: 2 } as const;
const FAULT = 0x8001;

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a firmware on QEMU', () => {
  let folder = '';
  const elves = new Map<Board, string>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'noinit-qemu-'));
    for (const board of CORTEX_M)
      elves.set(
        board,
        buildFirmware({ board, sources: [SCENARIOS], out: join(folder, `${board}.elf`), cflags: ['-Wall', '-Werror'] }),
      );
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const elfOf = (board: Board): string => elves.get(board) ?? '';

  function runScenario(board: Board, scenario: number, size = 64): Record[] {
    const run = runQemu({ board, elf: elfOf(board), args: { scenario, random: 0x12345678, size }, timeoutMs: 15_000 });
    expect(run.exitCode, run.text + run.stderr).toBe(0);
    return recordsOf(run.chunks);
  }

  /** The names and the address ranges of functions, as binutils sees them. */
  function addressOf(board: Board, name: string): { start: number; end: number } {
    const lines = execFileSync('arm-none-eabi-nm', ['-S', elfOf(board)], { encoding: 'utf8' }).split('\n');
    const [address, size] = lines.find((line) => line.endsWith(` ${name}`))?.split(' ') ?? [];
    const start = Number.parseInt(address ?? '', 16);
    return { start, end: start + Number.parseInt(size ?? '', 16) };
  }

  function expectIn(board: Board, name: string, pc: number | undefined): void {
    const { start, end } = addressOf(board, name);
    expect(pc).toBeGreaterThanOrEqual(start);
    expect(pc).toBeLessThan(end);
  }

  it.each(CORTEX_M)('%s: an undefined instruction becomes boot, reboot, crash and log records', (board) => {
    const records = runScenario(board, SCENARIO.undefined, 8);
    expect(records.map((record) => [record.kind, record.key.boot])).toEqual([
      ['boot', 1],
      ['reboot', 1],
      ['boot', 2],
      ['postcard', 1],
      ['crash', 1],
      ['log', 1],
      ['log', 2],
    ]);
    const [first, reboot, second, postcard, crash] = records;
    expect(new Set(records.map((record) => record.key.lineage))).toEqual(new Set([0x12345678]));
    const identities = records.map((record) => `${record.key.boot}/${record.key.sequence}`);
    expect(new Set(identities).size).toBe(records.length);

    const buildId = parseElf(readFileSync(elfOf(board))).buildId;
    expect(first).toMatchObject({
      build: buildId,
      version: '1.0.0',
      hardware: 'qemu',
      ramSurvived: false,
      unexpectedReboots: 0,
    });
    expect(second).toMatchObject({ build: buildId, ramSurvived: true, unexpectedReboots: 1, rawResetCause: 4 });
    expect(reboot).toMatchObject({ reason: FAULT, hardware: { reason: 3, raw: 4 }, marked: { reason: FAULT } });

    const { dump, build } = crash as CrashRecord;
    expect(dump.damage).toEqual([]);
    expect(String(buildId).startsWith(String(build))).toBe(true);
    expect(dump.cause).toMatchObject({ kind: 'fault', exception: 3, reason: FAULT });
    const registers = dump.threads[0]?.registers ?? {};
    expectIn(board, 'undefined', registers['pc']);
    expect(registers['exc_return']).toBe(0xfffffff9);
    expect((reboot as RebootRecord).marked?.pc).toBe(registers['pc']);
    expect(postcard).toMatchObject({ reason: FAULT, pc: registers['pc'], lr: registers['lr'] });
    if (board !== 'microbit') expect(dump.system).toMatchObject({ cfsr: 0x00010000, hfsr: 0x40000000 });
    else expect(Object.keys(dump.system)).toEqual(['icsr', 'cpuid', 'ccr', 'mpu_ctrl', 'nvic_iser0', 'nvic_ispr0']);

    const [stack, data] = dump.regions;
    expect(stack).toMatchObject({ kind: 'stack', address: registers['sp'] });
    expect(data?.kind).toBe('data');
    expect([...(data?.bytes ?? [])]).toEqual([0x11, 0x22, 0x33, 0x44].flatMap((byte) => [byte, byte, byte, byte]));
  });

  it('decodes every argument type of the log from the ELF alone', () => {
    const elf = parseElf(readFileSync(elfOf('mps2-an385')));
    const section = findSection(elf, 'noinit_log');
    expect(section?.address).toBe(0);
    expect((section?.flags ?? 0) & 2, 'not allocated').toBe(0);
    const text = section === undefined ? '' : new TextDecoder('latin1').decode(sectionBytes(elf, section));
    expect(text).toContain('scenarios.c\x1fstart %u');
    expect(text).not.toContain('removed');

    const { lines, damage } = decodeLogs(runScenario('mps2-an385', SCENARIO.undefined), [elfOf('mps2-an385')]);
    expect(damage).toEqual([]);
    expect(lines).toMatchObject([
      { number: 1, level: 'info', source: 'scenario', file: 'scenarios.c', text: 'start 1' },
      { number: 2, level: 'warning', text: 'iron weighs 7.875000, -5 of 9, 1122334455667788' },
      { number: 4, text: 'start 2' },
      { number: 5, text: 'iron weighs 7.875000, -5 of 9, 1122334455667788' },
    ]);
  });

  it('keeps the reason that was marked, with the last uptime', () => {
    const reboot = rebootOf(runScenario('mps2-an385', SCENARIO.update));
    expect(reboot).toMatchObject({ reason: 4, hardware: { reason: 3 }, marked: { reason: 4 } });
    expect(reboot.uptime).toBeGreaterThan(2);
    expectIn('mps2-an385', 'end', reboot.marked?.pc);
    expectIn('mps2-an385', 'main', reboot.marked?.lr);
  });

  it('a reset without a mark has the reason of the hardware and no crash', () => {
    const records = runScenario('mps2-an385', SCENARIO.reset);
    expect(rebootOf(records)).toMatchObject({ reason: 3 });
    expect(records.some((record) => record.kind === 'crash')).toBe(false);
  });
});
