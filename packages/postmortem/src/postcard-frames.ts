/** The frames of a postcard: where it crashed, and who may have called that. There is no stack to look for more. */
import type { RegisterValues, TraceFrame } from '@noinit/model';
import { isCode, RegisterSet, type UnwindTarget, type UnwoundCall, type UnwoundFrame, unwindThread } from '@noinit/unwind';
import type { ValueTarget } from '@noinit/values';
import type { ExplainedThread } from './explain-threads.ts';
import { makeTraceFrames } from './trace-frames.ts';

const DOUBT = 'The return register leads here; it may be left over from an earlier call.';
/** Nothing has run at the address that was called: the register is the caller's. */
const CALLED = 'The return register leads here, behind a call through a pointer.';

export interface PostcardFrames extends Omit<ExplainedThread, 'thread'> {
  readonly frames: readonly TraceFrame[];
  readonly end?: string;
}

export function makePostcardFrames(registers: RegisterValues, target: UnwindTarget, values: ValueTarget): PostcardFrames {
  const [innermost] = unwindThread(registers, target, 1).frames;
  const badJump = innermost?.kind === 'exception' ? undefined : innermost?.badJump;
  const caller = isSameCall(registers, target) ? undefined : findCaller(registers, badJump !== undefined, target);
  const jumped = badJump && { ...badJump, caller: caller?.kind === 'call' ? ('likely-call' as const) : ('unknown' as const) };
  const first = innermost && innermost.kind !== 'exception' && jumped ? { ...innermost, badJump: jumped } : innermost;
  const found: readonly UnwoundFrame[] = [first, caller].filter((frame) => frame !== undefined);
  return {
    // Without registers and memory each variable would be unknown for the same reason.
    frames: makeTraceFrames(found, values).map((frame) => ({ ...frame, variables: [] })),
    unwound: found.slice(0, 1),
    end: found.length === 0 ? 'The postcard names no place.' : 'Further callers are unknown, because only the postcard came.',
    ...(jumped && { badJump: jumped }),
  };
}

/** Longest call instruction of any core. */
const MAX_CALL_BYTES = 4;

/** Where the SDK was called (an assertion, a panic) the pc is that call, and the return register leads behind it. */
function isSameCall({ pc, lr, ra }: RegisterValues, { core }: UnwindTarget): boolean {
  const value = lr ?? ra;
  if (pc === undefined || value === undefined) return false;
  const distance = core.codeAddress(value) - core.codeAddress(pc);
  return distance > 0 && distance <= MAX_CALL_BYTES;
}

function findCaller(registers: RegisterValues, isBadJump: boolean, target: UnwindTarget): UnwoundCall | undefined {
  const { core, memory } = target;
  const value = registers['lr'] ?? registers['ra'];
  if (value === undefined || !core.isCodePointer(value) || core.exceptions?.isReturn(value)) return undefined;
  const lookUp = core.callAddress(value);
  const call = core.findCallBefore(value, memory);
  if (!isCode(target, lookUp) || typeof call === 'string') return undefined;
  const isCaller = isBadJump && call.kind === 'indirect';
  return {
    kind: isCaller ? 'call' : 'scanned',
    pc: core.codeAddress(value),
    lookUp,
    registers: new RegisterSet(),
    method: 'return-register',
    confidence: isCaller ? 'likely' : 'unsure',
    doubtful: isCaller ? CALLED : DOUBT,
  };
}
