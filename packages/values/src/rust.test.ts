import type { Variable } from '@noinit/model';
import type { Member, StructType, TypeInfo } from '@noinit/symbols';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CFA,
  expression,
  fatPointer,
  local,
  type MadeTarget,
  makeFrame,
  makeTarget,
  pointer,
  rustBase,
  rustEnum,
  rustStruct,
  STRING,
  text,
  U8,
  U16,
  U32,
  USIZE,
  variable,
  vec,
  words,
} from '../test/make-target.ts';
import { readGlobals, readVariables } from './read-variables.ts';

const AT = CFA - 64;
const HEAP = 0x2000_2000;

function read(type: TypeInfo, bytes: readonly number[], rest: MadeTarget = {}): Variable {
  const target = makeTarget({ ...rest, memory: { [AT]: bytes, ...rest.memory }, variables: [local('v', type, -64)] });
  const [found] = readVariables(makeFrame(), target);
  if (!found) throw new Error('nothing was read');
  return found;
}

const discriminant = (type: TypeInfo, offset = 0): Member => ({ name: undefined, type, offset });
const OPTION = rustEnum('core::option::Option<u32>', 8, discriminant(U32), [
  { name: 'None', values: [0n] },
  { name: 'Some', values: [1n], fields: [['__0', U32, 4]] },
]);

