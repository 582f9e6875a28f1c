import { ByteWriter } from '@noinit/bytes';
import { type MadeAbbreviation, makeAbbreviations, makeUnit } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { AT, DebugInfo, Entry, FORM, type InfoOffset, MAX_ENTRY_DEPTH, MalformedError, TAG } from '../index.ts';

const encoder = new TextEncoder();
const COMPILE_UNIT: MadeAbbreviation = { code: 1, tag: TAG.compile_unit, children: true, attributes: [] };
const LEAF: MadeAbbreviation = { code: 2, tag: TAG.variable, attributes: [] };
const BRANCH: MadeAbbreviation = { code: 3, tag: TAG.lexical_block, children: true, attributes: [] };

function open(sections: { readonly [name: string]: Uint8Array }): DebugInfo {
  return new DebugInfo((name) => sections[name], true);
}

/** A unit whose own entry has one attribute, DW_AT_name, of a form; behind it a number that shows where it ended. */
function attribute(form: number, value: readonly number[] | Uint8Array, extra: { readonly [name: string]: Uint8Array } = {}) {
  const abbreviations: MadeAbbreviation[] = [
    {
      code: 1,
      tag: TAG.compile_unit,
      attributes: [
        form === FORM.implicit_const ? [AT.name, form, -7] : [AT.name, form],
        [AT.language, FORM.data1],
        [AT.str_offsets_base, FORM.sec_offset],
        [AT.addr_base, FORM.sec_offset],
      ],
    },
  ];
  const entries = new ByteWriter().u8(1).bytes(value).u8(0x5a).u32(4).u32(4).toBytes();
  const info = open({
    '.debug_abbrev': makeAbbreviations(abbreviations),
    '.debug_info': makeUnit({ entries }),
    '.debug_str': encoder.encode('\0zero\0one\0'),
    '.debug_line_str': encoder.encode('\0line\0'),
    '.debug_str_offsets': new ByteWriter().u32(0).u32(1).u32(6).toBytes(),
    '.debug_addr': new ByteWriter().u32(0).u32(0x1000).u32(0x2000).toBytes(),
    ...extra,
  });
  const root = info.units[0]?.root;
  if (!root) throw new Error('no unit');
  return root;
}

const u = (size: 1 | 2 | 3 | 4 | 8, value: number) => {
  const writer = new ByteWriter();
  return { 1: writer.u8, 2: writer.u16, 3: writer.u24, 4: writer.u32, 8: writer.u64 }[size].call(writer, value).toBytes();
};
const number = (value: number | bigint, size: number, signed = false) => ({ kind: 'constant', value, size, signed });

