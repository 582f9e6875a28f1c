import type { Variable } from '@noinit/model';
import type { TypeInfo, VariableInfo } from '@noinit/symbols';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alias,
  array,
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
  text,
  UINT8,
  variable,
  words,
} from '../test/make-target.ts';
import { readGlobals, readVariables } from './read-variables.ts';
import type { Caller } from './target.ts';

const AT = CFA - 64;

/** The one local of a type that stands at CFA - 64. */
function read(type: TypeInfo, bytes: readonly number[], rest: MadeTarget = {}): Variable {
  const target = makeTarget({ ...rest, memory: { [AT]: bytes, ...rest.memory }, variables: [local('v', type, -64)] });
  const [found] = readVariables(makeFrame(), target);
  if (!found) throw new Error('nothing was read');
  return found;
}

function readOne(info: VariableInfo, registers = {}): Variable | undefined {
  return readVariables(makeFrame(registers), makeTarget({ variables: [info] }))[0];
}

describe('a base value', () => {
  it.each<[string, TypeInfo, number[], string]>([
    ['int', INT, words(-5), '-5'],
    ['unsigned int', base('unsigned int', 4, 'unsigned'), words(-5), '4294967291'],
    ['long long', base('long long', 8, 'signed'), words(0, -1), '-4294967296'],
    [
      'unsigned __int128',
      base('unsigned __int128', 16, 'unsigned'),
      words(-1, -1, -1, -1),
      '340282366920938463463374607431768211455',
    ],
    ['bool', base('_Bool', 1, 'boolean'), [1], 'true'],
    ['bool with another value', base('_Bool', 1, 'boolean'), [7], 'true (7)'],
    ['float', base('float', 4, 'float'), [0xcd, 0xcc, 0xcc, 0x3d], '0.1'],
    ['whole float', base('float', 4, 'float'), [0, 0, 0x80, 0x3f], '1.0'],
    ['double', base('double', 8, 'float'), [0, 0, 0, 0, 0, 0, 0xf0, 0xff], '-inf'],
    ['char', CHAR, [97], "97 'a'"],
    ['char that is not seen', CHAR, [10], "10 '\\n'"],
    ['negative char', base('signed char', 1, 'signed-char'), [0xff], "-1 '\\xff'"],
    ['uint8_t', UINT8, [97], '97'],
    ['char32_t', base('char32_t', 4, 'utf'), words(0x20ac), "8364 '€'"],
  ])('%s', (_name, type, bytes, value) => {
    expect(read(type, bytes)).toEqual({
      name: 'v',
      type: type.name,
      kind: expect.any(String),
      value,
      raw: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
      address: '0x20000fc0',
    });
  });
});

describe('an enum', () => {
  const values =
    (...pairs: [string, number][]) =>
    () =>
      pairs.map(([name, value]) => ({ name, value }));
  const color: TypeInfo = {
    kind: 'enum',
    name: 'enum color',
    size: 2,
    signed: true,
    values: values(['RED', 0], ['GREEN', 300], ['NONE', -7]),
  };
  const flags: TypeInfo = {
    kind: 'enum',
    name: 'enum flags',
    size: 1,
    signed: false,
    values: values(['A', 1], ['B', 2], ['C', 8]),
  };

  it.each([
    [color, [0x2c, 1], 'GREEN'],
    [color, [0xf9, 0xff], 'NONE'],
    [color, [0x2d, 1], '301'],
    [flags, [9], 'A | C'],
    [flags, [0x13], 'A | B | 0x10'],
    [flags, [0x40], '64'],
  ] as const)('%# is shown by name where it has one', (type, bytes, value) => {
    expect(read(type, bytes)).toMatchObject({ kind: 'enum', value });
  });
});

