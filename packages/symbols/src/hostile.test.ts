/** Files that lie: whatever their bytes, loading refuses with a code or answers, in bounded time. */
import { readFileSync } from 'node:fs';
import { ByteWriter } from '@noinit/bytes';
import { AT, evaluateExpression, FORM, TAG } from '@noinit/dwarf';
import { parseElf } from '@noinit/elf';
import { address, NoinitError } from '@noinit/model';
import { makeAbbreviations, makeElf, makeNote, makeUnit } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSymbols, type Symbols, type TypeInfo } from './index.ts';

const FIXTURES = new URL('../../../fixtures/elf/', import.meta.url);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.elf`, FIXTURES)));
/** One file may take this long: cold code on a busy machine, not a loop. */
const DEADLINE_MS = 2000;
const FRAME = {
  register: () => 0x2000_0000,
  memory: (_at: number, length: number) => new Uint8Array(length),
  callFrameAddress: () => address(0x2000_0100),
  frameBase: () => address(0x2000_0100),
};

/** Loads and asks everything there is to ask, at a few addresses. */
function exercise(bytes: Uint8Array): 'refused' | 'answered' {
  const began = performance.now();
  try {
    askEverything(loadSymbols(bytes));
    return 'answered';
  } catch (error) {
    if (!(error instanceof NoinitError)) throw error;
    return 'refused';
  } finally {
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS);
  }
}

function askEverything(symbols: Symbols): void {
  const seen = new Set<TypeInfo>();
  for (let pc = 0; pc < 0x220; pc += 18) {
    for (const scope of symbols.locate(address(pc))) {
      const base = symbols.frameBase(scope, address(pc));
      if (base) evaluateExpression(base, FRAME);
      for (const { type, place } of symbols.variables(scope, address(pc))) {
        visitType(type, seen);
        if (place.kind === 'expression') evaluateExpression(place.expression, FRAME);
      }
    }
    symbols.unwindRow(address(pc));
    symbols.symbolAt(address(pc));
    symbols.readConstant(address(pc), 16);
  }
  for (const { type } of symbols.globals()) visitType(type, seen);
  symbols.symbolNamed('main');
}

/** Bent types may lead to more types than any reader would follow. */
const MAX_VISITED = 300;

function visitType(type: TypeInfo | undefined, seen: Set<TypeInfo>): void {
  if (!type || seen.size > MAX_VISITED || seen.has(type)) return;
  seen.add(type);
  if (type.kind === 'struct' || type.kind === 'union') for (const member of type.members()) visitType(member.type, seen);
  if (type.kind === 'pointer') visitType(type.target(), seen);
  if (type.kind === 'alias') visitType(type.target, seen);
  if (type.kind === 'array') visitType(type.element, seen);
  if (type.kind === 'enum') type.values();
}

/** The file with one section made shorter, by its header alone. */
function withSectionCut(bytes: Uint8Array, name: string, size: number): Uint8Array {
  const cut = bytes.slice();
  const view = new DataView(cut.buffer);
  const section = parseElf(bytes).sections.find((found) => found.name === name);
  view.setUint32(view.getUint32(32, true) + (section?.index ?? 0) * 40 + 20, size, true);
  return cut;
}

function debugSections(bytes: Uint8Array) {
  return parseElf(bytes).sections.filter(({ name }) => name.startsWith('.debug_'));
}

describe.each(['m3-O2-dwarf5', 'm3-Os-dwarf4', 'm3-O2-clang-dwarf5'])('%s', (file) => {
  const bytes = bytesOf(file);

  it('answers with each debug section cut at many lengths', () => {
    for (const { name, size } of debugSections(bytes)) {
      const step = Math.max(1, Math.floor(size / 24));
      for (let length = 0; length < size; length += step) exercise(withSectionCut(bytes, name, length));
    }
  }, 60_000);

  it('answers with any bits of debug information bent', () => {
    const sections = debugSections(bytes);
    const first = Math.min(...sections.map(({ offset }) => offset));
    const last = Math.max(...sections.map(({ offset, size }) => offset + size));
    const bends = fc.array(fc.tuple(fc.integer({ min: first, max: last - 1 }), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(bends, (changes) => {
        const bent = bytes.slice();
        for (const [at, value] of changes) bent[at] = value;
        exercise(bent);
      }),
      { numRuns: 250 },
    );
  }, 60_000);
});

it('takes nothing from a file that was cut', () => {
  const bytes = bytesOf('m3-O2-dwarf5');
  for (let length = 0; length < bytes.length; length += 97) expect(exercise(bytes.subarray(0, length))).toBe('refused');
});

it('gives up on a small file in which many functions share one long list of ranges', () => {
  const count = 20_000;
  const list = new ByteWriter();
  for (let index = 0; index < count; index++) list.u8(6).u32(0x100).u32(0x100);
  const entries = new ByteWriter().u8(1).u32(0).u32(0x1000);
  for (let index = 0; index < count; index++) entries.u8(2).u32(0);
  const abbreviations = makeAbbreviations([
    {
      code: 1,
      tag: TAG.compile_unit,
      children: true,
      attributes: [
        [AT.low_pc, FORM.addr],
        [AT.high_pc, FORM.data4],
      ],
    },
    { code: 2, tag: TAG.subprogram, attributes: [[AT.ranges, FORM.sec_offset]] },
  ]);
  const bytes = makeElf({
    segments: [{ type: 4, bytes: makeNote('GNU', 3, new Uint8Array(20).fill(7)) }],
    sections: [
      { name: '.text', flags: 6, address: 0, bytes: new Uint8Array(0x1000) },
      { name: '.debug_abbrev', bytes: abbreviations },
      { name: '.debug_info', bytes: makeUnit({ entries: entries.u8(0).toBytes() }) },
      { name: '.debug_rnglists', bytes: list.u8(0).toBytes() },
    ],
    symbols: [{ name: 'zero', value: 0, size: 2 }],
  });
  const began = performance.now();
  expect(loadSymbols(bytes).locate(address(0x100))).toEqual([]);
  expect(performance.now() - began).toBeLessThan(DEADLINE_MS);
});
