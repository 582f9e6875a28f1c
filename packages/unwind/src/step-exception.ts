/** From a handler to the code it interrupted. */
import type { RunningException } from './cores/core-rules.ts';
import { end, makeExactFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { findWholeFrame, scanForException } from './scan-stack.ts';
import { findFunctionName, type UnwindTarget } from './target.ts';
import type { UnwoundException } from './unwound-frame.ts';

/** `registers` are those at the handler's entry, its stack pointer included; `frame` is the handler's. */
export function stepByExceptionReturn(
  returnValue: number,
  registers: RegisterSet,
  frame: PendingFrame,
  target: UnwindTarget,
): Step {
  const { core, memory } = target;
  const interrupted = core.undoException(returnValue, registers, registers.get(core.stackPointer), memory);
  const needsSearch = interrupted.kind === 'unknown' || interrupted.doubtful !== undefined;
  const searched =
    needsSearch && frame.stackPointer !== undefined ? scanForException(frame.stackPointer, registers, target) : undefined;
  if (searched?.kind === 'exception') {
    return leave(searched.registers, frame, target, 'The exception frame was found by searching the stack.');
  }
  if (interrupted.kind === 'unknown') return end(interrupted.reason, interrupted.detail);
  return leave(interrupted.registers, frame, target, interrupted.doubtful);
}

/** A handler without call frame information: its exception frame is at the stack pointer if it pushed nothing, or above. */
export function stepByPlainHandler(returnValue: number, frame: PendingFrame, target: UnwindTarget): Step {
  const atStackPointer = findWholeFrame(returnValue, frame.registers, frame.stackPointer, target);
  if (atStackPointer) return leave(atStackPointer, frame, target, undefined);
  const searched = frame.stackPointer === undefined ? undefined : scanForException(frame.stackPointer, frame.registers, target);
  if (searched?.kind !== 'exception')
    return end('bad-exception-frame', 'No exception frame was found above the handler’s stack pointer.');
  return leave(searched.registers, frame, target, 'The exception frame was found by searching the stack.');
}

/** The marker of the exception that `frame` handles, and the frame that it interrupted. */
export function leave(interrupted: RegisterSet, frame: PendingFrame, target: UnwindTarget, doubt: string | undefined): Step {
  const exception = target.core.findException(frame.registers);
  const next = makeExactFrame(interrupted, target, exception?.isRaisedByCall);
  if (!next) return end('bad-exception-frame', 'The exception frame holds no program counter.');
  const doubtful = doubt ?? (exception ? undefined : 'The status register says that no exception was running.');
  const marker: UnwoundException = {
    kind: 'exception',
    exception: nameWithHandler(exception, frame, target),
    pc: next.pc,
    ...(exception && { number: exception.number }),
    ...(doubtful !== undefined && { doubtful }),
  };
  return { kind: 'interrupted', marker, frame: next };
}

/** A chip's interrupt has only a number; the function that handles it says what it is for. */
function nameWithHandler(exception: RunningException | undefined, frame: PendingFrame, target: UnwindTarget): string {
  if (!exception) return 'exception';
  const handler =
    exception.isInterrupt && frame.lookUp !== undefined ? findFunctionName(target.symbols, frame.lookUp) : undefined;
  return handler === undefined ? exception.name : `${exception.name} (${handler})`;
}
