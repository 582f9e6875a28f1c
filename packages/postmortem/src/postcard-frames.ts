/** The frames of a postcard: where it crashed, and who may have called that. There is no stack to look for more. */
import type { RegisterValues, TraceFrame } from '@noinit/model';
import { isCode, RegisterSet, type UnwindTarget, type UnwoundCall, type UnwoundFrame, unwindThread } from '@noinit/unwind';
import type { ValueTarget } from '@noinit/values';
import type { ExplainedThread } from './explain-threads.ts';
import { makeTraceFrames } from './trace-frames.ts';

const DOUBT = 'The return register leads here; it may be left over from an earlier call.';

export interface PostcardFrames extends Omit<ExplainedThread, 'thread'> {
  readonly frames: readonly TraceFrame[];
  readonly end?: string;
}

export function makePostcardFrames(registers: RegisterValues, target: UnwindTarget, values: ValueTarget): PostcardFrames {
  const { frames } = unwindThread(registers, target, 1);
  const [innermost] = frames;
  const caller = findCaller(registers, target);
  const found: readonly UnwoundFrame[] = [...frames, ...(caller ? [caller] : [])];
  const badJump = innermost?.kind === 'exception' ? undefined : innermost?.badJump;
  return {
    // Without registers and memory each variable would be unknown for the same reason.
    frames: makeTraceFrames(found, values).map((frame) => ({ ...frame, variables: [] })),
    unwound: frames,
    end: found.length === 0 ? 'The postcard names no place.' : 'Further callers are unknown, because only the postcard came.',
    ...(badJump && { badJump: caller ? { ...badJump, caller: 'likely-call' } : badJump }),
  };
}

function findCaller(registers: RegisterValues, target: UnwindTarget): UnwoundCall | undefined {
  const { core, memory } = target;
  const value = registers['lr'] ?? registers['ra'];
  if (value === undefined || !core.isCodePointer(value) || core.exceptions?.isReturn(value)) return undefined;
  const lookUp = core.callAddress(value);
  if (!isCode(target, lookUp) || typeof core.findCallBefore(value, memory) === 'string') return undefined;
  return {
    kind: 'scanned',
    pc: core.codeAddress(value),
    lookUp,
    registers: new RegisterSet(),
    method: 'return-register',
    confidence: 'unsure',
    doubtful: DOUBT,
  };
}