describe('an enum of Rust', () => {
  it('is its active variant', () => {
    expect(read(OPTION, words(1, 3))).toMatchObject({
      type: 'core::option::Option<u32>',
      kind: 'enum',
      value: 'Some(3)',
      raw: '0100000003000000',
      children: [{ name: '__0', type: 'u32', value: '3', address: '0x20000fc4' }],
    });
    expect(read(OPTION, words(0, 3))).toMatchObject({ value: 'None', children: [] });
  });

  it('has names in front of its variants that the prelude does not have', () => {
    const error = rustEnum('app::Error', 8, discriminant(U8), [
      { name: 'Io', values: [0n], fields: [['code', U32, 4]] },
      { name: 'Full', values: [1n] },
    ]);
    expect(read(error, [0, 9, 9, 9, ...words(5)])).toMatchObject({ value: 'Error::Io { code = 5 }' });
    expect(read(error, [1, 9, 9, 9, ...words(5)])).toMatchObject({ value: 'Error::Full' });
  });

  it('that was overwritten says so', () => {
    const broken = read(OPTION, words(116, 3));
    expect(broken).toMatchObject({ kind: 'enum', value: '<invalid discriminant 116>', raw: '7400000003000000' });
    expect(broken).not.toHaveProperty('children');
  });

  it('may hide its discriminant in a value that cannot be', () => {
    const niche = rustEnum('core::option::Option<&u32>', 4, discriminant(USIZE), [
      { name: 'None', values: [0n] },
      { name: 'Some', fields: [['__0', pointer(U32, '&u32')]] },
    ]);
    expect(read(niche, words(0))).toMatchObject({ value: 'None' });
    expect(read(niche, words(HEAP))).toMatchObject({ value: 'Some(0x20002000)' });
  });

  it('compares discriminants of every size and sign', () => {
    const i8 = rustBase('i8', 1, 'signed');
    const u128 = rustBase('u128', 16, 'unsigned');
    const withSign = rustEnum('E', 1, discriminant(i8), [
      { name: 'A', values: [-3n] },
      { name: 'B', values: [0xfen] },
    ]);
    expect(read(withSign, [0xfd])).toMatchObject({ value: 'E::A' });
    expect(read(withSign, [0xfe])).toMatchObject({ value: 'E::B' });
    const wide = rustEnum('E', 16, discriminant(u128), [
      { name: 'A', values: [1n << 127n] },
      { name: 'B', values: [[2n, 5n]] },
    ]);
    expect(read(wide, words(0, 0, 0, 0x8000_0000))).toMatchObject({ value: 'E::A' });
    expect(read(wide, words(4, 0, 0, 0))).toMatchObject({ value: 'E::B' });
    expect(read(wide, words(6, 0, 0, 0))).toMatchObject({ value: '<invalid discriminant 6>' });
  });

  it('of one variant needs no discriminant; of several it does', () => {
    expect(read(rustEnum('E', 2, undefined, [{ name: 'Only', fields: [['__0', U16]] }]), [9, 0])).toMatchObject({
      value: 'E::Only(9)',
    });
    expect(read(rustEnum('E', 2, undefined, [{ name: 'A' }, { name: 'B' }]), [9, 0])).toMatchObject({
      unknown: { why: 'unsupported', detail: 'nothing says which variant is active' },
    });
  });

  it('of which only the discriminant was captured has its name and says what is missing', () => {
    expect(read(OPTION, words(1))).toMatchObject({ kind: 'enum', unknown: { why: 'not-captured' } });
  });

  it('of which only the padding was optimized out is known', () => {
    const read = (...pieces: number[]) => {
      const info = variable('v', OPTION, { kind: 'expression', expression: expression(...pieces) });
      return readVariables(makeFrame({ 4: 0, 5: 1, 6: 3 }), makeTarget({ variables: [info] }))[0];
    };
    expect(read(0x54, 0x93, 4, 0x93, 4)).toMatchObject({ value: 'None', raw: '0000000000000000' });
    expect(read(0x55, 0x93, 4, 0x56, 0x93, 4)).toMatchObject({ value: 'Some(3)' });
    expect(read(0x55, 0x93, 4, 0x93, 4)).toMatchObject({
      unknown: { why: 'optimized-out', detail: expect.stringMatching(/^Some\(\?\): /) },
    });
    expect(read(0x93, 4, 0x56, 0x93, 4)).toMatchObject({ unknown: { why: 'optimized-out' } });
  });

  it('may be a generator: its state is a word', () => {
    const future = rustEnum('app::run::{async_fn_env#0}', 8, discriminant(U8, 4), [
      { name: '0', values: [0n] },
      { name: '3', values: [3n], fields: [['b', U32]] },
    ]);
    const renamed: TypeInfo = {
      ...future,
      ...(future.kind === 'variants' && {
        variants: () =>
          future.variants().map((variant, index) => ({
            ...variant,
            members: variant.members.map((member) => ({
              ...member,
              type: { ...(member.type as StructType), name: `app::run::{async_fn_env#0}::${['Unresumed', 'Suspend0'][index]}` },
            })),
          })),
      }),
    };
    expect(read(renamed, [...words(7), 3, 0, 0, 0])).toMatchObject({
      value: '{async_fn_env#0}::Suspend0 { b = 7 }',
      children: [{ name: 'b', value: '7' }],
    });
  });

  it('without fields has its name with its scope, and says where it holds none of its values', () => {
    const speed: TypeInfo = {
      kind: 'enum',
      name: 'app::Speed',
      size: 1,
      signed: false,
      values: () => [{ name: 'Full', value: 1 }],
      scope: 'Speed',
      language: 'rust',
    };
    expect(read(speed, [1])).toMatchObject({ value: 'Speed::Full' });
    expect(read(speed, [2])).toMatchObject({ value: '<invalid discriminant 2>' });
  });
});

describe('a text of Rust', () => {
  const str = fatPointer('&str', U8);

  it('is shown as one', () => {
    expect(read(str, words(0x100, 10), { memory: { 256: text('I like you, so much') } })).toMatchObject({
      type: '&str',
      kind: 'text',
      value: '"I like you"',
      raw: '000100000a000000',
    });
    expect(read(STRING, words(8, 0x100, 3), { memory: { 256: text('h\u00e9llo') } })).toMatchObject({
      kind: 'text',
      value: '"h\u00e9"',
    });
  });

  it('that is empty needs no memory', () => {
    expect(read(str, words(1, 0))).toMatchObject({ kind: 'text', value: '""' });
    expect(read(STRING, words(0, 1, 0))).toMatchObject({ kind: 'text', value: '""' });
  });

  it('of which the end is missing shows the beginning', () => {
    expect(read(str, words(0x100, 300), { memory: { 256: [0x61, 0x62] } })).toMatchObject({ value: '"ab"\u2026' });
  });

  it('that was not captured has its parts', () => {
    expect(read(str, words(0x100, 3))).toMatchObject({
      kind: 'text',
      unknown: { why: 'not-captured', detail: '3 bytes at 0x00000100' },
      children: [
        { name: 'data_ptr', value: '0x00000100' },
        { name: 'length', value: '3' },
      ],
    });
  });

  it('with a length that cannot be is implausible', () => {
    for (const length of [0xffff_ffff, 0x8000_0000]) {
      expect(read(str, words(0x100, length))).toMatchObject({
        unknown: { why: 'too-large', detail: expect.stringMatching(/^implausible/) },
      });
    }
    expect(read(str, words(0xffff_fff0, 32))).toMatchObject({ unknown: { why: 'too-large' } });
    expect(read(str, words(0, 3))).toMatchObject({ unknown: { why: 'too-large' } });
    expect(read(STRING, words(2, 0x100, 3))).toMatchObject({
      unknown: { detail: expect.stringContaining('3 elements where there is room for 2') },
    });
  });
});

