/** Searches the stack for a return address where nothing better says who called. What it finds may be left over from an older call. */
import { type Address, address } from '@noinit/model';
import { readWord } from './memory.ts';
import type { RegisterSet } from './register-set.ts';
import { isCode, type UnwindTarget } from './target.ts';

/** Words looked at above the stack pointer for one caller. */
export const MAX_SCANNED_WORDS = 512;

export interface ScannedReturn {
  readonly kind: 'return';
  readonly returnAddress: number;
  /** Where the word stands. */
  readonly slot: Address;
}

export interface ScannedException {
  readonly kind: 'exception';
  readonly slot: Address;
  readonly registers: RegisterSet;
}

export interface NothingScanned {
  readonly kind: 'nothing';
  readonly words: number;
}

/**
 * The nearest word that is a code pointer into live code behind a call instruction. A call of exactly `entry`, the function
 * that is looked for, is preferred to a nearer call of something else. The first word that leads to `known` is passed over: the
 * function inside pushed the return address that was read from its register.
 */
export function scanForReturn(
  from: number,
  entry: number | undefined,
  target: UnwindTarget,
  known?: Address,
): ScannedReturn | NothingScanned {
  let nearest: ScannedReturn | undefined;
  let isPassed = known === undefined;
  let words = 0;
  for (; words < MAX_SCANNED_WORDS; words++) {
    const slot = from + 4 * words;
    const word = readWord(target.memory, slot, target.symbols.littleEndian);
    if (word === undefined) break;
    const call = findCall(word, target);
    if (!call) continue;
    if (!isPassed && target.core.codeAddress(word) === known) {
      isPassed = true;
      continue;
    }
    const found: ScannedReturn = { kind: 'return', returnAddress: word, slot: address(slot) };
    if (call.kind === 'direct' && call.target === entry) return found;
    nearest ??= found;
  }
  return nearest ?? { kind: 'nothing', words };
}

/** The nearest exception return value whose exception frame is whole, without doubt and leads into live code. */
export function scanForException(from: number, handler: RegisterSet, target: UnwindTarget): ScannedException | NothingScanned {
  const { core, memory, symbols } = target;
  let words = 0;
  for (; words < MAX_SCANNED_WORDS; words++) {
    const slot = from + 4 * words;
    const word = readWord(memory, slot, symbols.littleEndian);
    if (word === undefined) break;
    if (!core.exceptions?.isReturn(word)) continue;
    const interrupted = findWholeFrame(word, handler, slot + 4, target);
    if (interrupted) return { kind: 'exception', slot: address(slot), registers: interrupted };
  }
  return { kind: 'nothing', words };
}

/** The interrupted state, if the frame at `stack` is one that nothing speaks against. */
export function findWholeFrame(
  returnAddress: number,
  handler: RegisterSet,
  stack: number | undefined,
  target: UnwindTarget,
): RegisterSet | undefined {
  const { core, memory } = target;
  const interrupted = core.exceptions?.undo(returnAddress, handler, stack, memory);
  if (interrupted?.kind !== 'state' || interrupted.doubtful !== undefined) return undefined;
  const pc = interrupted.registers.get(core.programCounter);
  return pc !== undefined && isCode(target, core.codeAddress(pc)) ? interrupted.registers : undefined;
}

function findCall(word: number, target: UnwindTarget) {
  const { core, memory } = target;
  if (!core.isCodePointer(word) || core.exceptions?.isReturn(word) || !isCode(target, core.callAddress(word))) return undefined;
  const call = core.findCallBefore(word, memory);
  return typeof call === 'string' ? undefined : call;
}
