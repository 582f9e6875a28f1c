/** Where values live, beyond one register or one address: pieces, pairs, what callers passed, what has no address. */
import type { Expression, InfoOffset } from '@noinit/dwarf';
import type { Variable } from '@noinit/model';
import type { TypeInfo, VariableInfo, VariablePlace } from '@noinit/symbols';
import { describe, expect, it } from 'vitest';
import {
  array,
  base,
  CFA,
  CHAR,
  expression,
  INT,
  makeFrame,
  makeTarget,
  pointer,
  struct,
  variable,
} from '../test/make-target.ts';
import { readVariables } from './read-variables.ts';
import type { Caller, ScopeInFrame } from './target.ts';

const LONG: TypeInfo = base('long long', 8, 'signed');
const DOUBLE: TypeInfo = base('double', 8, 'float');
const REG0 = 0x50;
const BREG0 = 0x70;
const PIECE = 0x93;
const BIT_PIECE = 0x9d;
const STACK_VALUE = 0x9f;
const ENTRY_VALUE = 0xa3;
const REGVAL_TYPE = 0xa5;

const at = (...bytes: readonly number[]): VariablePlace => ({ kind: 'expression', expression: expression(...bytes) });
const typed = (...bytes: readonly number[]): Expression => ({
  ...expression(...bytes),
  baseType: (offset) => (offset === 0x20 ? { kind: 'signed', size: 8 } : undefined),
});

function read(info: VariableInfo, frame: ScopeInFrame, memory = {}): Variable | undefined {
  return readVariables(frame, makeTarget({ variables: [info], memory }))[0];
}

function show(place: VariablePlace, type: TypeInfo, frame: ScopeInFrame = makeFrame()): string {
  const found = read(variable('v', type, place), frame);
  if (!found) throw new Error('nothing was read');
  return 'unknown' in found ? found.unknown.why : found.value;
}

describe('a value in pieces', () => {
  it('of two registers is one number', () => {
    expect(show(at(REG0 + 4, PIECE, 4, REG0 + 5, PIECE, 4), LONG, makeFrame({ 4: 0xffff_fffe, 5: 0xffff_ffff }))).toBe('-2');
  });

  it('of bits puts each behind the one before', () => {
    // 5 bits from bit 3 of r4 (0b10110), then 27 bits of r5.
    const place = at(REG0 + 4, BIT_PIECE, 5, 3, REG0 + 5, BIT_PIECE, 27, 0);
    expect(show(place, base('unsigned', 4, 'unsigned'), makeFrame({ 4: 0b1011_0101, 5: 1 }))).toBe(String(0b10110 + 32));
  });

  it('is known in part where the pieces are fewer than its type', () => {
    const pair = struct('pair', 8, () => [
      { name: 'low', type: INT, offset: 0 },
      { name: 'high', type: INT, offset: 4 },
    ]);
    const found = read(variable('v', pair, at(REG0 + 4, PIECE, 4)), makeFrame({ 4: 7 }));
    expect(found?.children).toMatchObject([{ value: '7' }, { unknown: { why: 'optimized-out' } }]);
    expect(show(at(REG0 + 4, PIECE, 4), LONG, makeFrame({ 4: 7 }))).toBe('optimized-out');
  });
});

describe('a register', () => {
  it('D8 is S16 and S17', () => {
    const frame = makeFrame({ 80: 0, 81: 0x3fe0_0000 });
    expect(show(at(0x90, 0x88, 2), DOUBLE, frame)).toBe('0.5');
    expect(show(at(0x90, 0xd0, 0, PIECE, 4, 0x90, 0xd1, 0, PIECE, 4), DOUBLE, frame)).toBe('0.5');
    expect(show(at(0x90, 0x88, 2), DOUBLE, makeFrame({ 80: 0 }))).toBe('register-not-recovered');
  });

  it.each([
    ['cortex-m', 0x54, 'r4'],
    ['cortex-m', 0x5e, 'lr'],
    ['riscv32', 0x5a, 'a0'],
    ['riscv32', 0x59, 's1'],
    ['riscv32', 0x52, 'sp'],
  ] as const)('of %s that is missing is named', (machine, operation, name) => {
    const found = read(variable('v', INT, at(operation)), { ...makeFrame(), machine });
    expect(found).toMatchObject({ unknown: { why: 'register-not-recovered', detail: expect.stringMatching(`^${name} is`) } });
  });

  it('of floating point is named after its ABI', () => {
    const found = read(variable('v', base('float', 4, 'float'), at(0x90, 42)), { ...makeFrame(), machine: 'riscv32' });
    expect(found).toMatchObject({ unknown: { detail: expect.stringMatching(/^fa0 is/) } });
  });
});

