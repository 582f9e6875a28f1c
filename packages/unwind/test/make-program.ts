/** Builds a small Thumb program as `Symbols`: functions with their call frame information, and the bytes of their calls. */
import type { RegisterRule, UnwindRow } from '@noinit/dwarf';
import { type Address, address, type BuildId } from '@noinit/model';
import type { ElfSymbol, Symbols } from '@noinit/symbols';

export interface MadeFunction {
  readonly name: string;
  readonly at: number;
  readonly size?: number;
  /** Bytes of stack the function takes, and where it saves registers: DWARF number to offset from the CFA. `none`: no information and, but for its calls and `code`, no instructions. */
  readonly frame?: { readonly size: number; readonly saved?: { readonly [register: number]: number } } | 'none';
  /** Bases the CFA on another register than sp. */
  readonly cfaRegister?: number;
  readonly returnRule?: RegisterRule;
  readonly calls?: readonly MadeCall[];
  /** Its instructions from the entry on; the rest does nothing. */
  readonly code?: Uint8Array;
}

/** A call instruction that ends at `returnsTo`: of an address, or through a register. */
export interface MadeCall {
  readonly returnsTo: number;
  readonly target?: number;
  readonly register?: number;
}

const LR = 14;

export function makeProgram(functions: readonly MadeFunction[]): Symbols {
  const code = makeCode(functions);
  const find = (at: number) => functions.find((made) => at >= made.at && at < made.at + (made.size ?? 0x100));
  return {
    buildId: '00'.repeat(20) as BuildId,
    machine: 'cortex-m',
    littleEndian: true,
    pointerSize: 4,
    debugInfo: 'full',
    locate: (at) => {
      const made = find(at);
      return made ? [{ function: made.name, inlined: false, entry: address(made.at), handle: 0 }] : [];
    },
    unwindRow: (at) => makeRow(find(at)),
    exceptionIndexRow: () => undefined,
    isCode: (at) => find(at) !== undefined,
    entryPoint: undefined,
    symbolAt: (at) => makeSymbol(find(at)),
    symbolNamed: () => undefined,
    readConstant: (at, length) => readCode(code, at, length),
    variables: () => [],
    frameBase: () => undefined,
    variableAt: () => undefined,
    callArguments: () => [],
    globals: () => [],
    missingParts: () => [],
    skippedUnits: () => [],
  };
}

/** A BL to `target`, or a BLX through a register, as little-endian halfwords that end at `returnsTo`. */
export function encodeCall({ returnsTo, target, register = 3 }: MadeCall): Uint8Array {
  if (target === undefined) return halfwords([0x4780 | (register << 3)]);
  const offset = target - returnsTo;
  const sign = offset < 0 ? 1 : 0;
  const j1 = (((offset >> 23) & 1) ^ 1 ^ sign) & 1;
  const j2 = (((offset >> 22) & 1) ^ 1 ^ sign) & 1;
  return halfwords([
    0xf000 | (sign << 10) | ((offset >> 12) & 0x3ff),
    0xd000 | (j1 << 13) | (j2 << 11) | ((offset >> 1) & 0x7ff),
  ]);
}

/** Little-endian words, as a stack region's bytes. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value >>> 0, true);
  return bytes;
}

export function halfwords(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, value >> 8]));
}

function makeCode(functions: readonly MadeFunction[]): Map<number, number> {
  const code = new Map<number, number>();
  for (const made of functions) {
    if (made.frame !== 'none') for (let at = made.at; at < made.at + (made.size ?? 0x100); at++) code.set(at, 0);
    for (const [index, byte] of (made.code ?? new Uint8Array()).entries()) code.set(made.at + index, byte);
    for (const call of made.calls ?? []) {
      const bytes = encodeCall(call);
      for (const [index, byte] of bytes.entries()) code.set(call.returnsTo - bytes.length + index, byte);
    }
  }
  return code;
}

function readCode(code: ReadonlyMap<number, number>, at: number, length: number): Uint8Array | undefined {
  const bytes = Array.from({ length }, (_, index) => code.get(at + index));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : undefined;
}

function makeRow(made: MadeFunction | undefined): UnwindRow | undefined {
  if (!made || made.frame === 'none') return undefined;
  const { size, saved = {} } = made.frame ?? { size: 8, saved: { [LR]: -4 } };
  const rules = Object.entries(saved).map(([register, offset]): [number, RegisterRule] => [
    Number(register),
    { kind: 'offset', offset },
  ]);
  return {
    start: address(made.at),
    cfa: { kind: 'register', register: made.cfaRegister ?? 13, offset: size },
    registers: new Map([...rules, ...(made.returnRule ? [[LR, made.returnRule] as const] : [])]),
    returnAddressRegister: LR,
    signalFrame: false,
  };
}

function makeSymbol(made: MadeFunction | undefined): ElfSymbol | undefined {
  return made && { name: made.name, address: address(made.at) as Address, size: made.size ?? 0x100, kind: 'function' };
}
