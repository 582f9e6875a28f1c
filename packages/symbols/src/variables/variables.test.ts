/** Which variables a scope has and where they live, from entries built here: what no compiler of ours emits is built as it should. */
import { ByteWriter } from '@noinit/bytes';
import { AT, ATE, FORM, type InfoOffset, OP, TAG } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import { type MadeAbbreviation, makeAbbreviations, makeElf, makeUnit } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { loadSymbols, type Symbols, type VariableInfo } from '../index.ts';

const PC = address(0x1010);
const INT = 1;
const LONG = 2;
const CHAR = 3;

/** An entry: its tag, attributes with their forms and values, children. */
interface Made {
  readonly tag: number;
  readonly attributes?: readonly (readonly [name: number, form: number, value: readonly number[], implicit?: number])[];
  readonly children?: readonly Made[];
  /** Other entries refer to it by this name, through `to`. */
  readonly label?: string;
}

/** Where DW_FORM_ref4 has to be filled in. */
const to = (label: string) => [...new TextEncoder().encode(label.padEnd(4).slice(0, 4))];
const text = (name: string) => [...new TextEncoder().encode(name), 0];
const named = (name: string) => [AT.name, FORM.string, text(name)] as const;
const u32 = (value: number) => [...new ByteWriter().u32(value).toBytes()];
const ofType = (type: number) => [AT.type, FORM.ref4, to(`#t${type}`)] as const;
const located = (...bytes: readonly number[]) => [AT.location, FORM.exprloc, [bytes.length, ...bytes]] as const;
const flag = (name: number) => [name, FORM.flag_present, []] as const;
const base = (type: number, name: string, size: number, encoding: number): Made => ({
  tag: TAG.base_type,
  label: `#t${type}`,
  attributes: [named(name), [AT.byte_size, FORM.data1, [size]], [AT.encoding, FORM.data1, [encoding]]],
});

function load(entries: readonly Made[]): Symbols {
  const abbreviations: MadeAbbreviation[] = [];
  const labels = new Map<string, number>();
  const references: number[] = [];
  const writer = new ByteWriter();
  const headerBytes = 12;
  const write = ({ tag, attributes = [], children, label }: Made) => {
    const code = abbreviations.length + 1;
    abbreviations.push({
      code,
      tag,
      children: children !== undefined,
      attributes: attributes.map(([name, form, , implicit]) => (implicit === undefined ? [name, form] : [name, form, implicit])),
    });
    if (label !== undefined) labels.set(label.padEnd(4).slice(0, 4), headerBytes + writer.length);
    writer.uleb(code);
    for (const [, form, value] of attributes) {
      if (form === FORM.ref4) references.push(writer.length);
      writer.bytes(value);
    }
    if (children) {
      for (const child of children) write(child);
      writer.u8(0);
    }
  };
  write({
    tag: TAG.compile_unit,
    attributes: [
      [AT.low_pc, FORM.addr, u32(0x1000)],
      [AT.high_pc, FORM.data4, u32(0x100)],
    ],
    children: [
      base(INT, 'int', 4, ATE.signed),
      base(LONG, 'long long', 8, ATE.signed),
      base(CHAR, 'char', 1, ATE.unsigned_char),
      ...entries,
    ],
  });
  const bytes = writer.toBytes();
  for (const at of references) {
    const label = new TextDecoder().decode(bytes.subarray(at, at + 4));
    bytes.set(u32(labels.get(label) ?? 0), at);
  }
  return loadSymbols(
    makeElf({
      sections: [
        { name: '.text', flags: 6, address: 0x1000, bytes: new Uint8Array(0x100) },
        { name: '.data', flags: 3, address: 0x2000_0000, bytes: new Uint8Array(0x100) },
        { name: '.debug_abbrev', bytes: makeAbbreviations(abbreviations) },
        { name: '.debug_info', bytes: makeUnit({ entries: bytes }) },
      ],
      symbols: [{ name: 'run', value: 0x1001, size: 0x100 }],
    }),
  );
}

function functionWith(...children: readonly Made[]): Made {
  return {
    tag: TAG.subprogram,
    attributes: [named('run'), [AT.low_pc, FORM.addr, u32(0x1000)], [AT.high_pc, FORM.data4, u32(0x100)]],
    children,
  };
}

function variablesOf(entries: readonly Made[], pc: Address = PC): readonly VariableInfo[] {
  const symbols = load(entries);
  const scope = symbols.locate(pc)[0];
  return scope ? symbols.variables(scope, pc) : [];
}