describe('a computed value', () => {
  it('that is a literal alone is as wide as its type', () => {
    expect(show(at(0x11, 0x7d, STACK_VALUE), LONG)).toBe('-3');
    expect(show(at(0x10, 0x83, 0x80, 0x80, 0x80, 0x80, 1, STACK_VALUE), LONG)).toBe(String(3 + 2 ** 35));
  });

  it('that was computed has the width of an address', () => {
    expect(show(at(0x33, 0x34, 0x22, STACK_VALUE), LONG)).toBe('unsupported');
  });
});

describe('a value at entry to the function', () => {
  const called = (...args: Caller['arguments'][number][]): ScopeInFrame => ({
    ...makeFrame(),
    caller: { frame: makeFrame({ 6: 40 }), arguments: args },
  });

  it('that was passed in a pair of registers is put together', () => {
    const passed = { place: expression(REG0, PIECE, 4, REG0 + 1, PIECE, 4), value: expression(0x0e, 1, 0, 0, 0, 2, 0, 0, 0) };
    const whole: VariablePlace = { kind: 'expression', expression: typed(ENTRY_VALUE, 3, REGVAL_TYPE, 0, 0x20, STACK_VALUE) };
    expect(show(whole, LONG, called(passed))).toBe(String(1 + 2 * 2 ** 32));
    expect(show(at(ENTRY_VALUE, 1, REG0, STACK_VALUE), INT, called(passed))).toBe('1');
    expect(show(at(ENTRY_VALUE, 1, REG0 + 1, STACK_VALUE), INT, called(passed))).toBe('2');
  });

  it('is computed from registers as they were', () => {
    const passed = { place: expression(REG0), value: expression(BREG0 + 6, 1) };
    expect(show(at(ENTRY_VALUE, 2, BREG0, 1, STACK_VALUE), INT, called(passed))).toBe('42');
  });

  it('of a parameter that was removed is what would have been passed', () => {
    const passed = { parameter: 0x1234 as InfoOffset, value: expression(BREG0 + 6, 2) };
    const place = at(0xfa, 0x34, 0x12, 0, 0, STACK_VALUE);
    expect(show(place, INT, called(passed))).toBe('42');
    expect(show(place, INT, called())).toBe('optimized-out');
  });

  it('of the stack pointer is the call frame address', () => {
    expect(show(at(ENTRY_VALUE, 1, REG0 + 13, STACK_VALUE), INT, called())).toBe(String(CFA));
  });

  it('of memory is unknown: it may have changed', () => {
    const passed = { place: expression(REG0), value: expression(0x0c, 0, 0x20, 0, 0x20) };
    expect(show(at(ENTRY_VALUE, 3, BREG0, 0, 0x06, STACK_VALUE), INT, called(passed))).toBe('optimized-out');
  });

  it('ends where callers ask for more than a value may', () => {
    const many = Array.from({ length: 60 }, () => [ENTRY_VALUE, 1, REG0, 0x22]).flat();
    const passed = { place: expression(REG0), value: expression(0x30, ...many) };
    const circle: { -readonly [key in keyof Caller]: Caller[key] } = { frame: makeFrame(), arguments: [passed] };
    circle.frame = { ...circle.frame, caller: circle };
    const began = performance.now();
    expect(show(at(0x30, ...many, STACK_VALUE), INT, { ...makeFrame(), caller: circle })).toBe('optimized-out');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('the frame base', () => {
  const local = at(0x91, 0x70, 0x06, STACK_VALUE);
  const memory = { 536875000: [9, 0, 0, 0] };
  const value = (frame: ScopeInFrame) => {
    const found = read(variable('v', INT, local), frame, memory);
    return found && 'value' in found ? found.value : found?.unknown.why;
  };

  it.each([
    ['a register', expression(REG0 + 7)],
    ['an offset from a register', expression(BREG0 + 7, 0)],
    ['a computed value', expression(BREG0 + 7, 0, STACK_VALUE)],
  ])('may be %s', (_name, frameBase) => {
    expect(value({ ...makeFrame({ 7: 536875016 }), frameBase })).toBe('9');
    expect(value({ ...makeFrame(), frameBase })).toBe('register-not-recovered');
  });

  it('may be what the function was entered with', () => {
    const passed = { place: expression(REG0), value: expression(0x0c, 0x08, 0x10, 0, 0x20) };
    const frameBase = expression(ENTRY_VALUE, 1, REG0);
    const caller = { frame: makeFrame(), arguments: [passed] };
    expect(value({ ...makeFrame(), frameBase, caller })).toBe('9');
  });
});

describe('a pointer that was optimized out', () => {
  const POINTED = 0x1234;
  const place = at(0xa0, 0x34, 0x12, 0, 0, 4);
  const pair = struct('pair', 8, () => [
    { name: 'low', type: INT, offset: 0 },
    { name: 'high', type: INT, offset: 4 },
  ]);
  const target: VariableInfo = variable('limits', pair, { kind: 'constant', bytes: Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0) });
  const frame: ScopeInFrame = { ...makeFrame(), variableAt: (entry) => (Number(entry) === POINTED ? target : undefined) };

  it('shows the part of the variable that it would point to', () => {
    expect(read(variable('p', pointer(INT), place), frame)).toEqual({
      name: 'p',
      type: 'int *',
      kind: 'pointer',
      value: '<synthetic pointer to limits>',
      raw: '',
      children: [{ name: '*p', type: 'int', kind: 'int', value: '2', raw: '02000000' }],
    });
  });

  it('to a struct shows its members', () => {
    const whole = at(0xa0, 0x34, 0x12, 0, 0, 0);
    expect(read(variable('p', pointer(pair), whole), frame)?.children).toMatchObject([
      { name: 'low', value: '1' },
      { name: 'high', value: '2' },
    ]);
  });

  it('to text shows the text', () => {
    const label = variable('', array(CHAR, 4, 1), { kind: 'constant', bytes: Uint8Array.of(0x69, 0x64, 0x6c, 0x65, 0, 9) });
    const whole = at(0xa0, 0x34, 0x12, 0, 0, 0);
    const found = read(variable('p', pointer(CHAR), whole), { ...makeFrame(), variableAt: () => label });
    expect(found).toMatchObject({ value: '<synthetic pointer> "idle"', raw: '' });
    expect(found).not.toHaveProperty('children');
  });

  it('to what is not described has an unknown child', () => {
    const elsewhere = at(0xa0, 0x35, 0x12, 0, 0, 0);
    expect(read(variable('p', pointer(INT), elsewhere), frame)).toMatchObject({
      value: '<synthetic pointer>',
      children: [{ unknown: { why: 'optimized-out' } }],
    });
  });

  it('that leads to itself ends', () => {
    const self: VariableInfo = variable('p', pointer(pointer(INT)), at(0xa0, 0x34, 0x12, 0, 0, 0));
    const found = read(self, { ...makeFrame(), variableAt: () => self });
    expect(JSON.stringify(found).length).toBeLessThan(1000);
  });
});

it('takes the value of another variable of the frame, and ends where that asks for itself', () => {
  const length = variable('n', INT, at(REG0 + 4));
  const place = at(0xfd, 0x34, 0x12, 0, 0, 0x31, 0x22, STACK_VALUE);
  expect(show(place, INT, { ...makeFrame({ 4: 5 }), variableAt: () => length })).toBe('6');
  const circle = variable('c', INT, place);
  expect(show(place, INT, { ...makeFrame(), variableAt: () => circle })).toBe('optimized-out');
});

it('keeps big-endian numbers in the order of the target', () => {
  const big = (...bytes: readonly number[]): VariablePlace => ({
    kind: 'expression',
    expression: { ...expression(...bytes), littleEndian: false },
  });
  const target = makeTarget({
    variables: [variable('v', INT, big(REG0 + 4)), variable('w', LONG, big(0x11, 0x7d, STACK_VALUE))],
  });
  const symbols = { ...target.symbols, littleEndian: false };
  const found = readVariables(makeFrame({ 4: 0x0102_0304 }), { ...target, symbols });
  expect(found).toMatchObject([
    { value: String(0x0102_0304), raw: '01020304' },
    { value: '-3', raw: 'fffffffffffffffd' },
  ]);
});
