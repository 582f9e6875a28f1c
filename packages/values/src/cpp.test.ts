import type { Variable } from '@noinit/model';
import type { Member, MemberPointerType, StructType, TypeInfo } from '@noinit/symbols';
import { describe, expect, it } from 'vitest';
import {
  base,
  CFA,
  CHAR,
  code,
  expression,
  INT,
  local,
  type MadeTarget,
  makeFrame,
  makeTarget,
  object,
  pointer,
  struct,
  variable,
  words,
} from '../test/make-target.ts';
import { readVariables } from './read-variables.ts';

const AT = CFA - 64;

function read(type: TypeInfo, bytes: readonly number[], rest: MadeTarget = {}): Variable {
  const target = makeTarget({ ...rest, memory: { [AT]: bytes, ...rest.memory }, variables: [local('v', type, -64)] });
  const [found] = readVariables(makeFrame(), target);
  if (!found) throw new Error('nothing was read');
  return found;
}

function cppClass(name: string, size: number, members: readonly Member[]): StructType {
  return { kind: 'struct', name, size, members: () => members, declarationOnly: false, language: 'c++' };
}

const TABLE = pointer(pointer({ kind: 'function', name: 'int (void)' }));
const SHAPE = cppClass('geo::Shape', 8, [
  { name: '_vptr.Shape', type: TABLE, offset: 0 },
  { name: 'id', type: INT, offset: 4 },
]);
const SQUARE = cppClass('geo::Square', 12, [
  { name: 'geo::Shape', type: SHAPE, offset: 0 },
  { name: 'side', type: INT, offset: 8 },
]);

describe('a class', () => {
  it('has its base classes as members', () => {
    expect(read(SQUARE, words(0x800, 7, 4))).toMatchObject({
      value: '{geo::Shape = {_vptr.Shape = 0x00000800, id = 7}, side = 4}',
      children: [
        { name: 'geo::Shape', children: [{}, { name: 'id', value: '7' }] },
        { name: 'side', value: '4' },
      ],
    });
  });

  it('is named where a pointer to its base leads to it', () => {
    const symbols = [object('_ZTVN3geo6SquareE', 0x7f8, 20), object('square', 0x2000_2000, 12)];
    const memory = { 536879104: words(0x800, 7, 4) };
    expect(read(pointer(SHAPE), words(0x2000_2000), { symbols, memory })).toMatchObject({
      value: '0x20002000 <&square> (geo::Square)',
    });
    expect(read(pointer(SQUARE), words(0x2000_2000), { symbols, memory })).toMatchObject({ value: '0x20002000 <&square>' });
    expect(read(pointer(SHAPE), words(0x2000_2000), { symbols: symbols.slice(1), memory })).toMatchObject({
      value: '0x20002000 <&square>',
    });
  });
});

describe('a virtual base class', () => {
  /** `DW_OP_dup, DW_OP_deref, DW_OP_lit12, DW_OP_minus, DW_OP_deref, DW_OP_plus` */
  const place = expression(0x12, 0x06, 0x3c, 0x1c, 0x06, 0x22);
  const whole = cppClass('Left', 12, [
    { name: 'Base', type: cppClass('Base', 4, [{ name: 'b', type: INT, offset: 0 }]), offset: 0, place },
    { name: '_vptr.Left', type: TABLE, offset: 0 },
  ]);
  const memory = { [0x800 - 12]: [...words(8), ...words(0, 0, 0)] };

  it('is where the virtual table says', () => {
    const symbols = [object('_ZTV4Left', 0x7f4, 32)];
    expect(read(whole, words(0x800, 1, 42), { symbols, memory })).toMatchObject({
      children: [{ name: 'Base', value: '{b = 42}', address: '0x20000fc8' }, {}],
    });
  });

  it('is found by a table without functions too, behind whose end the object points', () => {
    const symbols = [object('_ZTV4Left', 0x7f4, 12)];
    expect(read(whole, words(0x800, 1, 42), { symbols, memory })).toMatchObject({
      children: [{ value: '{b = 42}' }, { name: '_vptr.Left', value: '0x00000800 <vtable for Left+12>' }],
    });
  });

  it('is unknown where the object begins with anything else', () => {
    expect(read(whole, words(0x800, 1, 42), { memory })).toMatchObject({
      children: [{ name: 'Base', unknown: { why: 'unsupported' } }, {}],
    });
    expect(read(whole, words(0x3000_0000, 1, 42), { memory })).toMatchObject({ children: [{ name: 'Base', unknown: {} }, {}] });
  });
});