describe('a slice or a vector', () => {
  const memory = { [HEAP]: [1, 0, 2, 0, 3, 0] };

  it('lists its elements', () => {
    expect(read(fatPointer('&mut [u16]', U16), words(HEAP, 3), { memory })).toMatchObject({
      kind: 'array',
      value: '[1, 2, 3]',
      children: [
        { name: '[0]', value: '1', address: '0x20002000' },
        { name: '[1]', value: '2' },
        { name: '[2]', value: '3', address: '0x20002004' },
      ],
    });
    expect(read(vec(U16), words(4, HEAP, 2), { memory })).toMatchObject({ kind: 'array', value: '[1, 2]' });
    expect(read(vec(U16), words(0, 2, 0))).toMatchObject({ value: '[]', children: [] });
  });

  it('lists the first hundred of a large one', () => {
    const found = read(vec(U8), words(5000, HEAP, 5000), { memory: { [HEAP]: Array.from({ length: 5000 }, () => 7) } });
    expect(found.children).toHaveLength(100);
    expect(found.more).toEqual({ count: 4900, path: 'v' });
  });

  it('of elements without size may have any number', () => {
    const unit = rustBase('()', 0, 'unsigned');
    expect(read(vec(unit), words(0, 1, 2))).toMatchObject({ value: '[(), ()]' });
  });

  it('is read through a pointer, its elements not further', () => {
    const inner = pointer(vec(pointer(U16)), '&Vec');
    const found = read(inner, words(HEAP + 64), {
      memory: { ...memory, [HEAP + 64]: words(1, HEAP + 128, 1), [HEAP + 128]: words(HEAP) },
    });
    expect(found.children?.[0]).toMatchObject({ name: '*v', value: '[0x20002000]', children: [{ more: { count: 1 } }] });
  });

  it('that goes round its end is listed in order', () => {
    const raw = rustStruct('alloc::raw_vec::RawVec<u8>', [
      ['ptr', pointer(U8)],
      ['cap', USIZE],
    ]);
    const name = 'alloc::collections::vec_deque::VecDeque<u8>';
    const old = rustStruct(
      name,
      [
        ['tail', USIZE],
        ['head', USIZE],
        ['buf', raw],
      ],
      [['T', U8]],
    );
    const young = rustStruct(
      name,
      [
        ['head', USIZE],
        ['len', USIZE],
        ['buf', raw],
      ],
      [['T', U8]],
    );
    const ring = { memory: { [HEAP]: [3, 4, 0, 1, 2] } };
    expect(read(old, words(3, 2, HEAP, 5), ring)).toMatchObject({ value: '[1, 2, 3, 4]' });
    expect(read(young, words(3, 4, HEAP, 5), ring)).toMatchObject({ value: '[1, 2, 3, 4]' });
    expect(read(young, words(9, 4, HEAP, 5), ring)).toMatchObject({ unknown: { why: 'too-large' } });
  });

  it('of which nothing is captured says so', () => {
    expect(read(vec(U16), words(4, 0x3000_0000, 2))).toMatchObject({
      kind: 'array',
      unknown: { why: 'not-captured' },
      children: [{ name: 'buf' }, { name: 'len', value: '2' }],
    });
  });
});