describe('a pointer', () => {
  const sensor: TypeInfo = struct('sensor', 12, () => [
    { name: 'name', type: pointer(CHAR), offset: 0 },
    { name: 'next', type: pointer(sensor), offset: 4 },
    { name: 'id', type: INT, offset: 8 },
  ]);

  it('that is NULL says so', () => {
    expect(read(pointer(INT), words(0))).toMatchObject({ kind: 'pointer', value: 'NULL', raw: '00000000' });
  });

  it('shows what stands there', () => {
    expect(read(pointer(INT), words(0x2000_2000), { memory: { 536879104: words(7) } })).toMatchObject({
      value: '0x20002000',
      children: [{ name: '*v', value: '7', address: '0x20002000' }],
    });
  });

  it('into what was not captured says so in its child', () => {
    expect(read(pointer(INT), words(0x2000_2000))).toMatchObject({
      value: '0x20002000',
      children: [{ name: '*v', unknown: { why: 'not-captured' } }],
    });
  });

  it('to a struct shows the members, and follows no pointer there', () => {
    const memory = { 536879104: words(0x100, 0x2000_2000, 42), 256: text('temp0') };
    expect(read(pointer(sensor), words(0x2000_2000), { memory })).toMatchObject({
      children: [
        { name: 'name', value: '0x00000100 "temp0"' },
        { name: 'next', value: '0x20002000', more: { count: 3, path: 'v->next' } },
        { name: 'id', value: '42' },
      ],
    });
  });

  it('to a function names it', () => {
    const type = pointer({ kind: 'function', name: 'int (int)' });
    expect(read(type, words(0x3d5), { symbols: [code('read_sensor', 0x3d4, 32)] })).toMatchObject({
      kind: 'function',
      value: '0x000003d5 <read_sensor>',
    });
  });

  it('to a variable names it', () => {
    const symbols = [object('table', 0x2000_2000, 64)];
    expect(read(pointer(undefined), words(0x2000_2000), { symbols })).toMatchObject({ value: '0x20002000 <&table>' });
    expect(read(pointer(undefined), words(0x2000_2004), { symbols })).toMatchObject({ value: '0x20002004 <&table+4>' });
  });

  it('to a constant without a name in the source has none', () => {
    for (const name of [`anon.${'9b'.repeat(16)}.3.llvm.2925438450322183768`, `.Lanon.${'0f'.repeat(16)}.7`, '.L__unnamed_12']) {
      const symbols = [object(name, 0x2000_2000, 64)];
      expect(read(pointer(undefined), words(0x2000_2000), { symbols })).toMatchObject({ value: '0x20002000' });
    }
  });

  it('to text shows it, cut where it was not captured', () => {
    expect(read(pointer(CHAR), words(0x100), { memory: { 256: text('a\u001b[31m"b"') } })).toMatchObject({
      value: '0x00000100 "a\\x1b[31m\\"b\\""',
    });
    expect(read(pointer(CHAR), words(0x100), { memory: { 256: [0x61, 0x62, 0x63] } })).toMatchObject({
      value: '0x00000100 "abc"…',
    });
    expect(read(pointer(CHAR), words(0x100))).toMatchObject({ value: '0x00000100' });
  });
});

describe('a whole', () => {
  it('shows its members and a summary', () => {
    const point = struct('point', 8, () => [
      { name: 'x', type: INT, offset: 0 },
      { name: 'y', type: INT, offset: 4 },
    ]);
    expect(read(point, words(1, -2))).toMatchObject({
      kind: 'struct',
      value: '{x = 1, y = -2}',
      raw: '01000000feffffff',
      children: [
        { name: 'x', value: '1', address: '0x20000fc0' },
        { name: 'y', value: '-2', address: '0x20000fc4' },
      ],
    });
  });

  it('of which a byte is missing is unknown, its known members are not', () => {
    const pair = struct('pair', 8, () => [
      { name: 'x', type: INT, offset: 0 },
      { name: 'y', type: INT, offset: 4 },
    ]);
    const found = read(pair, words(1, -2).slice(0, 7));
    expect(found).toMatchObject({ unknown: { why: 'not-captured', detail: '8 bytes at 0x20000fc0' } });
    expect(found.children).toMatchObject([{ value: '1' }, { unknown: { why: 'not-captured', detail: '4 bytes at 0x20000fc4' } }]);
  });

  it('cuts bit-fields out of their storage', () => {
    const bits = struct('bits', 4, () => [
      { name: 'low', type: base('unsigned int', 4, 'unsigned'), offset: 0, bits: { offset: 0, size: 3 } },
      { name: 'signed', type: INT, offset: 0, bits: { offset: 3, size: 4 } },
      { name: 'across', type: base('unsigned int', 4, 'unsigned'), offset: 0, bits: { offset: 7, size: 12 } },
    ]);
    expect(read(bits, words(0b101 | (0b1110 << 3) | (0xabc << 7))).children).toMatchObject([
      { value: '5' },
      { value: '-2', raw: 'feffffff' },
      { value: '2748' },
    ]);
  });

  it('lists the first hundred elements and says how many are left', () => {
    const found = read(array(INT, 150, 4), words(...Array.from({ length: 150 }, (_, index) => index)));
    expect(found.children).toHaveLength(100);
    expect(found.children?.[99]).toMatchObject({ name: '[99]', value: '99' });
    expect(found).toMatchObject({ kind: 'array', more: { count: 50, path: 'v' } });
  });

  it('of characters is text', () => {
    expect(read(array(CHAR, 8, 1), [...text('hi'), 1, 2, 3, 4, 5])).toMatchObject({
      kind: 'text',
      value: '"hi"',
      raw: '6869000102030405',
    });
    expect(read(array(CHAR, 2, 1), [0x68, 0xff])).toMatchObject({ value: '"h\\xff"' });
    expect(read(array(UINT8, 2, 1), [0x68, 0xff])).toMatchObject({ kind: 'array', value: '{104, 255}' });
  });

  it('that contains itself ends', () => {
    const knot: TypeInfo = struct('knot', 4, () => [
      { name: 'a', type: knot, offset: 0 },
      { name: 'b', type: knot, offset: 0 },
    ]);
    expect(JSON.stringify(read(knot, words(1))).length).toBeLessThan(200_000);
  });
});

