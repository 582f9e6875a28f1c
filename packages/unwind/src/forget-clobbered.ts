/**
 * Functions that never return need not save what calls keep: compilers then say nothing of registers that they change. Only
 * the instructions tell which.
 */
import type { Address } from '@noinit/model';
import type { FrameSource } from './find-row.ts';
import { findBounds, followTo } from './follow-at.ts';
import type { PendingFrame } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import type { UnwindTarget } from './target.ts';

/** Longest function whose instructions are looked at for a return. */
const MAX_BYTES = 0x10000;

/** The caller's registers without those that the function of `frame` changed and saved nowhere. */
export function forgetClobbered(
  caller: RegisterSet,
  frame: PendingFrame,
  lookUp: Address,
  source: FrameSource,
  target: UnwindTarget,
): RegisterSet {
  const { core } = target;
  if (source.method === 'instructions' || source.row.signalFrame) return caller;
  const bounds = findBounds(lookUp, target);
  if (!bounds || bounds.end - bounds.start > MAX_BYTES || core.mayReturn(bounds.start, bounds.end, target.memory)) return caller;
  const { at } = followTo(bounds, frame, target);
  if (!at) return caller;
  const lost: [number, undefined][] = [];
  for (const [register, { base, offset }] of at.state.changed()) {
    const isSaved = source.row.registers.has(register) || register === core.stackPointer;
    if (!isSaved && core.isPreserved(register) && (base !== register || offset !== 0)) lost.push([register, undefined]);
  }
  return lost.length === 0 ? caller : caller.with(lost);
}
