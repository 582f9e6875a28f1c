/** Builds what reading values needs: types, memory, symbols, one frame. */
import type { Expression } from '@noinit/dwarf';
import { type Address, address, type BuildId, MAX_TRACE_NODES } from '@noinit/model';
import type {
  BaseEncoding,
  ElfSymbol,
  Member,
  StructType,
  Symbols,
  TypeInfo,
  VariableInfo,
  VariablePlace,
} from '@noinit/symbols';
import { NodeBudget, type ScopeInFrame, type ValueTarget } from '../src/target.ts';

export const CFA = 0x2000_1000;

export interface MadeTarget {
  /** Captured bytes by address. */
  readonly memory?: { readonly [at: number]: readonly number[] };
  readonly symbols?: readonly ElfSymbol[];
  readonly variables?: readonly VariableInfo[];
  readonly globals?: readonly VariableInfo[];
  readonly nodes?: number;
}

export function makeTarget({
  memory = {},
  symbols = [],
  variables = [],
  globals = [],
  nodes = MAX_TRACE_NODES,
}: MadeTarget): ValueTarget {
  const runs = Object.entries(memory).map(([at, bytes]) => ({ at: Number(at), bytes: Uint8Array.from(bytes) }));
  const made: Symbols = {
    buildId: '00'.repeat(20) as BuildId,
    machine: 'cortex-m',
    littleEndian: true,
    pointerSize: 4,
    debugInfo: 'full',
    locate: () => [],
    unwindRow: () => undefined,
    exceptionIndexRow: () => undefined,
    isCode: () => false,
    entryPoint: undefined,
    symbolAt: (at) => symbols.find((symbol) => at >= symbol.address && at < symbol.address + symbol.size),
    symbolNamed: () => undefined,
    readConstant: () => undefined,
    variables: () => variables,
    frameBase: () => undefined,
    variableAt: () => undefined,
    callArguments: () => [],
    globals: () => globals,
    missingParts: () => [],
    skippedUnits: () => [],
  };
  return { symbols: made, memory: { read: (at, length) => readRuns(runs, at, length) }, budget: new NodeBudget(nodes) };
}

export function makeFrame(registers: { readonly [register: number]: number } = {}): ScopeInFrame {
  const scope = { inlined: false, handle: 0 };
  return {
    scope,
    frameBase: expression(0x9c),
    pc: address(0x1000),
    cfa: address(CFA),
    registers: { get: (register) => registers[register] },
  };
}

export function expression(...bytes: readonly number[]): Expression {
  return { bytes: Uint8Array.from(bytes), addressSize: 4, offsetSize: 4, version: 5, littleEndian: true, unit: 0 };
}

/** `DW_OP_fbreg offset`: where a local lives at -O0; the frame base is the CFA. */
export function local(name: string, type: TypeInfo, offset: number): VariableInfo {
  return variable(name, type, { kind: 'expression', expression: expression(0x91, ...sleb(offset)) });
}

export function variable(name: string, type: TypeInfo, place: VariablePlace): VariableInfo {
  return { name, parameter: false, type, place };
}

export function base(name: string, size: number, encoding: BaseEncoding): TypeInfo {
  return { kind: 'base', name, size, encoding };
}

export const INT: TypeInfo = base('int', 4, 'signed');
export const CHAR: TypeInfo = base('char', 1, 'unsigned-char');
export const UINT8: TypeInfo = alias('uint8_t', base('unsigned char', 1, 'unsigned-char'));

export function alias(name: string, target: TypeInfo): TypeInfo {
  return { kind: 'alias', name, size: 'size' in target ? (target.size ?? 0) : 0, target };
}

export function pointer(target: TypeInfo | undefined, name = `${target?.name ?? 'void'} *`): TypeInfo {
  return { kind: 'pointer', name, size: 4, target: () => target };
}

export function array(element: TypeInfo, count: number | undefined, size: number): TypeInfo {
  return { kind: 'array', name: `${element.name}[${count ?? ''}]`, size: size * (count ?? 0), element, count };
}

export function struct(name: string, size: number, members: () => readonly Member[]): TypeInfo {
  return { kind: 'struct', name: `struct ${name}`, size, members, declarationOnly: false };
}