describe('a place', () => {
  it('may be a register', () => {
    expect(readOne(variable('n', INT, { kind: 'expression', expression: expression(0x54) }), { 4: 0xffff_fffe })).toEqual({
      name: 'n',
      type: 'int',
      kind: 'int',
      value: '-2',
      raw: 'feffffff',
    });
  });

  it('may be a register that nobody saved', () => {
    expect(readOne(variable('n', INT, { kind: 'expression', expression: expression(0x50) }))).toEqual({
      name: 'n',
      type: 'int',
      kind: 'int',
      unknown: { why: 'register-not-recovered', detail: 'r0 is not known in this frame: what it called did not save it' },
    });
  });

  it('may be a floating-point register, which many dumps lack', () => {
    expect(readOne(variable('n', INT, { kind: 'expression', expression: expression(0x90, 64 + 17) }))).toMatchObject({
      unknown: { detail: 's17 is not known in this frame: it is not in the dump, or what it called did not save it' },
    });
  });

  it('may be two registers', () => {
    const pieces = expression(0x54, 0x93, 4, 0x55, 0x93, 4);
    const type = base('long long', 8, 'signed');
    expect(readOne(variable('n', type, { kind: 'expression', expression: pieces }), { 4: 1, 5: 2 })).toMatchObject({
      value: '8589934593',
    });
  });

  it('may be partly optimized out: the members that are there are known', () => {
    const pair = struct('pair', 8, () => [
      { name: 'x', type: INT, offset: 0 },
      { name: 'y', type: INT, offset: 4 },
    ]);
    const place = { kind: 'expression', expression: expression(0x93, 4, 0x55, 0x93, 4) } as const;
    expect(readOne(variable('p', pair, place), { 5: 2 })).toMatchObject({
      unknown: { why: 'optimized-out' },
      children: [{ unknown: { why: 'optimized-out' } }, { value: '2' }],
    });
  });

  it('may be the value itself', () => {
    expect(readOne(variable('n', INT, { kind: 'expression', expression: expression(0x09, 0xfb, 0x9f) }))).toMatchObject({
      value: '-5',
    });
    expect(readOne(variable('n', INT, { kind: 'constant', bytes: Uint8Array.from(words(9)) }))).toMatchObject({ value: '9' });
  });

  it('may be nowhere', () => {
    expect(readOne(variable('n', INT, { kind: 'optimized-out' }))).toMatchObject({ unknown: { why: 'optimized-out' } });
    expect(readOne(variable('n', INT, { kind: 'expression', expression: expression() }))).toMatchObject({
      unknown: { why: 'optimized-out' },
    });
    expect(readOne(variable('n', INT, { kind: 'unreadable', detail: 'no such list' }))).toMatchObject({
      unknown: { why: 'malformed-debug-info', detail: 'no such list' },
    });
  });

  it('of a variable with static storage needs no frame', () => {
    const place = { kind: 'expression', expression: expression(0x03, ...words(0x2000_2000)) } as const;
    const target = makeTarget({ globals: [variable('count', alias('count_t', INT), place)], memory: { 536879104: words(3) } });
    expect(readGlobals(target)).toMatchObject([{ name: 'count', type: 'count_t', value: '3', address: '0x20002000' }]);
  });
});

