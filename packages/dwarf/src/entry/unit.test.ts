import { ByteWriter, concatBytes } from '@noinit/bytes';
import { type MadeAbbreviation, makeAbbreviations, makeUnit } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { AT, DebugInfo, FORM, TAG } from '../index.ts';

const COMPILE_UNIT: MadeAbbreviation = { code: 1, tag: TAG.compile_unit, children: true, attributes: [] };
const LEAF: MadeAbbreviation = { code: 2, tag: TAG.variable, attributes: [] };
const BRANCH: MadeAbbreviation = { code: 3, tag: TAG.lexical_block, children: true, attributes: [] };
const SIGNATURE = 0x1122334455667788n;

function open(sections: { readonly [name: string]: Uint8Array }, littleEndian = true): DebugInfo {
  return new DebugInfo((name) => sections[name], littleEndian);
}

describe('units', () => {
  const abbreviations = makeAbbreviations([{ ...COMPILE_UNIT, children: false }]);
  const entries = Uint8Array.of(1);
  const units = (...made: Uint8Array[]) => open({ '.debug_abbrev': abbreviations, '.debug_info': concatBytes(made) });

  it('of versions 2 to 5 and both formats are found', () => {
    const info = units(
      ...[2, 3, 4, 5].map((version) => makeUnit({ version, entries })),
      makeUnit({ offsetSize: 8, entries }),
      makeUnit({ version: 3, offsetSize: 8, addressSize: 8, entries }),
    );
    expect(info.units.map(({ header }) => [header.version, header.offsetSize, header.addressSize])).toEqual([
      [2, 4, 4],
      [3, 4, 4],
      [4, 4, 4],
      [5, 4, 4],
      [5, 8, 4],
      [3, 8, 8],
    ]);
    for (const unit of info.units) expect(unit.root.tag).toBe(TAG.compile_unit);
    for (const unit of info.units) expect(info.unitAt(unit.header.root)).toBe(unit);
  });

  it('that are not read are named and passed over', () => {
    const info = units(makeUnit({ version: 6, entries }), makeUnit({ type: 5, entries }), makeUnit({ entries }));
    expect(info.units.length).toBe(1);
    expect([...info.skipped]).toEqual(['units of version 6 are not read', 'units of type 5 are not read']);
  });

  it('of types are found by signature', () => {
    const typeHeader = new ByteWriter().u64(0x1122334455667788n).u32(24).toBytes();
    const info = units(makeUnit({ entries }), makeUnit({ type: 2, typeHeader, entries }));
    expect(info.typeBySignature(0x1122334455667788n)?.tag).toBe(TAG.compile_unit);
    expect(info.typeBySignature(1n)).toBeUndefined();
  });

  it('too short for their headers do not hide the next one', () => {
    const info = units(new ByteWriter().u32(2).u16(5).toBytes(), makeUnit({ entries }));
    expect(info.units.length).toBe(1);
    expect([...info.skipped][0]).toContain('ends within its header');
  });

  it('end the search where one claims more than there is', () => {
    const cut = makeUnit({ entries }).slice(0, -1);
    expect(units(makeUnit({ entries }), cut).units.length).toBe(1);
    expect(units(Uint8Array.of(0xf5, 0xff, 0xff, 0xff)).units.length).toBe(0);
  });

  it('cannot make abbreviations be read again and again by tables inside of tables', () => {
    const info = open({
      '.debug_abbrev': makeAbbreviations([{ ...COMPILE_UNIT, children: false }, LEAF, BRANCH]),
      '.debug_info': concatBytes([0, 5, 10].map((abbreviations) => makeUnit({ abbreviations, entries }))),
    });
    expect(info.units[0]?.root.tag).toBe(TAG.compile_unit);
    expect(() => info.units[1]?.abbreviations.size).toThrow('abbreviation tables overlap');
  });
});