export function object(name: string, at: number, size: number): ElfSymbol {
  return { name, address: address(at), size, kind: 'object' };
}

export function code(name: string, at: number, size: number): ElfSymbol {
  return { name, address: address(at), size, kind: 'function' };
}

/** Little-endian bytes of 32-bit words. */
export function words(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]);
}

export function text(value: string): number[] {
  return [...new TextEncoder().encode(value), 0];
}

function sleb(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  return (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40) ? [low] : [low | 0x80, ...sleb(rest)];
}

function readRuns(runs: readonly { at: number; bytes: Uint8Array }[], at: Address, length: number): Uint8Array | undefined {
  const run = runs.find((candidate) => at >= candidate.at && at + length <= candidate.at + candidate.bytes.length);
  return run?.bytes.subarray(at - run.at, at - run.at + length);
}

/** A named struct of Rust; fields stand one behind the other unless they say where. */
export function rustStruct(
  name: string,
  fields: readonly (readonly [name: string, type: TypeInfo, offset?: number])[],
  parameters: readonly (readonly [string, TypeInfo])[] = [],
): StructType {
  let end = 0;
  const members = fields.map(([field, type, offset = end]): Member => {
    end = Math.max(end, offset + sizeIn(type));
    return { name: field, type, offset };
  });
  return {
    kind: 'struct',
    name,
    size: end,
    members: () => members,
    declarationOnly: false,
    parameters: () => parameters.map(([parameter, type]) => ({ name: parameter, type })),
    language: 'rust',
  };
}

function sizeIn(type: TypeInfo): number {
  return 'size' in type ? (type.size ?? 0) : 0;
}

export function rustBase(name: string, size: number, encoding: BaseEncoding): TypeInfo {
  return { kind: 'base', name, size, encoding, language: 'rust' };
}

export const U8: TypeInfo = rustBase('u8', 1, 'unsigned');
export const U16: TypeInfo = rustBase('u16', 2, 'unsigned');
export const U32: TypeInfo = rustBase('u32', 4, 'unsigned');
export const USIZE: TypeInfo = rustBase('usize', 4, 'unsigned');

/** `&[T]`, `&str` and their like: pointer and length. */
export function fatPointer(name: string, element: TypeInfo): StructType {
  return rustStruct(name, [
    ['data_ptr', pointer(element, `*const ${element.name}`)],
    ['length', USIZE],
  ]);
}

/** `Vec<T>` as rustc 1.63 lays it out; `String` has one of bytes. */
export function vec(element: TypeInfo): StructType {
  const nonNull = rustStruct(`core::ptr::non_null::NonNull<${element.name}>`, [['pointer', pointer(element)]]);
  const unique = rustStruct(`core::ptr::unique::Unique<${element.name}>`, [['pointer', nonNull]]);
  const raw = rustStruct(`alloc::raw_vec::RawVec<${element.name}>`, [
    ['cap', USIZE],
    ['ptr', unique],
  ]);
  return rustStruct(
    `alloc::vec::Vec<${element.name}>`,
    [
      ['buf', raw],
      ['len', USIZE],
    ],
    [['T', element]],
  );
}

export const STRING: StructType = rustStruct('alloc::string::String', [['vec', vec(U8)]]);

export interface MadeVariant {
  readonly name: string;
  readonly fields?: readonly (readonly [name: string, type: TypeInfo, offset?: number])[];
  /** Values of the discriminant; left out for the variant of all others. */
  readonly values?: readonly (bigint | readonly [from: bigint, to: bigint])[];
}

/** An enum of Rust as rustc describes it: each variant is a member with a struct. */
export function rustEnum(
  name: string,
  size: number,
  discriminant: Member | undefined,
  variants: readonly MadeVariant[],
): TypeInfo {
  return {
    kind: 'variants',
    name,
    size,
    members: () => [],
    discriminant: () => discriminant,
    variants: () =>
      variants.map((variant) => ({
        values: variant.values?.map((value) =>
          typeof value === 'bigint' ? { from: value, to: value } : { from: value[0], to: value[1] },
        ),
        members: [
          { name: variant.name, type: { ...rustStruct(`${name}::${variant.name}`, variant.fields ?? []), size }, offset: 0 },
        ],
      })),
    language: 'rust',
  };
}
