import type { UnwindRow } from '@noinit/dwarf';
import { address } from '@noinit/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExidxTable } from './exidx-table.ts';
import { runExceptionInstructions } from './unwind-instructions.ts';

const START = address(0x1000);

function rowOf(...instructions: readonly number[]): UnwindRow | undefined {
  return runExceptionInstructions(Uint8Array.from(instructions), START);
}

/** CFA as `sp+16`, registers as `r4@-8`; expressions as `r4@expression`. */
function told(row: UnwindRow | undefined): string | undefined {
  if (row?.cfa.kind !== 'register') return undefined;
  const rules = [...row.registers].map(([register, rule]) => `${register}@${rule.kind === 'offset' ? rule.offset : rule.kind}`);
  return [`${row.cfa.register}+${row.cfa.offset}`, ...rules].join(' ');
}

describe('unwind instructions', () => {
  it.each([
    ['finish', [0xb0], '13+0'],
    ['vsp up', [0x00, 0x3f], '13+260'],
    ['vsp down', [0x40], '13+-4'],
    ['pop a mask', [0x84, 0x09], '13+12 4@-12 7@-8 14@-4'],
    ['pop r4 and on', [0xa1], '13+8 4@-8 5@-4'],
    ['pop r4 and on, and lr', [0xab], '13+20 4@-20 5@-16 6@-12 7@-8 14@-4'],
    ['pop arguments', [0xb1, 0x0f], '13+16 0@-16 1@-12 2@-8 3@-4'],
    ['vsp up by a lot', [0xb2, 0x81, 0x01], `13+${0x204 + 4 * 129}`],
    ['pop with a format word', [0xb3, 0x80], '13+12 80@-12 81@-8'],
    ['pop d8 and on with a format word', [0xb8], '13+12 80@-12 81@-8'],
    ['pop the authentication code', [0xb4], '13+4 143@-4'],
    ['authenticate', [0xb5, 0xa8], '13+8 4@-8 14@-4'],
    ['pop doubles', [0xc9, 0x81], '13+16 80@-16 81@-12 82@-8 83@-4'],
    ['pop high doubles', [0xc8, 0x00], '13+8 272@-8'],
    ['pop d8 and on', [0xd0], '13+8 80@-8 81@-4'],
    ['vsp from a register', [0x97, 0x41, 0x84, 0x08], '7+0 7@-8 14@-4'],
    ['a return address popped into pc', [0x88, 0x00], '13+4 14@-4'],
  ] as const)('%s', (_name, instructions, expected) => {
    expect(told(rowOf(...instructions))).toBe(expected);
  });

  it('keeps places that were told before the stack pointer was taken from a register', () => {
    const row = rowOf(0xa8, 0x97, 0x84, 0x08);
    expect(told(row)).toBe('7+8 4@expression 14@-4 7@-8');
  });

  it.each([
    ['refuse', [0x80, 0x00]],
    ['vsp from sp', [0x9d]],
    ['vsp from pc', [0x9f]],
    ['pop of sp', [0x82, 0x00]],
    ['an empty mask of arguments', [0xb1, 0x00]],
    ['a mask of more than arguments', [0xb1, 0x10]],
    ['spare', [0xb6]],
    ['wireless MMX', [0xc6, 0x00]],
    ['spare above', [0xca]],
    ['registers beyond the last', [0xc8, 0xff]],
    ['cut operands', [0x84]],
    ['a cut number', [0xb2, 0x80]],
  ] as const)('%s gives no row', (_name, instructions) => {
    expect(rowOf(...instructions)).toBeUndefined();
  });

  it('of any kind end without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void rowOf(...bytes)),
      { numRuns: 3000 },
    );
  });
});

const INDEX = address(0x8000);
const TABLE = 0x9000;

/** An index of functions, each with its second word or the words of its table entry. */
function makeTable(functions: readonly { readonly start: number; readonly content: number | readonly number[] }[]): ExidxTable {
  const index = new DataView(new ArrayBuffer(8 * functions.length));
  const table: number[] = [];
  for (const [place, { start, content }] of functions.entries()) {
    index.setUint32(8 * place, (start - (INDEX + 8 * place)) & 0x7fff_ffff, true);
    const entry = TABLE + 4 * table.length;
    if (typeof content !== 'number') table.push(...content);
    const word = typeof content === 'number' ? content : (entry - (INDEX + 8 * place + 4)) & 0x7fff_ffff;
    index.setUint32(8 * place + 4, word >>> 0, true);
  }
  const bytes = new Uint8Array(4 * table.length);
  const view = new DataView(bytes.buffer);
  for (const [place, word] of table.entries()) view.setUint32(4 * place, word >>> 0, true);
  return new ExidxTable([{ bytes: new Uint8Array(index.buffer), address: INDEX }], {
    littleEndian: true,
    isLive: () => true,
    read: (at, length) =>
      at >= TABLE && at + length <= TABLE + bytes.length ? bytes.slice(at - TABLE, at - TABLE + length) : undefined,
  });
}

const CANNOT_UNWIND = 1;

describe('an exception index', () => {
  const table = makeTable([
    { start: 0x1000, content: 0x80a8_b0b0 },
    { start: 0x1100, content: CANNOT_UNWIND },
    { start: 0x1200, content: [0x80a8_b0b0] },
    { start: 0x1300, content: [0x8102_0102, 0x03a8_b0b0, 0xb0b0_b0b0] },
    { start: 0x1400, content: [0x0000_0ff0, 0x0102_0304, 0xa8b0_b0b0, 0] },
    { start: 0x1500, content: [0x8500_0000] },
    { start: 0x1600, content: CANNOT_UNWIND },
  ]);
  const at = (pc: number) => told(table.rowAt(address(pc)));

  it('tells of a function up to where the next begins', () => {
    for (const pc of [0x1000, 0x10fe]) expect(at(pc)).toBe('13+8 4@-8 14@-4');
    expect(table.rowAt(address(0x1080))?.start).toBe(0x1000);
    expect(at(0xffe)).toBeUndefined();
  });

  it('reads entries of all three short forms and of generic routines', () => {
    expect(at(0x1204)).toBe('13+8 4@-8 14@-4');
    expect(at(0x1304)).toBe('13+44 4@-8 14@-4');
    expect(at(0x1404)).toBe('13+56 4@-8 14@-4');
  });

  it('has no row where nothing is known, or the entry is of no known form', () => {
    for (const pc of [0x1104, 0x1504, 0x1604, 0x9000_0000]) expect(at(pc)).toBeUndefined();
  });
});
