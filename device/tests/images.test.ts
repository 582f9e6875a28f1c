/** A bootloader and an application in one chip: the first reads what the second logged, and changes nothing of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeLogBody, readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, type QemuRun, runQemu } from './firmware.ts';
import { crashOf, decodeLogs, postcardsOf, recordsOf } from './records.ts';

const BOARD = 'mps2-an385';
const source = (name: string): string => join(DEVICE, 'tests/qemu', name);

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a bootloader before an application that crashes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-images-'));
  const app = join(folder, 'app.elf');
  let run: QemuRun;
  beforeAll(() => {
    const cflags = ['-Wall', '-Wextra', '-Werror'];
    buildFirmware({ board: BOARD, sources: [source('app.c')], rom: ['0x100000', '1M'], cflags, out: app });
    const boot = buildFirmware({
      board: BOARD,
      sources: [source('boot.c')],
      sdk: [],
      rom: ['0x0', '1M'],
      // Its port's own retained word would stand where the application's do.
      cflags: [...cflags, '-DNOINIT_RETAINED='],
      out: join(folder, 'boot.elf'),
    });
    run = runQemu({ board: BOARD, elf: boot, args: { random: 1 }, qemuArgs: ['-device', `loader,file=${app}`] });
    expect(run.exitCode, run.text + run.stderr).toBe(0);
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds no log at the first start', () => {
    expect(run.text.split('\n')[0]).toBe('no log');
  });

  it('prints the last five lines before the crash, which the ELF file of the application makes readable', () => {
    const elf = parseElf(readFileSync(app));
    const dictionary = readDictionary(elf);
    const entries = entriesOf(run.text);
    expect(entries.map(({ body }) => decodeLogBody(body, dictionary)?.text)).toEqual([
      'start 1, step 5',
      'start 1, step 6',
      'start 1, step 7',
      'start 1, step 8',
      'about to fail at 0xa0000000',
    ]);
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set([0]));
    expect(new Set(entries.map(({ boot }) => boot))).toEqual(new Set([1]));
    expect(new Set(entries.map(({ build }) => build))).toEqual(new Set([String(elf.buildId).slice(0, 16)]));
    const [first = 0] = entries.map(({ number }) => number);
    expect(entries.map(({ number }) => number - first)).toEqual([0, 1, 2, 3, 4]);
  });

  it('leaves the log as it was: the application sends every line and its crash', () => {
    const records = recordsOf(run.chunks);
    expect(crashOf(records).dump.cause).toEqual({ kind: 'fault', exception: 3, reason: 0x8001 });
    const { lines, damage } = decodeLogs(records, [app]);
    expect(damage).toEqual([]);
    const steps = (start: number): string[] => [1, 2, 3, 4, 5, 6, 7, 8].map((step) => `start ${start}, step ${step}`);
    expect(lines.map(({ text }) => text)).toEqual([...steps(1), 'about to fail at 0xa0000000', ...steps(2)]);
  });
});

describeWith(
  ['arm-none-eabi-gcc', 'qemu-system-arm'],
  'a bootloader that clears the reset-cause register before the application',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-stash-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([true, false])(
      'is asked by the application for what it stashed, once: %s',
      (isStashing) => {
        const cflags = ['-Wall', '-Wextra', '-Werror'];
        const wraps = ['read', 'clear', 'decode'].map((name) => `-Wl,--wrap=noinit_port_reset_cause_${name}`);
        const app = buildFirmware({
          board: BOARD,
          sources: [source('stash_app.c')],
          rom: ['0x100000', '1M'],
          cflags: [...cflags, ...wraps, `-DNOINIT_BOOTLOADER_STASH=${isStashing ? 1 : 0}`],
          out: join(folder, 'app.elf'),
        });
        const boot = buildFirmware({
          board: BOARD,
          sources: [source('stash_boot.c')],
          sdk: [],
          rom: ['0x0', '1M'],
          cflags: [...cflags, '-DNOINIT_RETAINED='],
          out: join(folder, 'boot.elf'),
        });
        const run = runQemu({ board: BOARD, elf: boot, args: { random: 1 }, qemuArgs: ['-device', `loader,file=${app}`] });
        expect(run.exitCode, run.text + run.stderr).toBe(0);
        const records = recordsOf(run.chunks);
        const reboots = records.filter((record) => record.kind === 'reboot');
        expect(reboots.map(({ reason, hardware }) => [reason, hardware.reason, hardware.raw])).toEqual([
          [0x8001, ...(isStashing ? [0x8003, 16] : [0x8000, 0])],
          [0x8000, 0x8000, 0],
        ]);
        const boots = records.filter((record) => record.kind === 'boot');
        expect(boots.map(({ rawResetCause }) => rawResetCause)).toEqual([0, isStashing ? 16 : 0, 0]);
        expect(postcardsOf(records).map(({ key }) => key.boot)).toEqual([1]);
        expect(crashOf(records).key.boot).toBe(1);
      },
      30_000,
    );
  },
);

interface PrintedEntry {
  readonly number: number;
  readonly kind: number;
  readonly boot: number;
  readonly build: string;
  /** Stamp, id and arguments, as they stand in the ring. */
  readonly body: Uint8Array;
}

function entriesOf(text: string): PrintedEntry[] {
  return [...text.matchAll(/^entry (\d+) (\d+) (\d+) (\d+) (\d+) ([0-9a-f]{16}) ([0-9a-f]*)$/gm)].map((match) => {
    const [number = 0, kind = 0, boot = 0, stamp = 0, id = 0] = match.slice(1, 6).map(Number);
    const body = new Uint8Array([...varint(2 * stamp), ...varint(id), ...fromHex(match[7] ?? '')]);
    return { number, kind, boot, build: match[6] ?? '', body };
  });
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