describe('a struct in pieces', () => {
  const padded = struct('padded', 8, () => [
    { name: 'flag', type: CHAR, offset: 0 },
    { name: 'count', type: INT, offset: 4 },
  ]);
  const read = (...pieces: number[]) => {
    const info = variable('p', padded, { kind: 'expression', expression: expression(...pieces) });
    return readVariables(makeFrame({ 4: 0x61, 5: 7 }), makeTarget({ variables: [info] }))[0];
  };

  it('of which only the padding is missing is known', () => {
    expect(read(0x54, 0x93, 1, 0x93, 3, 0x55, 0x93, 4)).toMatchObject({
      value: "{flag = 97 'a', count = 7}",
      raw: '6100000007000000',
    });
  });

  it('of which a member is missing is not', () => {
    expect(read(0x54, 0x93, 1, 0x93, 3, 0x93, 4)).toMatchObject({ unknown: { why: 'optimized-out' } });
    expect(read(0x54, 0x93, 1, 0x93, 3, 0x55, 0x93, 2)).toMatchObject({
      unknown: {},
      children: [{ value: "97 'a'" }, { unknown: {} }],
    });
  });
});

describe('a pointer to a member', () => {
  const point = cppClass('Point', 8, [
    { name: 'x', type: INT, offset: 0 },
    { name: 'y', type: INT, offset: 4 },
  ]);
  const data: MemberPointerType = { kind: 'member-pointer', name: 'int Point::*', size: 4, of: () => point, target: () => INT };
  const method: TypeInfo = {
    ...data,
    name: 'int (Shape::*)(void)',
    size: 8,
    target: () => ({ kind: 'function', name: 'int (void)' }),
  };

  it('is an offset, with the name of what is there', () => {
    expect(read(data, words(4))).toMatchObject({ kind: 'pointer', value: 'offset 4 <&Point::y>', raw: '04000000' });
    expect(read(data, words(0))).toMatchObject({ value: 'offset 0 <&Point::x>' });
    expect(read(data, words(2))).toMatchObject({ value: 'offset 2' });
    expect(read(data, words(-1))).toMatchObject({ value: 'NULL' });
  });

  it('names the member of a base class', () => {
    expect(read({ ...data, of: () => SQUARE }, words(4))).toMatchObject({ value: 'offset 4 <&geo::Square::id>' });
  });

  it('is a function, or a place in the virtual table', () => {
    const symbols = [code('area', 0x3d4, 8)];
    expect(read(method, words(0x3d5, 0), { symbols })).toMatchObject({ kind: 'function', value: '0x000003d5 <area>' });
    expect(read(method, words(0x3d5, 8), { symbols })).toMatchObject({ value: '0x000003d5 <area>, this + 4' });
    expect(read(method, words(8, 1), { symbols })).toMatchObject({ value: 'virtual function 2 of Point' });
    expect(read(method, words(0, 0), { symbols })).toMatchObject({ value: 'NULL' });
  });
});