const namesOf = (variables: readonly VariableInfo[]) => variables.map(({ name }) => name);
const local = (name: string, ...more: NonNullable<Made['attributes']>[number][]): Made => ({
  tag: TAG.variable,
  attributes: [named(name), ofType(INT), ...more],
});

describe('a constant', () => {
  const value = (type: number, form: number, bytes: readonly number[], implicit?: number) => {
    const constant = [AT.const_value, form, bytes, ...(implicit === undefined ? [] : [implicit])] as const;
    const made: Made = {
      tag: TAG.variable,
      attributes: [named('v'), ofType(type), constant as NonNullable<Made['attributes']>[number]],
    };
    const place = variablesOf([functionWith(made)])[0]?.place;
    return place?.kind === 'constant' ? [...place.bytes] : place?.kind;
  };

  it.each([
    ['data1', INT, FORM.data1, [200], [200, 0, 0, 0]],
    ['data2', INT, FORM.data2, [1, 2], [1, 2, 0, 0]],
    ['data4', INT, FORM.data4, [1, 2, 3, 4], [1, 2, 3, 4]],
    ['data8', LONG, FORM.data8, [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]],
    ['data16', LONG, FORM.data16, Array.from({ length: 16 }, (_, at) => at), Array.from({ length: 16 }, (_, at) => at)],
    ['sdata', LONG, FORM.sdata, [0x7d], [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['udata', INT, FORM.udata, [0x80, 1], [128, 0, 0, 0]],
    ['block1', INT, FORM.block1, [4, 9, 8, 7, 6], [9, 8, 7, 6]],
    ['block', INT, FORM.block, [4, 9, 8, 7, 6], [9, 8, 7, 6]],
    ['string', CHAR, FORM.string, text('ab'), [97, 98, 0]],
    ['addr', INT, FORM.addr, [1, 2, 3, 4], [1, 2, 3, 4]],
  ] as const)('of form %s is the bytes that the target would hold', (_name, type, form, bytes, expected) => {
    expect(value(type, form, bytes)).toEqual(expected);
  });

  it('of form implicit_const has its sign', () => {
    expect(value(INT, FORM.implicit_const, [], -2)).toEqual([0xfe, 0xff, 0xff, 0xff]);
  });
});

describe('the variables of a scope', () => {
  it('are those of blocks that cover the pc, and of blocks without code', () => {
    const block = (low: number, ...children: Made[]): Made => ({
      tag: TAG.lexical_block,
      attributes: [
        [AT.low_pc, FORM.addr, u32(low)],
        [AT.high_pc, FORM.data4, u32(0x20)],
      ],
      children,
    });
    const entries = [
      functionWith(
        local('outer'),
        block(0x1000, local('here'), block(0x1010, local('deeper'))),
        block(0x1080, local('elsewhere')),
        { tag: TAG.lexical_block, children: [local('anywhere')] },
      ),
    ];
    expect(namesOf(variablesOf(entries))).toEqual(['outer', 'here', 'deeper', 'anywhere']);
    expect(namesOf(variablesOf(entries, address(0x1090)))).toEqual(['outer', 'elsewhere', 'anywhere']);
  });

  it('leave out what compilers make for themselves, and keep what the language names', () => {
    const artificial = flag(AT.artificial);
    const parameter = (name: string): Made => ({ tag: TAG.formal_parameter, attributes: [named(name), ofType(INT), artificial] });
    const entries = [
      functionWith(
        ...['this', '__closure', '__vtt_parm', '__in_chrg'].map(parameter),
        ...['__func__', '__for_range', '__for_begin', 'captured'].map((name) => local(name, artificial)),
        local('__mine'),
      ),
    ];
    expect(namesOf(variablesOf(entries))).toEqual(['this', '__closure', '__func__', 'captured', '__mine']);
  });

  it('number the parameters of a pack', () => {
    const pack: Made = {
      tag: TAG.GNU_formal_parameter_pack,
      attributes: [named('args')],
      children: [
        { tag: TAG.formal_parameter, attributes: [ofType(INT), located(OP.reg0)] },
        { tag: TAG.formal_parameter, attributes: [ofType(LONG), located(OP.reg0 + 1)] },
      ],
    };
    const found = variablesOf([functionWith(local('first'), pack, local('last'))]);
    expect(namesOf(found)).toEqual(['first', 'args#0', 'args#1', 'last']);
    expect(found[2]).toMatchObject({ parameter: true, type: { name: 'long long' } });
  });

  it('have the name and type of their origin, and its constant where they have no place', () => {
    const origin: Made = {
      tag: TAG.subprogram,
      label: '#fun',
      attributes: [named('run'), [AT.const_value, FORM.data1, [0]]],
      children: [
        { ...local('kept'), label: '#kpt' },
        { ...local('fixed', [AT.const_value, FORM.sdata, [7]]), label: '#fix' },
        local('dropped'),
      ],
    };
    const copy = (label: string, ...more: NonNullable<Made['attributes']>[number][]): Made => ({
      tag: TAG.variable,
      attributes: [[AT.abstract_origin, FORM.ref4, to(label)], ...more],
    });
    const concrete: Made = {
      tag: TAG.subprogram,
      attributes: [
        [AT.abstract_origin, FORM.ref4, to('#fun')],
        [AT.low_pc, FORM.addr, u32(0x1000)],
        [AT.high_pc, FORM.data4, u32(0x100)],
      ],
      children: [copy('#kpt', located(OP.reg0 + 4)), copy('#fix')],
    };
    expect(variablesOf([origin, concrete])).toMatchObject([
      { name: 'kept', type: { name: 'int' }, place: { kind: 'expression' } },
      { name: 'fixed', place: { kind: 'constant' } },
      { name: 'dropped', place: { kind: 'optimized-out' } },
    ]);
  });
});

describe('a variable with static storage', () => {
  const globalsOf = (...entries: readonly Made[]) => load(entries).globals();
  const addr = (at: number) => [OP.addr, ...u32(at)];

  it('is listed where its address is in the image', () => {
    const kept = local('kept', located(...addr(0x2000_0010)));
    const dropped = local('dropped', located(...addr(0)));
    expect(namesOf(globalsOf(kept, dropped))).toEqual(['kept']);
  });

  it('is listed by its value where it was folded into the code', () => {
    const constant = local('limit', [AT.const_value, FORM.data1, [42]]);
    expect(globalsOf(constant, constant)).toMatchObject([{ name: 'limit', place: { kind: 'constant' } }]);
    expect(globalsOf(functionWith(constant))).toEqual([]);
  });

  it('of a class is listed by its value where it has no address', () => {
    const constant = (name: string): Made => ({
      tag: TAG.member,
      label: `#${name}`,
      attributes: [named(name), ofType(INT), flag(AT.external), flag(AT.declaration), [AT.const_value, FORM.data1, [7]]],
    });
    const children = [constant('size'), constant('used')];
    const type: Made = { tag: TAG.structure_type, attributes: [named('Box'), [AT.byte_size, FORM.data1, [4]]], children };
    const definition: Made = {
      tag: TAG.variable,
      attributes: [[AT.specification, FORM.ref4, to('#used')], located(...addr(0x2000_0020))],
    };
    expect(globalsOf(type, definition)).toMatchObject([
      { name: 'Box::used', place: { kind: 'expression' } },
      { name: 'Box::size', place: { kind: 'constant' } },
    ]);
  });

  it('is listed where parts of it were optimized out', () => {
    const split = local('split', located(...addr(0x2000_0010), OP.piece, 4, OP.piece, 4));
    expect(globalsOf(split)).toMatchObject([{ name: 'split', place: { kind: 'expression' } }]);
  });

  it('is listed where each thread has its own', () => {
    const own = local('own', located(OP.const4u, 8, 0, 0, 0, OP.GNU_push_tls_address));
    const newer = local('newer', located(OP.const1u, 4, OP.form_tls_address));
    expect(namesOf(globalsOf(own, newer))).toEqual(['own', 'newer']);
  });

  it('of a class has the names around its declaration', () => {
    const type: Made = {
      tag: TAG.structure_type,
      attributes: [named('Pump'), [AT.byte_size, FORM.data1, [4]]],
      children: [
        {
          tag: TAG.member,
          label: '#cnt',
          attributes: [named('count'), ofType(INT), flag(AT.external), flag(AT.declaration)],
        },
      ],
    };
    const definition: Made = {
      tag: TAG.variable,
      attributes: [[AT.specification, FORM.ref4, to('#cnt')], located(...addr(0x2000_0020))],
    };
    expect(globalsOf(type, definition)).toMatchObject([{ name: 'Pump::count', type: { name: 'int' } }]);
  });
});

it('finds the variable that an expression names, by its entry', () => {
  const symbols = load([functionWith({ ...local('limits', located(OP.reg0)), label: '#lim' })]);
  const entries = Array.from({ length: 200 }, (_, entry) => symbols.variableAt(entry as InfoOffset, PC)).filter(Boolean);
  expect(entries).toMatchObject([{ name: 'limits', type: { name: 'int' } }]);
});
