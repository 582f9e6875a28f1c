/** A crash that takes the newest lines of the log along: the same lines as the log's own records send. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { decodeLogEntries, readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { crashOf, decodeLogs, recordsOf } from './records.ts';

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'the log inside a crash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-crash-log-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['microbit', 'mps2-an385', 'mps2-an505'] as const)(
    '%s: has the lines up to the crash',
    (board) => {
      const elf = buildFirmware({
        board,
        sources: [join(DEVICE, 'tests/qemu/scenarios.c')],
        out: join(folder, `${board}.elf`),
        cflags: ['-DNOINIT_CRASH_LOG_BYTES=128', '-DNOINIT_CRASH_CAPACITY=1600'],
      });
      const run = runQemu({ board, elf, args: { scenario: 1, random: 7 } });
      expect(run.exitCode, run.text + run.stderr).toBe(0);
      const records = recordsOf(run.chunks);
      const { dump } = crashOf(records);
      expect(dump.damage).toEqual([]);
      const [piece, ...more] = dump.log ?? [];
      expect(more).toEqual([]);
      if (piece === undefined) throw new Error('no log in the crash');
      const { entries, firstEntry, base, clock, core } = piece;
      const dictionary = readDictionary(parseElf(readFileSync(elf)));
      const { lines, damage } = decodeLogEntries(entries, { dictionary, firstEntry, base, clock, core });
      expect(damage).toEqual([]);
      const whole = decodeLogs(records, [elf]).lines.filter((line) => line.boot === 1);
      expect(lines.map(({ number, text, stamp }) => [number, text, stamp])).toEqual(
        whole.map(({ number, text, stamp }) => [number, text, stamp]),
      );
      expect(lines.length).toBe(2);
    },
    60_000,
  );
});
