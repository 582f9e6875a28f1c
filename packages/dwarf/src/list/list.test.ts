import { ByteWriter, concatBytes } from '@noinit/bytes';
import { address } from '@noinit/model';
import { makeAbbreviations, makeUnit } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { AT, DebugInfo, FORM, MalformedError, TAG } from '../index.ts';

const BASE = 0x1000;
const ADDRESSES = [0x2000, 0x2010, 0x3000];

/** A unit at 0x1000 whose own entry has a range list and a location list at the start of their sections. */
function unitWith(version: number, lists: { readonly ranges?: Uint8Array; readonly locations?: Uint8Array }) {
  const abbreviations = makeAbbreviations([
    {
      code: 1,
      tag: TAG.compile_unit,
      attributes: [
        [AT.low_pc, FORM.addr],
        [AT.ranges, FORM.sec_offset],
        [AT.location, FORM.sec_offset],
        [AT.addr_base, FORM.sec_offset],
      ],
    },
  ]);
  const entries = new ByteWriter().u8(1).u32(BASE).u32(0).u32(0).u32(8).toBytes();
  const sections: { [name: string]: Uint8Array | undefined } = {
    '.debug_abbrev': abbreviations,
    '.debug_info': makeUnit({ version, entries }),
    '.debug_addr': ADDRESSES.reduce((writer, value) => writer.u32(value), new ByteWriter().u32(0).u32(0)).toBytes(),
    [version >= 5 ? '.debug_rnglists' : '.debug_ranges']: lists.ranges,
    [version >= 5 ? '.debug_loclists' : '.debug_loc']: lists.locations,
  };
  const root = new DebugInfo((name) => sections[name], true).units[0]?.root;
  if (!root) throw new Error('no unit');
  return root;
}

describe('a range list', () => {
  it('of DWARF 4 counts from the unit, then from the base it sets', () => {
    const words = [0x10, 0x20, 0x30, 0x30, 0xffff_ffff, 0x8000, 0, 4, 0, 0];
    const ranges = words.reduce((writer, word) => writer.u32(word), new ByteWriter()).toBytes();
    expect(unitWith(4, { ranges }).ranges()).toEqual([
      { start: 0x1010, end: 0x1020 },
      { start: 0x8000, end: 0x8004, base: 0x8000 },
    ]);
  });

  it('of DWARF 5 has entries of seven kinds', () => {
    const ranges = new ByteWriter();
    ranges.u8(4).uleb(0x10).uleb(0x20);
    ranges.u8(1).uleb(2).u8(4).uleb(1).uleb(3);
    ranges.u8(2).uleb(0).uleb(1);
    ranges.u8(3).uleb(1).uleb(0x300);
    ranges.u8(5).u32(0x9000).u8(4).uleb(0).uleb(8);
    ranges.u8(6).u32(0xa000).u32(0xa004);
    ranges.u8(7).u32(0xb000).uleb(0x80);
    ranges.u8(7).u32(0xc000).uleb(0);
    ranges.u8(0);
    expect(unitWith(5, { ranges: ranges.toBytes() }).ranges()).toEqual([
      { start: 0x1010, end: 0x1020 },
      { start: 0x3001, end: 0x3003, base: 0x3000 },
      { start: 0x2000, end: 0x2010 },
      { start: 0x2010, end: 0x2310 },
      { start: 0x9000, end: 0x9008, base: 0x9000 },
      { start: 0xa000, end: 0xa004 },
      { start: 0xb000, end: 0xb080 },
    ]);
  });

  it('is malformed where it has unknown entries, unknown addresses or no end', () => {
    const read = (...bytes: number[]) => unitWith(5, { ranges: Uint8Array.from(bytes) }).ranges();
    expect(() => read(8)).toThrow(MalformedError);
    expect(() => read(1, 9, 0)).toThrow(MalformedError);
    expect(() => read(4, 1, 2)).toThrow('needed 1 bytes');
  });
});

describe('a location list', () => {
  const at = (version: number, locations: Uint8Array, pc: number) => {
    const chosen = unitWith(version, { locations }).location(AT.location, address(pc));
    return chosen?.kind === 'expression' ? chosen.expression.bytes[0] : chosen?.kind;
  };

  it('of DWARF 4 is chosen from by pc', () => {
    const entry = (start: number, end: number, byte: number) => new ByteWriter().u32(start).u32(end).u16(1).u8(byte).toBytes();
    const base = new ByteWriter().u32(0xffff_ffff).u32(0x8000).toBytes();
    const locations = concatBytes([entry(0, 4, 0x50), entry(4, 8, 0x51), base, entry(0, 4, 0x52), new Uint8Array(8)]);
    expect([0xfff, 0x1000, 0x1003, 0x1004, 0x1008, 0x8000].map((pc) => at(4, locations, pc))).toEqual([
      'nowhere',
      0x50,
      0x50,
      0x51,
      'nowhere',
      0x52,
    ]);
  });

  it('of DWARF 5 has entries of nine kinds, of which the default comes last', () => {
    const list = new ByteWriter();
    list.u8(9).uleb(1).uleb(2).u8(4).uleb(0).uleb(4).uleb(1).u8(0x50);
    list.u8(5).uleb(1).u8(0x5f);
    list.u8(1).uleb(2).u8(4).uleb(0).uleb(4).uleb(1).u8(0x51);
    list.u8(2).uleb(0).uleb(1).uleb(1).u8(0x52);
    list.u8(3).uleb(1).uleb(4).uleb(1).u8(0x53);
    list.u8(6).u32(0x9000).u8(4).uleb(0).uleb(4).uleb(1).u8(0x54);
    list.u8(7).u32(0xa000).u32(0xa004).uleb(1).u8(0x55);
    list.u8(8).u32(0xb000).uleb(4).uleb(1).u8(0x56);
    list.u8(0);
    const pcs = [0x1000, 0x3000, 0x2000, 0x2010, 0x9000, 0xa000, 0xb000, 0xb004];
    expect(pcs.map((pc) => at(5, list.toBytes(), pc))).toEqual([0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x5f]);
  });

  it('is malformed where it has unknown entries or no end', () => {
    expect(() => at(5, Uint8Array.of(10), BASE)).toThrow(MalformedError);
    expect(() => at(5, new Uint8Array(), BASE)).toThrow('needed 1 bytes');
  });
});