describe('the value of an attribute', () => {
  const cases: readonly [string, number, readonly number[] | Uint8Array, unknown][] = [
    ['addr', FORM.addr, u(4, 0x1234), { kind: 'address', address: 0x1234 }],
    ['addrx', FORM.addrx, [0x81, 0x01], { kind: 'address-index', index: 129 }],
    ['addrx1', FORM.addrx1, [1], { kind: 'address-index', index: 1 }],
    ['addrx2', FORM.addrx2, u(2, 300), { kind: 'address-index', index: 300 }],
    ['addrx3', FORM.addrx3, u(3, 70000), { kind: 'address-index', index: 70000 }],
    ['addrx4', FORM.addrx4, u(4, 70000), { kind: 'address-index', index: 70000 }],
    ['GNU_addr_index', FORM.GNU_addr_index, [3], { kind: 'address-index', index: 3 }],
    ['data1', FORM.data1, [255], number(255, 1)],
    ['data2', FORM.data2, u(2, 65535), number(65535, 2)],
    ['data4', FORM.data4, u(4, 0xffffffff), number(0xffffffff, 4)],
    ['data8', FORM.data8, u(8, 2 ** 40), number(2 ** 40, 8)],
    ['data8 beyond 2^53', FORM.data8, new Uint8Array(8).fill(0xff), number(0xffff_ffff_ffff_ffffn, 8)],
    ['sdata', FORM.sdata, [0x7f], number(-1, 0, true)],
    ['sdata beyond 2^53', FORM.sdata, [...new Uint8Array(9).fill(0x80), 0x7f], number(-(2n ** 63n), 0, true)],
    ['udata', FORM.udata, [0x80, 1], number(128, 0)],
    ['udata beyond 2^53', FORM.udata, [...new Uint8Array(9).fill(0xff), 1], number(2n ** 64n - 1n, 0)],
    ['implicit_const', FORM.implicit_const, [], number(-7, 0, true)],
    ['flag', FORM.flag, [1], { kind: 'flag', value: true }],
    ['flag_present', FORM.flag_present, [], { kind: 'flag', value: true }],
    ['data16', FORM.data16, new Uint8Array(16).fill(3), { kind: 'bytes', bytes: new Uint8Array(16).fill(3) }],
    ['block', FORM.block, [2, 8, 9], { kind: 'bytes', bytes: Uint8Array.of(8, 9) }],
    ['block1', FORM.block1, [1, 8], { kind: 'bytes', bytes: Uint8Array.of(8) }],
    ['block2', FORM.block2, [1, 0, 8], { kind: 'bytes', bytes: Uint8Array.of(8) }],
    ['block4', FORM.block4, [1, 0, 0, 0, 8], { kind: 'bytes', bytes: Uint8Array.of(8) }],
    ['exprloc', FORM.exprloc, [1, 0x9c], { kind: 'bytes', bytes: Uint8Array.of(0x9c) }],
    ['string', FORM.string, encoder.encode('text\0'), { kind: 'text', bytes: encoder.encode('text') }],
    ['strp', FORM.strp, u(4, 6), { kind: 'text-offset', section: 'str', offset: 6 }],
    ['line_strp', FORM.line_strp, u(4, 1), { kind: 'text-offset', section: 'lineStr', offset: 1 }],
    ['strx', FORM.strx, [1], { kind: 'text-index', index: 1 }],
    ['strx1', FORM.strx1, [1], { kind: 'text-index', index: 1 }],
    ['strx2', FORM.strx2, u(2, 1), { kind: 'text-index', index: 1 }],
    ['strx3', FORM.strx3, u(3, 1), { kind: 'text-index', index: 1 }],
    ['strx4', FORM.strx4, u(4, 1), { kind: 'text-index', index: 1 }],
    ['GNU_str_index', FORM.GNU_str_index, [1], { kind: 'text-index', index: 1 }],
    ['ref1', FORM.ref1, [9], { kind: 'entry', offset: 9 }],
    ['ref2', FORM.ref2, u(2, 9), { kind: 'entry', offset: 9 }],
    ['ref4', FORM.ref4, u(4, 9), { kind: 'entry', offset: 9 }],
    ['ref8', FORM.ref8, u(8, 9), { kind: 'entry', offset: 9 }],
    ['ref_udata', FORM.ref_udata, [9], { kind: 'entry', offset: 9 }],
    ['ref_addr', FORM.ref_addr, u(4, 9), { kind: 'entry', offset: 9 }],
    ['ref_sig8', FORM.ref_sig8, u(8, 9), { kind: 'signature', signature: 9n }],
    ['sec_offset', FORM.sec_offset, u(4, 9), { kind: 'section-offset', offset: 9 }],
    ['loclistx', FORM.loclistx, [9], { kind: 'list-index', index: 9 }],
    ['rnglistx', FORM.rnglistx, [9], { kind: 'list-index', index: 9 }],
    ['indirect', FORM.indirect, [FORM.data1, 9], number(9, 1)],
    ['ref_sup4', FORM.ref_sup4, u(4, 9), { kind: 'elsewhere' }],
    ['ref_sup8', FORM.ref_sup8, u(8, 9), { kind: 'elsewhere' }],
    ['strp_sup', FORM.strp_sup, u(4, 9), { kind: 'elsewhere' }],
    ['GNU_ref_alt', FORM.GNU_ref_alt, u(4, 9), { kind: 'elsewhere' }],
    ['GNU_strp_alt', FORM.GNU_strp_alt, u(4, 9), { kind: 'elsewhere' }],
  ];

  it.each(cases)('of form %s is read, and skipped to the byte', (_name, form, bytes, expected) => {
    const root = attribute(form, bytes);
    expect(root.value(AT.name)).toEqual(expected);
    expect(root.number(AT.language)).toBe(0x5a);
    expect(root.unit.entries.count).toBe(1);
  });

  it.each([
    ['a string in place', FORM.string, encoder.encode('text\0'), 'text'],
    ['an offset into the strings', FORM.strp, u(4, 6), 'one'],
    ['an offset into the line strings', FORM.line_strp, u(4, 1), 'line'],
    ['an index of the offsets', FORM.strx1, [1], 'one'],
  ] as const)('is text as %s', (_name, form, bytes, expected) => {
    expect(attribute(form, bytes).text(AT.name)).toBe(expected);
  });

  it('is an address by index', () => {
    expect(attribute(FORM.addrx1, [1]).address(AT.name)).toBe(0x2000);
    expect(attribute(FORM.addrx1, [9]).address(AT.name)).toBeUndefined();
  });

  it('of a form that nobody defined is malformed, not guessed', () => {
    expect(() => attribute(0x7f, [1]).value(AT.name)).toThrow(MalformedError);
    expect(() => attribute(FORM.indirect, [FORM.indirect, FORM.data1, 1]).value(AT.name)).toThrow(MalformedError);
  });
});

describe('the tree of entries', () => {
  const abbreviations = makeAbbreviations([COMPILE_UNIT, LEAF, BRANCH]);
  const tree = (entries: readonly number[]) => {
    const [unit] = open({ '.debug_abbrev': abbreviations, '.debug_info': makeUnit({ entries: Uint8Array.from(entries) }) }).units;
    if (!unit) throw new Error('no unit');
    return unit;
  };

  it('knows parents and where subtrees end', () => {
    const { count, parents, ends } = tree([1, 2, 3, 2, 3, 0, 0, 2, 0]).entries;
    expect([...parents.subarray(0, count)]).toEqual([-1, 0, 0, 2, 2, 0]);
    expect([...ends.subarray(0, count)]).toEqual([6, 2, 5, 4, 5, 6]);
  });

  it('gives direct children in order', () => {
    const unit = tree([1, 2, 3, 2, 3, 0, 0, 2, 0]);
    expect([...unit.root.children()].map(({ tag }) => tag)).toEqual([TAG.variable, TAG.lexical_block, TAG.variable]);
  });

  it('ends with the unit where terminators are missing', () => {
    const { count, ends } = tree([1, 3, 2]).entries;
    expect([count, ...ends.subarray(0, count)]).toEqual([3, 3, 3, 3]);
  });

  it('refuses codes without an abbreviation', () => {
    expect(() => tree([1, 9]).entries).toThrow(MalformedError);
  });

  it('has a greatest depth', () => {
    const deep = (levels: number) => tree([1, ...new Array<number>(levels).fill(3)]).entries;
    expect(deep(MAX_ENTRY_DEPTH - 1).count).toBe(MAX_ENTRY_DEPTH);
    expect(() => deep(MAX_ENTRY_DEPTH)).toThrow('nested more than');
  });

  it('does not take an offset between entries for an entry', () => {
    const unit = tree([1, 2, 0]);
    expect(() => [...new Entry(unit, (unit.header.root + 40) as InfoOffset).children()]).toThrow();
  });
});