describe('a value at entry to the function', () => {
  /** `DW_OP_entry_value(r0); DW_OP_stack_value` */
  const info = variable('n', INT, { kind: 'expression', expression: expression(0xa3, 1, 0x50, 0x9f) });
  const read = (caller: Caller | undefined) =>
    readVariables({ ...makeFrame(), ...(caller && { caller }) }, makeTarget({ variables: [info] }))[0];

  it('is what the call site of the caller says, in the caller’s registers', () => {
    const caller = { frame: makeFrame({ 4: 41 }), arguments: [{ place: expression(0x50), value: expression(0x74, 1) }] };
    expect(read(caller)).toMatchObject({ value: '42' });
  });

  it('may in turn be what the caller was entered with', () => {
    const main = { frame: makeFrame(), arguments: [{ place: expression(0x51), value: expression(0x37) }] };
    const passedOn = { place: expression(0x50), value: expression(0xa3, 1, 0x51) };
    expect(read({ frame: { ...makeFrame(), caller: main }, arguments: [passedOn] })).toMatchObject({ value: '7' });
  });

  it('is unknown where no caller tells, and where callers go in a circle', () => {
    expect(read(undefined)).toMatchObject({ unknown: { why: 'optimized-out' } });
    const passedOn = { place: expression(0x50), value: expression(0xa3, 1, 0x50) };
    const circle: { -readonly [key in keyof Caller]: Caller[key] } = { frame: makeFrame(), arguments: [passedOn] };
    circle.frame = { ...circle.frame, caller: circle };
    expect(read(circle)).toMatchObject({ unknown: { why: 'optimized-out' } });
  });
});

describe('a text of which parts are known', () => {
  it('shows those', () => {
    const place = { kind: 'expression', expression: expression(0x93, 1, 0x55, 0x93, 1) } as const;
    expect(readOne(variable('t', array(CHAR, 2, 1), place), { 5: 0x62 })).toMatchObject({
      kind: 'text',
      unknown: { why: 'optimized-out' },
      children: [{ unknown: { why: 'optimized-out' } }, { value: "98 'b'" }],
    });
  });
});

describe('the budget', () => {
  it('leaves room for the variables behind a huge one', () => {
    const grid = array(array(INT, 100, 4), 100, 400);
    const target = makeTarget({ variables: [local('grid', grid, -64), local('n', INT, -64)], nodes: 200 });
    const found = readVariables(makeFrame(), { ...target, memory: { read: (_at, length) => new Uint8Array(length) } });
    expect(found.map(({ name }) => name)).toEqual(['grid', 'n']);
    expect(countNodes(found)).toBeLessThanOrEqual(200);
    expect(found[0]?.more?.count).toBeGreaterThan(0);
  });

  it('is never overdrawn', () => {
    const variables = Array.from({ length: 50 }, (_, index) => local(`v${index}`, array(INT, 100, 4), -64));
    const target = makeTarget({ variables, nodes: 77 });
    const found = readVariables(makeFrame(), { ...target, memory: { read: (_at, length) => new Uint8Array(length) } });
    expect(countNodes(found)).toBeLessThanOrEqual(77);
  });
});

function countNodes(variables: readonly Variable[]): number {
  return variables.reduce((count, { children = [] }) => count + 1 + countNodes(children), 0);
}

describe('any expression and any memory', () => {
  it('gives values or reasons and does not throw', () => {
    const type = fc.constantFrom<TypeInfo>(
      INT,
      CHAR,
      pointer(pointer(INT)),
      pointer(CHAR),
      array(CHAR, 9, 1),
      array(INT, undefined, 4),
      struct('s', 6, () => [
        { name: 'a', type: INT, offset: -3 },
        { name: undefined, type: array(INT, 5, 4), offset: 1e15 },
      ]),
      base('odd', 3, 'float'),
      base('huge', 1e9, 'unsigned'),
      { kind: 'unsupported', name: 'variant', size: undefined, detail: 'a variant part' },
    );
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 32 }), (chosen, code, bytes) => {
        const info = variable('v', chosen, { kind: 'expression', expression: expression(...code) });
        const target = makeTarget({ variables: [info], memory: { [AT]: [...bytes] } });
        const found = readVariables(makeFrame({ 0: AT, 7: 0xffff_ffff, 13: CFA }), target);
        expect(found).toHaveLength(1);
        expect(() => JSON.stringify(found)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });
});
