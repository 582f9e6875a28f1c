/** A frame that was reached and whose caller is not yet looked for. */
import { type Address, address } from '@noinit/model';
import type { RegisterSet } from './register-set.ts';
import { findEntry, isCode, type UnwindTarget } from './target.ts';
import type { BadJump, UnwindEnd, UnwindMethod, UnwoundException } from './unwound-frame.ts';

export interface PendingFrame {
  readonly kind: 'call' | 'scanned';
  readonly pc: Address;
  /** Undefined where pc is in no live code. */
  readonly lookUp?: Address;
  readonly registers: RegisterSet;
  readonly stackPointer: number | undefined;
  /** The next instruction is at pc: innermost, or interrupted by an exception. Its return register may still hold its caller. */
  readonly isExact: boolean;
  readonly footing: Footing;
  /** How it was found. */
  readonly method: UnwindMethod;
  readonly doubtful?: string;
  readonly badJump?: Omit<BadJump, 'caller'>;
}

/**
 * What a frame rests on. From an `assumed` one a caller is confirmed by a call of exactly this function; from a `searched`
 * one by nothing: the words of an older, deeper call fit each other as well.
 */
export type Footing = 'firm' | 'assumed' | 'searched';

/** What unwinding one frame led to. */
export type Step =
  | {
      readonly kind: 'caller';
      readonly frame: PendingFrame;
      readonly isCalledDirectly?: boolean;
      readonly viaBadJump?: BadJump['caller'];
    }
  | { readonly kind: 'interrupted'; readonly marker: UnwoundException; readonly frame: PendingFrame }
  | { readonly kind: 'end'; readonly end: UnwindEnd };

export function end(reason: UnwindEnd['reason'], detail: string): Step {
  return { kind: 'end', end: { reason, detail } };
}

export interface ExactOrigin {
  readonly method: 'captured' | 'exception-frame';
  /** Whether the pc stands behind the instruction that raised the exception (SVC). */
  readonly isRaisedByCall?: boolean;
  readonly footing?: Footing;
}

/** The frame of registers whose pc is the next instruction; undefined where the pc is unknown. */
export function makeExactFrame(registers: RegisterSet, target: UnwindTarget, origin: ExactOrigin): PendingFrame | undefined {
  const { core } = target;
  const pointer = registers.get(core.programCounter);
  if (pointer === undefined) return undefined;
  const pc = core.codeAddress(pointer);
  const base = {
    kind: 'call',
    pc,
    registers,
    stackPointer: registers.get(core.stackPointer),
    isExact: true,
    footing: origin.footing ?? 'firm',
    method: origin.method,
  } as const;
  const why = isCode(target, pc) ? findWrongState(registers, pc, target, origin) : 'not-code';
  if (why !== undefined) return { ...base, badJump: { target: address(pointer), why } };
  return { ...base, lookUp: origin.isRaisedByCall === true ? core.callAddress(pointer) : pc };
}

/** CFSR: an instruction was to be executed in a state that the processor does not have. */
const INVSTATE = 1 << 17;

/**
 * A status register that software read says nothing of the state: the bit reads as 0 (Armv7-M ARM B5.2.2). Where no fault
 * status tells, only the entry of a function is taken for the target of a call in the wrong state.
 */
function findWrongState(registers: RegisterSet, pc: Address, target: UnwindTarget, { method }: ExactOrigin) {
  const why = target.core.findWrongState(registers);
  if (why === undefined || method !== 'captured') return why;
  const status = target.system?.['cfsr'];
  const isTold = status === undefined ? findEntry(target.symbols, pc) === pc : (status & INVSTATE) !== 0;
  return isTold ? why : undefined;
}

/** The frame that a return address leads to. `registers` are the caller's, its stack pointer included. */
export function makeCallerFrame(
  returnAddress: number,
  registers: RegisterSet,
  target: UnwindTarget,
  rest: Pick<PendingFrame, 'kind' | 'footing' | 'doubtful' | 'method'>,
): PendingFrame {
  const { core } = target;
  const pc = core.codeAddress(returnAddress);
  return {
    ...rest,
    pc,
    lookUp: core.callAddress(returnAddress),
    registers: registers.with([[core.programCounter, pc]]),
    stackPointer: registers.get(core.stackPointer),
    isExact: false,
  };
}