describe('type units', () => {
  const abbreviations = makeAbbreviations([
    { code: 1, tag: TAG.type_unit, children: true, attributes: [] },
    { code: 2, tag: TAG.structure_type, attributes: [[AT.name, FORM.string]] },
    { code: 3, tag: TAG.variable, attributes: [[AT.type, FORM.ref_sig8]] },
    { code: 4, tag: TAG.variable, attributes: [[AT.type, FORM.ref1]] },
  ]);
  const variable = (signature: bigint) => new ByteWriter().u8(3).u64(signature).toBytes();
  /** The unit's own entry, a type of that name in it, and a variable that refers to the type within the unit. */
  const typeUnit = (version: number, name: string, typeEntry: number) =>
    makeUnit({
      version,
      type: 2,
      typeHeader: new ByteWriter().u64(SIGNATURE).u32(typeEntry).toBytes(),
      entries: new ByteWriter().u8(1).u8(2).cstring(name).u8(4).u8(typeEntry).u8(0).toBytes(),
    });
  const typed = (info: DebugInfo) => info.units[0]?.root.reference(AT.type);

  it('of DWARF 5 stand among the others', () => {
    const info = open({
      '.debug_abbrev': abbreviations,
      '.debug_info': concatBytes([makeUnit({ entries: variable(SIGNATURE) }), typeUnit(5, 'found', 25)]),
    });
    expect(info.units.map(({ kind }) => kind)).toEqual(['compile', 'type']);
    expect(typed(info)?.name).toBe('found');
  });

  it('of DWARF 4 stand in a section of their own, and their entries are no others', () => {
    const first = makeUnit({ version: 4, entries: variable(SIGNATURE) });
    const kept = typeUnit(4, 'found', 24);
    const types = concatBytes([kept, typeUnit(4, 'left over', 24)]);
    const info = open({ '.debug_abbrev': abbreviations, '.debug_info': first, '.debug_types': types });
    expect(info.units.map(({ kind, header }) => [kind, header.offset])).toEqual([
      ['compile', 0],
      ['type', first.length],
      ['type', first.length + kept.length],
    ]);
    expect(typed(info)?.name).toBe('found');
    expect(typed(info)?.offset).toBe(first.length + 24);
    const inside = [...(info.units[1]?.root.children() ?? [])];
    expect(inside.map(({ tag }) => tag)).toEqual([TAG.structure_type, TAG.variable]);
    expect(inside[1]?.reference(AT.type)?.name).toBe('found');
  });

  it('of DWARF 4 are found though the other section is damaged', () => {
    const info = open({
      '.debug_abbrev': abbreviations,
      '.debug_info': Uint8Array.of(0xf5, 0xff, 0xff, 0xff, 1),
      '.debug_types': typeUnit(4, 'found', 24),
    });
    expect(info.typeBySignature(SIGNATURE)?.name).toBe('found');
    expect(info.skipped.size).toBe(1);
  });

  it('that are not there or name no entry of their own leave a reason', () => {
    const info = open({
      '.debug_abbrev': abbreviations,
      '.debug_info': concatBytes([makeUnit({ entries: variable(SIGNATURE) }), typeUnit(5, 'outside', 0x1000)]),
    });
    expect(typed(info)).toBeUndefined();
    expect(info.units[0]?.root.dangling(AT.type)).toBe('no type unit has signature 0x1122334455667788');
    expect(info.units[0]?.root.dangling(AT.name)).toBeUndefined();
  });
});

