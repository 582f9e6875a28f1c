/** Programs whose debug information is not all here. */
import { readFileSync } from 'node:fs';
import { parseElf } from '@noinit/elf';
import type { Dump } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { makeDump } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { explainDump, renderTrace, renderTraceMarkdown } from './index.ts';

function readProgram(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../../fixtures/elf/${name}.elf`, import.meta.url)));
}

function explain(elf: Uint8Array) {
  const { build: _build, ...dump } = makeDump();
  return explainDump(dump satisfies Dump, loadSymbols(elf));
}

describe('a trace', () => {
  it.each([
    ['m3-O2-split', 'm3-O2-split.elf-main.dwo, m3-O2-split.elf-sensor.dwo'],
    ['m3-O2-supplementary', 'shared.debug'],
  ])('of %s names the files that are not read', (name, files) => {
    const trace = explain(readProgram(name));
    expect(trace.build).toMatchObject({ missing: [expect.stringContaining(files)] });
    expect(renderTrace(trace)).toContain(`not all of it: `);
    expect(renderTraceMarkdown(trace)).toContain(files);
  });

  it('tells of units of a version that is not read', () => {
    const elf = readProgram('m3-O2-dwarf5');
    const section = parseElf(elf).sections.find(({ name }) => name === '.debug_info');
    if (!section) throw new Error('no .debug_info');
    const versionOfFirstUnit = section.offset + 4;
    elf.set([6, 0], versionOfFirstUnit);
    expect(explain(elf).build).toMatchObject({
      missing: ['a part of the debug information is left out: units of version 6 are not read'],
    });
  });

  it('says nothing where all is here', () => {
    expect(explain(readProgram('m3-O2-dwarf5')).build).not.toHaveProperty('missing');
    expect(explain(readProgram('m3-O2-dwarf4')).build).not.toHaveProperty('missing');
  });
});
