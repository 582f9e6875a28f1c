/**
 * Searches captured RAM for an exception frame by its shape, where the stack pointer that leads to it was not captured. A
 * place counts by what speaks for it: above all that its own return address stands behind a call of the function that was
 * interrupted.
 */
import { type Address, address, hexAddress } from '@noinit/model';
import { applyRow } from './apply-row.ts';
import type { ExceptionReturnRules } from './cores/exception-return-rules.ts';
import { findFrameSource } from './find-row.ts';
import { makeExactFrame, type PendingFrame } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { findEntry, isCode, type UnwindTarget } from './target.ts';

export interface FoundFrame {
  readonly registers: RegisterSet;
  readonly doubt: string;
}

/** Places whose words are looked at more closely than their status word. */
const MAX_CANDIDATES = 256;
/** Exception frames are aligned to 8 bytes (Armv7-M ARM B1.5.7; always on Armv6-M and v8-M). */
const ALIGNMENT = 8;
const PC_OFFSET = 0x18;
const STATUS_OFFSET = 0x1c;
const FRAME_BYTES = 0x20;

/** Captured stacks usually begin where their stack pointer stood. */
const NEAR_START_BYTES = 64;
const SCORE = { untouched: 20, stillThere: 4, calledExactly: 8, called: 4, threadEntry: 4, nearStart: 2, plausible: 1 } as const;
/** r0 to r3 and r12: what an exception stacks and leaves as it was until its handler changes it. */
const STACKED_REGISTERS = [0, 1, 2, 3, 12];

/** `live` are the registers as the handler stands: those that it has not changed are still what the exception stacked. */
export function findExceptionFrame(
  returnValue: number,
  handler: RegisterSet,
  live: RegisterSet,
  target: UnwindTarget,
): FoundFrame | undefined {
  const { exceptions } = target.core;
  if (!exceptions) return undefined;
  let best: { readonly registers: RegisterSet; readonly at: Address; readonly score: number } | undefined;
  let rivals = 0;
  for (const { at, isNearStart } of candidates(returnValue, exceptions, target)) {
    const state = exceptions.undoAt(at, returnValue, handler, target.memory);
    if (state.kind !== 'state' || state.doubtful !== undefined) continue;
    const judged = judge(state.registers, target);
    if (judged === 0) continue;
    const score = judged + (isNearStart ? SCORE.nearStart : 0) + scoreUntouched(state.registers, live);
    if (best && score === best.score) rivals++;
    if (best && score <= best.score) continue;
    if (!best || score > best.score) rivals = 0;
    best = { registers: state.registers, at, score };
  }
  if (!best) return undefined;
  const others = rivals === 0 ? '' : `; ${rivals} other ${rivals === 1 ? 'place looks' : 'places look'} as likely`;
  return { registers: best.registers, doubt: `The exception frame at ${hexAddress(best.at)} was found by its shape${others}.` };
}

/**
 * The frame of a handler that lost its exception return value: it stands where the handler began, or at the process stack
 * pointer, and only what it holds can tell which.
 */
export function findFrameWithoutReturn(entryStack: number, handler: RegisterSet, target: UnwindTarget): FoundFrame | undefined {
  const { exceptions } = target.core;
  if (!exceptions) return undefined;
  let best: { readonly registers: RegisterSet; readonly score: number } | undefined;
  for (const returnValue of exceptions.possibleReturns) {
    const state = exceptions.undo(returnValue, handler, entryStack, target.memory);
    if (state.kind !== 'state' || state.doubtful !== undefined) continue;
    const score = judge(state.registers, target);
    if (score > Math.max(SCORE.plausible, best?.score ?? 0)) best = { registers: state.registers, score };
  }
  return (
    best && { registers: best.registers, doubt: 'The handler lost its exception return value; its frame was found by its shape.' }
  );
}

/**
 * How much of what the frame holds the handler still has. All of it: it has not run, and another's frame would hold other values.
 * After some instructions a part of it, of which small numbers stand in any frame.
 */
function scoreUntouched(stacked: RegisterSet, live: RegisterSet): number {
  const same = STACKED_REGISTERS.filter((register) => {
    const value = live.get(register);
    return value !== undefined && value === stacked.get(register);
  });
  if (same.length === STACKED_REGISTERS.length) return SCORE.untouched;
  return SCORE.stillThere * same.filter((register) => (live.get(register) ?? 0) > SMALL).length;
}

const SMALL = 0xff;

interface Candidate {
  readonly at: Address;
  readonly isNearStart: boolean;
}

function* candidates(returnValue: number, exceptions: ExceptionReturnRules, target: UnwindTarget): Iterable<Candidate> {
  const { memory, core } = target;
  const from = exceptions.frameOffset(returnValue);
  let left = MAX_CANDIDATES;
  for (const { start, bytes } of memory.captured) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const first = (ALIGNMENT - (start % ALIGNMENT)) % ALIGNMENT;
    for (let offset = first; offset + from + FRAME_BYTES <= bytes.length; offset += ALIGNMENT) {
      if (!exceptions.isFrameStatus(view.getUint32(offset + from + STATUS_OFFSET, true), returnValue)) continue;
      const pc = view.getUint32(offset + from + PC_OFFSET, true);
      // A stacked pc has no Thumb bit.
      if (pc % 2 === 1 || pc === 0 || !isCode(target, core.codeAddress(pc))) continue;
      if (--left < 0) return;
      yield { at: address(start + offset), isNearStart: offset <= NEAR_START_BYTES };
    }
  }
}

/** 0 where something speaks against it. */
function judge(registers: RegisterSet, target: UnwindTarget): number {
  const frame = makeExactFrame(registers, target, { method: 'exception-frame' });
  if (!frame || frame.lookUp === undefined) return 0;
  const value = findReturnAddress(frame, frame.lookUp, target);
  if (value === undefined) return SCORE.plausible;
  if (value === 'none' || value === 0 || value === 0xffffffff) return SCORE.threadEntry;
  const { core, symbols, memory } = target;
  if (core.exceptions?.isReturn(value)) return SCORE.plausible;
  if (!core.isCodePointer(value)) return 0;
  const call = core.findCallBefore(value, memory);
  if (typeof call === 'string')
    return findEntry(symbols, core.codeAddress(value)) === core.codeAddress(value) ? SCORE.threadEntry : 0;
  if (!isCode(target, core.callAddress(value))) return 0;
  const isExact = call.kind === 'direct' && call.target === findEntry(symbols, frame.lookUp);
  return isExact ? SCORE.calledExactly : SCORE.called;
}

function findReturnAddress(frame: PendingFrame, lookUp: Address, target: UnwindTarget): number | 'none' | undefined {
  const source = findFrameSource(frame, lookUp, target);
  const applied = source && applyRow(source.row, frame.registers, target);
  if (!source || !applied) return frame.registers.get(target.core.returnRegister);
  switch (applied.returnAddress.kind) {
    case 'value':
      return applied.returnAddress.value;
    case 'in-register':
      return frame.registers.get(target.core.returnRegister);
    case 'none':
      return source.method === 'call-frame-information' ? 'none' : undefined;
    case 'not-captured':
      return undefined;
  }
}