describe('partial units', () => {
  it('are told by their type in DWARF 5, by their tag before', () => {
    const abbreviations = makeAbbreviations([{ code: 1, tag: TAG.partial_unit, attributes: [] }]);
    const entries = Uint8Array.of(1);
    const made = concatBytes([makeUnit({ version: 4, entries }), makeUnit({ version: 5, type: 3, entries })]);
    const info = open({ '.debug_abbrev': abbreviations, '.debug_info': made });
    expect(info.units.map(({ kind }) => kind)).toEqual(['partial', 'partial']);
  });

  it('are referred to from other units', () => {
    const abbreviations = makeAbbreviations([
      { code: 1, tag: TAG.compile_unit, children: true, attributes: [[AT.type, FORM.ref_addr]] },
      { code: 2, tag: TAG.partial_unit, children: true, attributes: [] },
      { code: 3, tag: TAG.structure_type, attributes: [[AT.name, FORM.string]] },
    ]);
    const partial = makeUnit({ type: 3, entries: new ByteWriter().u8(2).u8(3).cstring('shared').u8(0).toBytes() });
    const to = (offset: number) => makeUnit({ entries: new ByteWriter().u8(1).u32(offset).u8(0).toBytes() });
    const referringTo = (offset: number) =>
      open({ '.debug_abbrev': abbreviations, '.debug_info': concatBytes([to(offset), partial]) });
    expect(referringTo(18 + 13).units[0]?.root.reference(AT.type)?.name).toBe('shared');
    expect(referringTo(18 + 500).units[0]?.root.dangling(AT.type)).toBe('no unit has an entry at 0x206');
  });
});

describe('what lies in other files', () => {
  const split = [
    [AT.dwo_name, FORM.string],
    [AT.comp_dir, FORM.string],
  ] as const;

  it('is named: units of split DWARF 5, whose skeletons are here', () => {
    const abbreviations = makeAbbreviations([{ code: 1, tag: TAG.skeleton_unit, attributes: split }]);
    const typeHeader = new ByteWriter().u64(SIGNATURE).toBytes();
    const entries = new ByteWriter().u8(1).cstring('main.dwo').cstring('/build').toBytes();
    const info = open({ '.debug_abbrev': abbreviations, '.debug_info': makeUnit({ type: 4, typeHeader, entries }) });
    expect(info.units.map(({ kind }) => kind)).toEqual(['skeleton']);
    expect(info.missing).toEqual([{ kind: 'split', file: 'main.dwo', directory: '/build', id: '1122334455667788' }]);
  });

  it('is named: units of split DWARF 4 after GNU', () => {
    const abbreviations = makeAbbreviations([
      {
        code: 1,
        tag: TAG.compile_unit,
        attributes: [
          [AT.GNU_dwo_name, FORM.string],
          [AT.GNU_dwo_id, FORM.data8],
        ],
      },
    ]);
    const entries = new ByteWriter().u8(1).cstring('main.dwo').u64(0xabc).toBytes();
    const info = open({
      '.debug_addr': new Uint8Array(4),
      '.debug_abbrev': abbreviations,
      '.debug_info': makeUnit({ version: 4, entries }),
    });
    expect(info.missing).toEqual([{ kind: 'split', file: 'main.dwo', id: '0000000000000abc' }]);
  });

  it('is named: a file that several others share', () => {
    const alternate = new ByteWriter().cstring('shared.debug').bytes([0xab, 0xcd]).toBytes();
    expect(open({ '.gnu_debugaltlink': alternate }).missing).toEqual([
      { kind: 'supplementary', file: 'shared.debug', id: 'abcd' },
    ]);
    const sup = new ByteWriter().u16(5).u8(0).cstring('shared.debug').uleb(2).bytes([0xab, 0xcd]).toBytes();
    expect(open({ '.debug_sup': sup }).missing).toEqual([{ kind: 'supplementary', file: 'shared.debug', id: 'abcd' }]);
    expect(open({ '.debug_sup': sup.slice(0, 5) }).missing).toEqual([]);
  });

  it('leaves a reason in the entries that refer to it', () => {
    const abbreviations = makeAbbreviations([{ code: 1, tag: TAG.variable, attributes: [[AT.type, FORM.GNU_ref_alt]] }]);
    const info = open({ '.debug_abbrev': abbreviations, '.debug_info': makeUnit({ entries: Uint8Array.of(1, 9, 0, 0, 0) }) });
    expect(info.units[0]?.root.dangling(AT.type)).toBe('it lies in a supplementary file');
  });

  it('is all there is in a file of split DWARF itself', () => {
    const info = open({ '.debug_info.dwo': makeUnit({ entries: Uint8Array.of(1) }) });
    expect([...info.skipped]).toEqual(['the file is one part of split DWARF (.dwo, .dwp)']);
  });
});
