/** What a person reads of recorded crashes, compared with golden texts. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeWith, matchesGolden } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { explainDump, loadDisassembler, renderTrace, renderTraceMarkdown } from '../src/index.ts';
import { FIXTURES, FOLDER, readFixture } from './fixtures.ts';
import { crashFirmware } from './run-firmware.ts';

/** UPDATE_FIXTURES=1 records the crashes anew, with the compiler and the QEMU that are there. */
if (process.env['UPDATE_FIXTURES'] === '1') {
  describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'recording', () => {
    it.each([...FIXTURES])('crashes %s', (name, build) => {
      const { elfPath, output } = crashFirmware({ ...build, flags: ['-g1', '-g'] });
      mkdirSync(FOLDER, { recursive: true });
      copyFileSync(elfPath, new URL(`${name}.elf`, FOLDER));
      writeFileSync(new URL(`${name}.dump.txt`, FOLDER), output);
      rmSync(dirname(elfPath), { recursive: true });
    });
  });
}

const disassemble = await loadDisassembler();

describe('a recorded crash', () => {
  it.each([...FIXTURES.keys()])('%s reads as it always did', (name) => {
    const { dump, symbols } = readFixture(name);
    const trace = explainDump(dump, symbols, { disassemble });
    matchesGolden(new URL(`${name}.trace.golden.txt`, FOLDER), renderTrace(trace));
    matchesGolden(new URL(`${name}.trace.golden.json`, FOLDER), `${JSON.stringify(trace, undefined, 1)}\n`);
  });

  it('reads as Markdown', () => {
    const { dump, symbols } = readFixture('m3-null-call');
    matchesGolden(
      new URL('m3-null-call.trace.golden.md', FOLDER),
      renderTraceMarkdown(explainDump(dump, symbols, { disassemble })),
    );
  });

  it('without its build shows raw addresses', () => {
    const { dump } = readFixture('m3-null-call');
    matchesGolden(new URL('m3-null-call.bare.golden.txt', FOLDER), renderTrace(explainDump(dump, undefined)));
  });

  it('gives the same JSON each time', () => {
    const { dump, symbols } = readFixture('m3-null-call');
    const again = readFixture('m3-null-call');
    const texts = [symbols, symbols, again.symbols].map((build) => JSON.stringify(explainDump(dump, build, { globals: true })));
    expect(new Set(texts).size).toBe(1);
  });
});