describe('texts of wide characters', () => {
  it('are text', () => {
    const char16 = base('char16_t', 2, 'utf');
    const wide = base('wchar_t', 4, 'unsigned');
    const array = (element: TypeInfo, count: number, size: number): TypeInfo => ({
      kind: 'array',
      name: 'a',
      size: count * size,
      element,
      count,
    });
    expect(read(array(char16, 4, 2), [0x68, 0, 0x3d, 0xd8, 0, 0xde, 0, 0])).toMatchObject({ kind: 'text', value: '"h😀"' });
    expect(read(array(char16, 2, 2), [0x3d, 0xd8, 0x22, 0])).toMatchObject({ value: '"\\ud83d\\""' });
    expect(read(array(wide, 3, 4), words(0x20ac, -1, 0))).toMatchObject({ kind: 'text', value: '"€\\Uffffffff"' });
    expect(read(wide, words(0x20ac))).toMatchObject({ value: "8364 '€'" });
    expect(read(pointer(char16), words(0x100), { memory: { 256: [0x68, 0, 0x69, 0, 0, 0] } })).toMatchObject({
      value: '0x00000100 "hi"',
    });
    expect(read(base('char8_t', 1, 'unsigned-char'), [0x78])).toMatchObject({ value: "120 'x'" });
  });

  it('of bytes that are UTF-8 in part show the rest by number', () => {
    const bytes: TypeInfo = { kind: 'array', name: 'char[6]', size: 6, element: CHAR, count: 6 };
    expect(read(bytes, [0xc3, 0xa9, 0xff, 0xc0, 0x80, 0x41])).toMatchObject({ value: '"é\\xff\\xc0\\x80A"' });
    expect(read(bytes, [0xe2, 0x82, 0xac, 0xe2, 0x82, 0])).toMatchObject({ value: '"€\\xe2\\x82"' });
  });
});

describe('an array', () => {
  it('whose length only the frame knows is as long as it says', () => {
    const bound = { placeAt: () => ({ kind: 'expression', expression: expression(0x54) }) as const, type: INT, plus: 1 };
    const row: TypeInfo = { kind: 'array', name: 'int[]', size: 0, element: INT, count: undefined, bound };
    const grid: TypeInfo = { kind: 'array', name: 'int[][]', size: 0, element: row, count: undefined, bound };
    const memory = { [AT]: words(1, 2, 3, 4) };
    const readIn = (type: TypeInfo, register: number) =>
      readVariables(makeFrame({ 4: register }), makeTarget({ variables: [local('v', type, -64)], memory }))[0];
    expect(readIn(grid, 1)).toMatchObject({ value: '{{1, 2}, {3, 4}}', raw: '01000000020000000300000004000000' });
    expect(readIn(row, 3)).toMatchObject({ value: '{1, 2, 3, 4}' });
    expect(readIn(row, 0xffff_ffff)).toMatchObject({ value: '{}' });
    expect(readIn(row, 0x8000_0000)).toMatchObject({ unknown: { why: 'too-large' } });
    expect(readIn(row, 0x7000_0000)).toMatchObject({ unknown: { why: 'not-captured' }, more: { count: 0x7000_0001 - 100 } });
  });

  it('may have gaps between its elements, and elements of some bits', () => {
    const spread: TypeInfo = { kind: 'array', name: 'a', size: 8, element: base('short', 2, 'signed'), count: 2, stride: 32 };
    expect(read(spread, words(1, -2))).toMatchObject({ value: '{1, -2}' });
    const packed: TypeInfo = { kind: 'array', name: 'a', size: 2, element: base('unsigned', 1, 'unsigned'), count: 5, stride: 3 };
    expect(read(packed, [0b11_010_001, 0b0_101_100_0])).toMatchObject({ value: '{1, 2, 3, 4, 5}' });
  });

  it('of unknown length says so', () => {
    expect(read({ kind: 'array', name: 'int[]', size: 0, element: INT, count: undefined }, words(1))).toMatchObject({
      kind: 'array',
      unknown: { why: 'unsupported', detail: 'the debug information gives this array no length' },
    });
  });
});

