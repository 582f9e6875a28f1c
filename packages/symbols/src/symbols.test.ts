import { readdirSync, readFileSync } from 'node:fs';
import { toHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { address, NoinitError } from '@noinit/model';
import { makeElf, makeNote } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import {
  type CodeScope,
  loadSymbols,
  type Member,
  type Symbols,
  sizeOf,
  stripped,
  type TypeInfo,
  type VariableInfo,
} from './index.ts';

const FIXTURES = new URL('../../../fixtures/elf/', import.meta.url);
const fixture = (name: string) => loadSymbols(new Uint8Array(readFileSync(new URL(`${name}.elf`, FIXTURES))));
/** Firmware of one source for one target; the others of the folder have a layout or a source of their own. */
const FULL = readdirSync(FIXTURES)
  .filter((name) => /^m[03]-.*\.elf$/.test(name) && !/names-only|big-endian|split|supplementary|rust/.test(name))
  .map((name) => name.slice(0, -'.elf'.length));
const named = (variables: readonly VariableInfo[], name: string) => variables.find((variable) => variable.name === name);
const codeEnd = 0x600;

function membersOf(type: TypeInfo | undefined): readonly Member[] {
  const whole = type && stripped(type);
  return whole?.kind === 'struct' || whole?.kind === 'union' ? whole.members() : [];
}

function targetOf(type: TypeInfo | undefined): TypeInfo | undefined {
  const pointer = type && stripped(type);
  return pointer?.kind === 'pointer' ? pointer.target() : undefined;
}

/** The first pc in `function` at this line. */
function pcAt(symbols: Symbols, name: string, line: number): { readonly pc: number; readonly scopes: readonly CodeScope[] } {
  for (let pc = 0; pc < codeEnd; pc += 2) {
    const scopes = symbols.locate(address(pc));
    if (scopes[0]?.function === name && scopes[0].line === line) return { pc, scopes };
  }
  throw new Error(`no code of ${name}:${line}`);
}

describe.each(FULL)('%s', (name) => {
  const symbols = fixture(name);

  it('gives nothing for a call through NULL, nor for anything the linker dropped', () => {
    for (const pc of [0, 1, 2, 4, 6, 0x40000, 0x20000000, 0xffff_fffe]) expect(symbols.locate(address(pc))).toEqual([]);
    for (let pc = 0; pc < codeEnd; pc += 2) {
      for (const scope of symbols.locate(address(pc))) expect(scope.function ?? '').not.toMatch(/unused/);
    }
  });

  it('names for every address the function that the symbol table names', () => {
    for (let pc = 0; pc < codeEnd; pc += 2) {
      const symbol = symbols.symbolAt(address(pc));
      if (symbol?.kind !== 'function') continue;
      const scope = symbols.locate(address(pc)).at(-1);
      expect(scope).toMatchObject({ entry: symbol.address, inlined: false });
      // A function may have several names: the debug information's is one of them.
      const alias = symbols.symbolNamed(scope?.function ?? '')?.address;
      expect(scope?.function === symbol.name || alias === symbol.address).toBe(true);
    }
  });

  it('knows the globals, and one of each', () => {
    const globals = symbols.globals().map((variable) => variable.name);
    expect(globals).toEqual(expect.arrayContaining(['sensor_list', 'sensor_table', 'pool', 'last_result', 'opened']));
    expect(new Set(globals).size).toBe(globals.length);
  });

  it('reads struct sensor as C lays it out', () => {
    const type = targetOf(named(symbols.globals(), 'sensor_list')?.type);
    expect(type).toMatchObject({ kind: 'struct', name: 'struct sensor', size: 112, declarationOnly: false });
    expect(membersOf(type).map(({ name: member, offset, type: of }) => [offset, member, of.name])).toEqual([
      [0, 'name', 'char[12]'],
      [12, 'state', 'enum sensor_state'],
      [16, 'flags', 'struct flags'],
      [32, 'next', 'struct sensor *'],
      [36, 'calibration', 'const struct calibration *'],
      [40, 'read', 'int (*)(struct sensor *, int)'],
      [44, 'history', 'struct reading[2][3]'],
      [92, undefined, 'union {...}'],
      [96, 'extra', 'struct {...}'],
    ]);
  });

  it('reads bit-fields of either kind alike', () => {
    const sensor = membersOf(targetOf(named(symbols.globals(), 'sensor_list')?.type));
    const flags = membersOf(sensor.find((member) => member.name === 'flags')?.type);
    const firstBit = ({ offset, bits }: Member) => offset * 8 + (bits?.offset ?? 0);
    const size = ({ bits, type }: Member) => bits?.size ?? sizeOf(type) * 8;
    expect(flags.map((member) => [member.name, firstBit(member), size(member)])).toEqual([
      ['armed', 0, 1],
      ['trim', 1, 5],
      ['state', 16, 16],
      ['wide', 64, 40],
    ]);
  });

  it('reads enumerations with their sign', () => {
    const sensor = membersOf(targetOf(named(symbols.globals(), 'sensor_list')?.type));
    const state = sensor.find((member) => member.name === 'state')?.type;
    expect(state).toMatchObject({ kind: 'enum', size: 2, signed: true });
    expect(state?.kind === 'enum' && state.values().map(({ name: label, value }) => `${label}=${value}`)).toEqual([
      'SENSOR_BROKEN=-7',
      'SENSOR_OFF=-6',
      'SENSOR_ON=300',
    ]);
  });

  it('reads arrays of two dimensions from the outside in', () => {
    const sensor = membersOf(targetOf(named(symbols.globals(), 'sensor_list')?.type));
    const history = sensor.find((member) => member.name === 'history')?.type;
    expect(history).toMatchObject({ kind: 'array', count: 2, size: 48 });
    expect(history?.kind === 'array' && history.element).toMatchObject({
      count: 3,
      size: 24,
      element: { name: 'struct reading' },
    });
  });

  it('finds in another unit what a unit only declares', () => {
    const { pc, scopes } = pcAt(symbols, 'stop', 25);
    expect(named(symbols.variables(scopes[0] as CodeScope, address(pc)), 'kept')).toBeDefined();
    const sensor = membersOf(targetOf(named(symbols.globals(), 'sensor_list')?.type));
    const calibration = targetOf(sensor.find((member) => member.name === 'calibration')?.type);
    expect(calibration).toMatchObject({ name: 'const struct calibration' });
    expect(membersOf(calibration).map((member) => member.name)).toEqual(['offset', 'curve']);
  });

  it('unwinds every function that was compiled from C', () => {
    for (let pc = 0; pc < codeEnd; pc += 2) {
      const [scope] = symbols.locate(address(pc));
      if (scope?.file?.startsWith('src/'))
        expect(symbols.unwindRow(address(pc))?.cfa).toMatchObject({ register: expect.any(Number) });
    }
    expect(symbols.unwindRow(address(0))).toBeUndefined();
  });

  it('reads constants from flash and nothing from RAM', () => {
    const table = symbols.symbolNamed('sensor_table');
    expect(table).toMatchObject({ kind: 'object', size: 8 });
    const bytes = symbols.readConstant(table?.address ?? address(0), 8);
    expect(bytes && toHex(bytes)).toBe('010014002c01a00f');
    expect(symbols.readConstant(address(0x20000000), 1)).toBeUndefined();
    expect(symbols.readConstant(address(0xff_ffff), 1)).toBeUndefined();
  });

  it('knows the end of the stack by its name', () => {
    expect(symbols.symbolNamed('__stack_top')?.address).toBe(0x20004000);
    expect(symbols.symbolNamed('__stack')).toBeUndefined();
  });
});

describe('unoptimised code', () => {
  const symbols = fixture('m3-O0-dwarf5');

  it('has its locals in the frame, those of inner blocks where the block is', () => {
    const inner = pcAt(symbols, 'sensor_poll', 44);
    const variables = symbols.variables(inner.scopes[0] as CodeScope, address(inner.pc));
    expect(variables.map(({ name, parameter, type }) => `${parameter ? 'parameter ' : ''}${name}: ${type.name}`)).toEqual([
      'parameter self: struct sensor *',
      'parameter rounds: unsigned int',
      'sum: int64_t',
      'round: unsigned int',
      'value: int',
      'scaled: int',
    ]);
    for (const { place } of variables) expect(place).toMatchObject({ kind: 'expression' });
    const outer = pcAt(symbols, 'sensor_poll', 49);
    const names = symbols.variables(outer.scopes[0] as CodeScope, address(outer.pc)).map(({ name }) => name);
    expect(names).toEqual(['self', 'rounds', 'sum']);
  });

  it('lets a local hide a static only inside its block', () => {
    const inside = pcAt(symbols, 'main', 36);
    expect(named(symbols.variables(inside.scopes[0] as CodeScope, address(inside.pc)), 'last_result')).toBeDefined();
    const outside = pcAt(symbols, 'main', 38);
    expect(named(symbols.variables(outside.scopes[0] as CodeScope, address(outside.pc)), 'last_result')).toBeUndefined();
  });

  it('has a frame base that each of its expressions counts from', () => {
    const { pc, scopes } = pcAt(symbols, 'main', 33);
    const base = scopes[0] && symbols.frameBase(scopes[0], address(pc));
    expect(toHex(base?.bytes ?? new Uint8Array())).toBe('9c');
  });
});

describe('optimised code', () => {
  const symbols = fixture('m3-O2-dwarf5');

  it('shows inlined functions with the places of their calls', () => {
    const { scopes } = pcAt(symbols, 'clamp', 57);
    expect(scopes.map(({ function: name, inlined, file, line }) => ({ name, inlined, file, line }))).toEqual([
      { name: 'clamp', inlined: true, file: 'src/sensor.h', line: 57 },
      { name: 'scale', inlined: true, file: 'src/sensor.h', line: 64 },
      { name: 'read_channel', inlined: false, file: 'src/main.c', line: 18 },
    ]);
  });

  it('says what an inlined function lost', () => {
    const { pc, scopes } = pcAt(symbols, 'clamp', 57);
    const places = symbols.variables(scopes[0] as CodeScope, address(pc)).map(({ name, place }) => [name, place.kind]);
    expect(places).toEqual([
      ['high', 'optimized-out'],
      ['low', 'optimized-out'],
      ['value', 'optimized-out'],
    ]);
  });

  it('has a constant where the local has no place', () => {
    const { pc, scopes } = pcAt(symbols, 'main', 33);
    const rounds = named(symbols.variables(scopes[0] as CodeScope, address(pc)), 'rounds');
    expect(rounds?.place).toEqual({ kind: 'constant', bytes: Uint8Array.of(6, 0, 0, 0) });
  });

  it('chooses locations by pc', () => {
    const place = (pc: number) => {
      const [scope] = symbols.locate(address(pc));
      const variable = scope && named(symbols.variables(scope, address(pc)), 'self');
      return variable?.place.kind === 'expression' ? toHex(variable.place.expression.bytes) : variable?.place.kind;
    };
    // Of sensor_poll: in r0 when it begins, then in r5.
    const entry = symbols.symbolNamed('sensor_poll')?.address ?? 0;
    expect([place(entry), place(entry + 0x20)]).toEqual(['50', '55']);
  });
});

describe('a file without debug information', () => {
  const symbols = fixture('m3-O2-names-only');

  it('names functions and nothing else', () => {
    expect(symbols.debugInfo).toBe('names-only');
    const main = symbols.symbolNamed('main')?.address ?? address(0);
    const [scope, ...more] = symbols.locate(main);
    expect(scope).toMatchObject({ function: 'main', entry: main, inlined: false });
    expect([scope?.line, more.length]).toEqual([undefined, 0]);
    expect(symbols.variables(scope as CodeScope, main)).toEqual([]);
    expect(symbols.globals()).toEqual([]);
    expect(symbols.unwindRow(main)).toBeUndefined();
    expect(symbols.locate(address(0))).toEqual([]);
  });
});

describe('a file that is refused', () => {
  const code = (bytes: Uint8Array) => {
    try {
      loadSymbols(bytes);
      return undefined;
    } catch (error) {
      return error instanceof NoinitError ? error.code : error;
    }
  };
  const id = { type: 4, bytes: makeNote('GNU', 3, new Uint8Array(20).fill(7)) };

  it('has no build id', () => {
    expect(code(makeElf({}))).toBeUndefined();
    expect(code(makeElf({ segments: [id] }))).toBeUndefined();
  });

  it('is for another machine', () => {
    expect(code(makeElf({ machine: 20, segments: [id] }))).toBe('unsupported-elf');
    expect(code(makeElf({ machine: 62, addressSize: 8, segments: [id] }))).toBeUndefined();
    expect(code(makeElf({ machine: 243, segments: [id] }))).toBeUndefined();
  });

  it('is not linked yet, or is a dump', () => {
    expect(code(makeElf({ type: 1 }))).toBe('unsupported-elf');
    expect(code(makeElf({ type: 4 }))).toBe('unsupported-elf');
  });

  it('is no ELF file', () => {
    expect(code(new TextEncoder().encode('not an ELF file'))).toBe('not-an-elf');
  });

  it('has debug information that cannot be unpacked', () => {
    const section = { name: '.debug_info', flags: 0x800, bytes: Uint8Array.of(2, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0) };
    expect(code(makeElf({ segments: [id], sections: [section] }))).toBe('unsupported-elf');
  });
});

it('takes a parsed file as well', () => {
  const bytes = new Uint8Array(readFileSync(new URL('m3-O2-dwarf5.elf', FIXTURES)));
  const elf = parseElf(bytes);
  expect(loadSymbols(elf).buildId).toBe(elf.buildId);
});