describe('a container with room inside', () => {
  const room = (element: TypeInfo, count: number, size: number): TypeInfo => ({
    kind: 'array',
    name: `[${element.name}; ${count}]`,
    size: count * size,
    element,
    count,
    language: 'rust',
  });
  const small = rustStruct('heapless::vec::Vec<u16, 4>', [
    ['len', USIZE],
    ['buffer', room(U16, 4, 2)],
  ]);
  const storage = rustStruct('heapless::vec::storage::VecStorageInner<[u8; 4]>', [['buffer', room(U8, 4, 1)]]);
  const inner = rustStruct('heapless::vec::VecInner<u8, usize, S>', [
    ['phantom', rustStruct('core::marker::PhantomData<u8>', [])],
    ['len', USIZE],
    ['buffer', storage],
  ]);

  it('shows what it holds, not its room', () => {
    expect(read(small, [...words(2), 1, 0, 2, 0, 9, 9, 9, 9])).toMatchObject({
      kind: 'array',
      value: '[1, 2]',
      children: [{ address: '0x20000fc4' }, { value: '2' }],
    });
    expect(read(inner, [...words(3), 1, 2, 3, 9])).toMatchObject({ value: '[1, 2, 3]' });
    const text = rustStruct('heapless::string::String<4>', [['vec', { ...inner, name: 'heapless::vec::Vec<u8, 4>' }]]);
    expect(read(text, [...words(2), 0x68, 0x69, 9, 9])).toMatchObject({ kind: 'text', value: '"hi"' });
    const place = { kind: 'constant', bytes: Uint8Array.of(...words(2), 0x68, 0x69, 9, 9) } as const;
    expect(readVariables(makeFrame(), makeTarget({ variables: [variable('t', text, place)] }))).toMatchObject([
      { value: '"hi"' },
    ]);
  });

  it('cannot hold more than its room', () => {
    expect(read(small, [...words(5), 1, 0, 2, 0, 9, 9, 9, 9])).toMatchObject({ unknown: { why: 'too-large' } });
  });
});

describe('structs of Rust', () => {
  it('are written as in the source', () => {
    const point = rustStruct('app::Point', [
      ['x', U16],
      ['y', U16],
    ]);
    expect(read(point, [1, 0, 2, 0])).toMatchObject({ kind: 'struct', value: 'Point { x = 1, y = 2 }' });
    expect(read(rustStruct('app::Meters', [['__0', U16]]), [5, 0])).toMatchObject({ value: 'Meters(5)' });
    expect(
      read(
        rustStruct('(u8, u16)', [
          ['__0', U8],
          ['__1', U16, 2],
        ]),
        [1, 0, 2, 0],
      ),
    ).toMatchObject({ value: '(1, 2)' });
    expect(read(rustStruct('app::Marker<u8>', []), [])).toMatchObject({ value: 'Marker', raw: '' });
  });

  it('without size need no place', () => {
    const info = variable('z', rustStruct('core::marker::PhantomData<u8>', []), { kind: 'optimized-out' });
    expect(readVariables(makeFrame(), makeTarget({ variables: [info] }))).toMatchObject([{ value: 'PhantomData' }]);
  });

  it('that only wrap a value show it', () => {
    const unsafeCell = rustStruct('core::cell::UnsafeCell<u32>', [['value', U32]]);
    const cell = rustStruct('core::cell::Cell<u32>', [['value', unsafeCell]]);
    expect(read(cell, words(7))).toMatchObject({ type: 'core::cell::Cell<u32>', kind: 'int', value: '7' });
    const atomic = rustStruct('core::sync::atomic::AtomicBool', [
      ['v', rustStruct('core::cell::UnsafeCell<u8>', [['value', U8]])],
    ]);
    expect(read(atomic, [1])).toMatchObject({ type: 'core::sync::atomic::AtomicBool', kind: 'bool', value: 'true' });
    const nonNull = rustStruct('core::ptr::non_null::NonNull<u32>', [['pointer', pointer(U32)]]);
    expect(read(nonNull, words(HEAP), { memory: { [HEAP]: words(9) } })).toMatchObject({
      kind: 'pointer',
      value: '0x20002000',
      children: [{ value: '9' }],
    });
    const other = rustStruct('app::Cell<u32>', [['value', U32]]);
    expect(read(other, words(7))).toMatchObject({ kind: 'struct', value: 'Cell { value = 7 }' });
  });

  it('that wrap themselves end', () => {
    const knot: StructType = {
      ...rustStruct('core::cell::Cell<x>', []),
      size: 4,
      members: () => [{ name: 'value', type: knot, offset: 0 }],
    };
    expect(read(knot, words(7))).toMatchObject({ unknown: { why: 'unsupported' } });
  });
});