describe('an enumeration', () => {
  const values =
    (...pairs: [string, number | bigint][]) =>
    () =>
      pairs.map(([name, value]) => ({ name, value }));

  it('may be of any size and have a scope', () => {
    const huge: TypeInfo = {
      kind: 'enum',
      name: 'enum huge',
      size: 8,
      signed: true,
      values: values(['A', 0x123456789abcdefn], ['B', -2]),
    };
    expect(read(huge, words(0x89ab_cdef, 0x0123_4567))).toMatchObject({ value: 'A' });
    expect(read(huge, words(-2, -1))).toMatchObject({ value: 'B' });
    const color: TypeInfo = {
      kind: 'enum',
      name: 'geo::Color',
      size: 1,
      signed: false,
      values: values(['Red', 1]),
      scope: 'Color',
      language: 'c++',
    };
    expect(read(color, [1])).toMatchObject({ value: 'Color::Red' });
    expect(read(color, [2])).toMatchObject({ value: '2' });
  });

  it('of flags may name combinations of them', () => {
    const access: TypeInfo = {
      kind: 'enum',
      name: 'enum a',
      size: 1,
      signed: false,
      values: values(['R', 1], ['W', 2], ['RW', 3], ['X', 4]),
    };
    expect(read(access, [3])).toMatchObject({ value: 'RW' });
    expect(read(access, [6])).toMatchObject({ value: 'W | X' });
    expect(read(access, [0x85])).toMatchObject({ value: 'R | X | 0x80' });
    const steps: TypeInfo = {
      kind: 'enum',
      name: 'enum s',
      size: 1,
      signed: false,
      values: values(['A', 1], ['B', 2], ['C', 3], ['D', 13]),
    };
    expect(read(steps, [6])).toMatchObject({ value: '6' });
  });
});

describe('a base type', () => {
  it('may have its own byte order, or fewer bits than bytes', () => {
    const swapped: TypeInfo = { kind: 'base', name: 'int', size: 4, encoding: 'signed', littleEndian: false };
    expect(read(swapped, [0xff, 0xff, 0xff, 0xfe])).toMatchObject({ value: '-2', raw: 'fffffffe' });
    const odd: TypeInfo = { kind: 'base', name: '_BitInt(17)', size: 4, encoding: 'signed', bitSize: 17 };
    expect(read(odd, words(0x0001_ffff))).toMatchObject({ value: '-1' });
    expect(read(odd, words(0xfffe_0005))).toMatchObject({ value: '5' });
  });

  it('of nullptr has one value', () => {
    expect(read(base('decltype(nullptr)', 4, 'null'), words(99))).toMatchObject({ kind: 'pointer', value: 'NULL' });
  });

  it('may be a complex number', () => {
    expect(read(base('complex float', 8, 'complex'), [0, 0, 0xc0, 0x3f, 0, 0, 0x20, 0xc0])).toMatchObject({
      value: '1.5 + -2.5i',
    });
    expect(read(base('complex int', 8, 'complex-integer'), words(1, -2))).toMatchObject({ kind: 'int', value: '1 + -2i' });
  });
});

it('takes no memory by the size that a damaged type gives', () => {
  const huge = base('huge', 2 ** 40, 'signed');
  const bits = struct('bits', 4, () => [{ name: 'a', type: huge, offset: 0, bits: { offset: 0, size: 3 } }]);
  const array: TypeInfo = { kind: 'array', name: 'a', size: 2 ** 60, element: huge, count: 2 ** 20 };
  const odd: TypeInfo = { kind: 'array', name: 'a', size: 8, element: INT, count: 2 ** 53, stride: 2 ** 40 + 1 };
  const flags: TypeInfo = { kind: 'enum', name: 'e', size: 2 ** 33, signed: true, values: () => [{ name: 'A', value: -1 }] };
  for (const type of [bits, array, odd, flags, huge]) {
    const began = performance.now();
    expect(JSON.stringify(read(type, words(-1, -1)))).toContain('unknown');
    expect(performance.now() - began).toBeLessThan(500);
  }
});

it('reads members of a big-endian target in its order', () => {
  const bits = struct('bits', 4, () => [{ name: 'a', type: INT, offset: 0, bits: { offset: 4, size: 12 } }]);
  const target = makeTarget({ variables: [variable('b', bits, { kind: 'constant', bytes: Uint8Array.of(0xab, 0xcd, 0, 0) })] });
  const big = { ...target, symbols: { ...target.symbols, littleEndian: false } };
  expect(readVariables(makeFrame(), big)[0]?.children).toMatchObject([{ value: String(0xabc - 0x1000), raw: 'fffffabc' }]);
});
