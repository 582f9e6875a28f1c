/** Debug information of which a part lies in files that are not read: the rest answers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSymbols } from '../src/index.ts';

function open(name: string) {
  const symbols = loadSymbols(new Uint8Array(readFileSync(new URL(`../../../fixtures/elf/${name}.elf`, import.meta.url))));
  const main = symbols.symbolNamed('main');
  if (!main) throw new Error('no main');
  const [scope] = symbols.locate(main.address);
  if (!scope) throw new Error('main has no code');
  return { symbols, main, scope };
}

describe.each([
  [
    'm3-O2-split',
    [
      { kind: 'split', file: 'm3-O2-split.elf-main.dwo' },
      { kind: 'split', file: 'm3-O2-split.elf-sensor.dwo' },
    ],
  ],
  ['m3-O2-supplementary', [{ kind: 'supplementary', file: 'shared.debug' }]],
] as const)('%s', (name, parts) => {
  const { symbols, main, scope } = open(name);

  it('names the files', () => {
    expect(symbols.missingParts()).toEqual(parts.map((part) => expect.objectContaining(part)));
  });

  it('knows functions, lines and frames', () => {
    expect(scope).toMatchObject({ function: 'main', file: 'src/main.c', line: 29, entry: main.address });
    expect(symbols.unwindRow(main.address)?.start).toBe(main.address);
  });

  it('takes no type that lies there for void', () => {
    const variables = [...symbols.globals(), ...symbols.variables(scope, main.address)];
    expect(variables.map(({ type }) => type.kind)).not.toContain('void');
  });
});

it('says nothing where all is here', () => {
  expect(open('m3-O2-dwarf5').symbols.missingParts()).toEqual([]);
});
