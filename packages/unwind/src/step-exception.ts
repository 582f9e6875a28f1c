/** From a handler to the code it interrupted. */
import { findHandledException, isRaisedByCall } from './exception-number.ts';
import { findExceptionFrame } from './find-exception-frame.ts';
import { end, makeExactFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { findWholeFrame, scanForException } from './scan-stack.ts';
import type { UnwindTarget } from './target.ts';
import type { UnwoundException } from './unwound-frame.ts';

export const FOUND_BY_SEARCH = 'The exception frame was found by searching the stack.';

/** `registers` are those at the handler's entry, its stack pointer included; `frame` is the handler's. */
export function stepByExceptionReturn(
  returnValue: number,
  registers: RegisterSet,
  frame: PendingFrame,
  target: UnwindTarget,
): Step {
  const { core, memory } = target;
  const interrupted = core.exceptions?.undo(returnValue, registers, registers.get(core.stackPointer), memory);
  if (!interrupted) return end('bad-exception-frame', 'This processor has no exception frames.');
  if (interrupted.kind === 'state' && interrupted.doubtful === undefined) {
    return leave(interrupted.registers, frame, target, undefined);
  }
  // A frame whose place is known is not searched elsewhere only because it was not captured.
  if (interrupted.kind === 'unknown' && interrupted.reason === 'stack-not-captured')
    return end(interrupted.reason, interrupted.detail);
  return (
    search(returnValue, registers, frame, target, interrupted.kind === 'unknown') ??
    (interrupted.kind === 'unknown'
      ? end(interrupted.reason, interrupted.detail)
      : leave(interrupted.registers, frame, target, interrupted.doubtful))
  );
}

/** A handler that nothing tells about: its exception frame is at the stack pointer if it pushed nothing, or above. */
export function stepByPlainHandler(returnValue: number, frame: PendingFrame, target: UnwindTarget): Step {
  const atStackPointer = findWholeFrame(returnValue, frame.registers, frame.stackPointer, target);
  if (atStackPointer) return leave(atStackPointer, frame, target, undefined);
  const stack = frame.registers.get(target.core.stackPointer);
  const isPlaceKnown = target.core.exceptions?.undo(returnValue, frame.registers, stack, target.memory).kind === 'state';
  return (
    search(returnValue, frame.registers, frame, target, !isPlaceKnown) ??
    end('bad-exception-frame', 'No exception frame was found above the handler’s stack pointer.')
  );
}

/** Above the handler's stack pointer behind an exception return value; where the stack itself is not known, in all RAM. */
function search(
  returnValue: number,
  registers: RegisterSet,
  frame: PendingFrame,
  target: UnwindTarget,
  isPlaceUnknown: boolean,
): Step | undefined {
  if (isPlaceUnknown) {
    const found = findExceptionFrame(returnValue, registers, frame.registers, target);
    return found && leave(found.registers, frame, target, found.doubt);
  }
  const searched = frame.stackPointer === undefined ? undefined : scanForException(frame.stackPointer, registers, target);
  return searched?.kind === 'exception' ? leave(searched.registers, frame, target, FOUND_BY_SEARCH) : undefined;
}

/** The marker of the exception that `frame` handles, and the frame that it interrupted. */
export function leave(interrupted: RegisterSet, frame: PendingFrame, target: UnwindTarget, doubt: string | undefined): Step {
  const exception = findHandledException(frame, target);
  const next = makeExactFrame(interrupted, target, {
    method: 'exception-frame',
    isRaisedByCall: isRaisedByCall(exception),
    footing: doubt === undefined && frame.footing !== 'searched' ? 'firm' : 'searched',
  });
  if (!next) return end('bad-exception-frame', 'The exception frame holds no program counter.');
  const doubtful = doubt ?? exception.doubt ?? frame.doubtful;
  const marker: UnwoundException = {
    kind: 'exception',
    exception: exception.name,
    pc: next.pc,
    confidence: doubtful === undefined ? 'certain' : 'unsure',
    ...(exception.number !== undefined && { number: exception.number }),
    ...(doubtful !== undefined && { doubtful }),
  };
  return { kind: 'interrupted', marker, frame: doubt === undefined ? next : { ...next, doubtful: doubt } };
}