describe('char of Rust', () => {
  const char = rustBase('char', 4, 'utf');

  it('is written in quotes; what is no character says so', () => {
    expect(read(char, words(0xe9))).toMatchObject({ kind: 'int', value: "'\u00e9'" });
    expect(read(char, words(0x0a))).toMatchObject({ value: "'\\n'" });
    expect(read(char, words(0xd800))).toMatchObject({ value: '<no character: 0xd800>' });
    expect(read(char, words(0x11_0000))).toMatchObject({ value: '<no character: 0x110000>' });
  });
});

describe('a trait object', () => {
  const motor = rustStruct('app::Motor', [['speed', U32]]);
  const object = rustStruct('&dyn app::Device', [
    ['pointer', pointer(rustStruct('dyn app::Device', []))],
    ['vtable', pointer(USIZE)],
  ]);
  const table: StructType = {
    ...rustStruct('<app::Motor as app::Device>::{vtable_type}', [['drop', USIZE]]),
    containing: () => motor,
  };
  const place = { kind: 'expression', expression: expression(0x03, ...words(0x800)) } as const;
  const globals = [variable('<app::Motor as app::Device>::{vtable}', table, place)];
  const memory = { [HEAP]: words(77) };

  it('is of the type that its vtable belongs to', () => {
    expect(read(object, words(HEAP, 0x800), { globals, memory })).toMatchObject({
      kind: 'pointer',
      value: '0x20002000 (app::Motor)',
      children: [{ name: '*v', type: 'app::Motor', value: 'Motor { speed = 77 }', children: [{ value: '77' }] }],
    });
  });

  it('with an unknown vtable shows both pointers', () => {
    expect(read(object, words(HEAP, 0x804), { globals, memory })).toMatchObject({
      value: '0x20002000, vtable 0x00000804',
      children: [{ name: 'pointer' }, { name: 'vtable' }],
    });
  });

  it('of one of several types that share a vtable is of none', () => {
    const alike = [...globals, variable('<app::Pump as app::Device>::{vtable}', table, place)];
    expect(read(object, words(HEAP, 0x800), { globals: alike, memory })).toMatchObject({
      value: '0x20002000, vtable 0x00000800',
    });
    const twice = [...globals, variable('<app::Motor as app::Drive>::{vtable}', table, place)];
    expect(read(object, words(HEAP, 0x800), { globals: twice, memory })).toMatchObject({ value: '0x20002000 (app::Motor)' });
  });

  it('does not make a variable of the program of its vtable', () => {
    expect(readGlobals(makeTarget({ globals }))).toEqual([]);
  });
});

describe('whatever memory holds', () => {
  it('containers are read in bounded time, with values or reasons', () => {
    const types = [STRING, vec(U32), vec(vec(U16)), fatPointer('&[u8]', U8), fatPointer('*const str', U8), OPTION, vec(STRING)];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ minLength: 12, maxLength: 12 }), (type, bytes) => {
        const target = makeTarget({ variables: [local('v', type, -64)] });
        const memory = {
          read: (at: number, length: number) =>
            at === AT && length <= 12 ? bytes.subarray(0, length) : new Uint8Array(length).fill(at),
        };
        const [found] = readVariables(makeFrame(), { ...target, memory });
        expect(JSON.stringify(found).length).toBeLessThan(500_000);
      }),
      { numRuns: 500 },
    );
  });
});
