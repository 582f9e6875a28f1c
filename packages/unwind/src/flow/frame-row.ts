/** From what is known of a frame to the row that a compiler would have written for it. */
import { ByteWriter } from '@noinit/bytes';
import type { CfaRule, Expression, RegisterRule, UnwindRow } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { CONSTANT, type FrameState, type Value } from './frame-state.ts';

export interface RowRequest {
  readonly start: Address;
  readonly stackPointer: number;
  /** Whose value at the entry is the return address. */
  readonly returnRegister: number;
  /** Registers whose values here are known: all of a frame that was interrupted, those that calls keep of a caller. */
  readonly isKnown: (register: number) => boolean;
  /** Registers whose values at the entry are asked for, the return register too. */
  readonly wanted: readonly number[];
  readonly signalFrame?: boolean;
  /** Where bases were loaded from; what stands there now is taken for what stood there then. */
  readonly origins?: ReadonlyMap<number, Value>;
}

/** Undefined where the stack pointer of the entry cannot be found again. */
export function makeRow(state: FrameState, request: RowRequest): UnwindRow | undefined {
  const cfa = findCfa(state, request);
  if (!cfa) return undefined;
  const { start, returnRegister, wanted, signalFrame = false } = request;
  const registers = new Map<number, RegisterRule>();
  for (const register of wanted) {
    const rule = findRule(register, state, request);
    if (rule) registers.set(register, rule);
  }
  return { start, cfa, registers, returnAddressRegister: returnRegister, signalFrame };
}

/** The stack pointer at the entry: as an offset from a register, or from a word of the stack. */
function findCfa(state: FrameState, request: RowRequest): CfaRule | undefined {
  const { stackPointer, isKnown } = request;
  const direct = holders(state, stackPointer, isKnown)[0];
  if (direct) return { kind: 'register', register: direct.register, offset: -direct.value.offset };
  for (const { at, value } of state.stored()) {
    if (value.base !== stackPointer) continue;
    const place = addressOf(at, state, request);
    if (place) return { kind: 'expression', expression: expression([...place, DW_OP.deref, ...plus(-value.offset)]) };
  }
  return undefined;
}

/** Undefined where the register holds what it held. */
function findRule(register: number, state: FrameState, request: RowRequest): RegisterRule | undefined {
  // A saved copy is surer than a register that seems untouched: there may be ways through the function that were not followed.
  for (const { at, value } of state.stored()) {
    if (value.base !== register || value.offset !== 0) continue;
    if (at.base === request.stackPointer) return { kind: 'offset', offset: at.offset };
    const place = addressOf(at, state, request);
    if (place) return { kind: 'expression', expression: expression(place) };
  }
  const current = state.get(register);
  if (current.base === register && current.offset === 0) {
    return request.isKnown(register) ? undefined : { kind: 'undefined' };
  }
  const holder = holders(state, register, request.isKnown).find(({ value }) => value.offset === 0);
  return holder ? { kind: 'register', register: holder.register } : { kind: 'undefined' };
}

interface Holder {
  readonly register: number;
  readonly value: Value;
}

/** Registers that hold an offset from what `base` held at the entry; that register itself first. */
function holders(state: FrameState, base: number, isKnown: (register: number) => boolean): Holder[] {
  const found: Holder[] = [];
  const own = state.get(base);
  if (own.base === base && isKnown(base)) found.push({ register: base, value: own });
  for (const [register, value] of state.changed()) {
    if (register !== base && value.base === base && isKnown(register)) found.push({ register, value });
  }
  return found;
}

/** Loads that lead from a register or a constant to an address, at most. */
const MAX_LOADS = 4;

/** Operations that give an address: from a register, a constant, or what was loaded from an address. */
function addressOf({ base, offset }: Value, state: FrameState, request: RowRequest, loads = 0): readonly number[] | undefined {
  if (base === CONSTANT) return operations((bytes) => bytes.u8(DW_OP.constu).uleb(offset >>> 0));
  const [holder] = holders(state, base, request.isKnown);
  if (holder) {
    return operations((bytes) =>
      bytes
        .u8(DW_OP.bregx)
        .uleb(holder.register)
        .sleb(offset - holder.value.offset),
    );
  }
  const origin = loads < MAX_LOADS ? request.origins?.get(base) : undefined;
  const place = origin && addressOf(origin, state, request, loads + 1);
  return place && [...place, DW_OP.deref, ...plus(offset)];
}

const DW_OP = { deref: 0x06, constu: 0x10, minus: 0x1c, plus_uconst: 0x23, bregx: 0x92 } as const;

function plus(amount: number): readonly number[] {
  if (amount === 0) return [];
  if (amount > 0) return operations((bytes) => bytes.u8(DW_OP.plus_uconst).uleb(amount));
  return operations((bytes) => bytes.u8(DW_OP.constu).uleb(-amount).u8(DW_OP.minus));
}

function operations(write: (bytes: ByteWriter) => ByteWriter): readonly number[] {
  return [...write(new ByteWriter()).toBytes()];
}

function expression(bytes: readonly number[]): Expression {
  return { bytes: Uint8Array.from(bytes), addressSize: 4, offsetSize: 4, version: 5, littleEndian: true, unit: 0 };
}
