/** Where an assertion stands, also where the compiler made one call of several. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { crashFacts } from '@noinit/facts';
import { readDictionary } from '@noinit/logs';
import { explainDump } from '@noinit/postmortem';
import { loadSymbols } from '@noinit/symbols';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it } from 'vitest';
import { type Board, buildFirmware, DEVICE, runQemu } from './firmware.ts';
import { crashOf, recordsOf } from './records.ts';

const SOURCE = join(DEVICE, 'tests/qemu/asserts.c');

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'two assertions of one function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-asserts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['microbit', '-Os'],
    ['mps2-an385', '-Os'],
    ['mps2-an385', '-O0'],
  ] as const)(
    '%s %s: each is told by its own line and text, and is an issue of its own',
    (board: Board, optimisation) => {
      const elf = buildFirmware({ board, sources: [SOURCE], optimisation, out: join(folder, `${board}${optimisation}.elf`) });
      const file = parseElf(new Uint8Array(readFileSync(elf)));
      const [symbols, dictionary] = [loadSymbols(file), readDictionary(file)];
      const told = [{ level: 7 }, { valve: 3 }].map((args) => {
        const crash = crashOf(recordsOf(runQemu({ board, elf, args: { random: 5, ...args } }).chunks));
        const trace = explainDump(crash.dump, symbols, { dictionary });
        return { sentence: trace.fault.sentence, pc: crash.dump.threads[0]?.registers['pc'], facts: crashFacts(crash, trace) };
      });
      const [level, valve] = told;
      expect([level?.sentence, valve?.sentence]).toEqual([
        `An assertion failed in check (asserts.c:${lineOf('level is wrong')}): level is wrong`,
        `An assertion failed in check (asserts.c:${lineOf('valve is wrong')}): valve is wrong`,
      ]);
      // With optimisation this is what the compiler does; without it the test would prove nothing.
      expect(level?.pc === valve?.pc).toBe(optimisation === '-Os');
      expect(level?.facts.fingerprint).not.toBe(valve?.facts.fingerprint);
    },
    60_000,
  );
});

function lineOf(text: string): number {
  return (
    readFileSync(SOURCE, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(`"${text}"`)) + 1
  );
}
