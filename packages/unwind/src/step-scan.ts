/** Steps that search the stack because nothing else knows the caller. */
import { hexAddress } from '@noinit/model';
import { isHandler, mayBeHandler } from './exception-number.ts';
import { findFrameWithoutReturn } from './find-exception-frame.ts';
import { end, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { isRootFunction } from './root-function.ts';
import { MAX_SCANNED_WORDS, type ScannedReturn, scanForException, scanForReturn } from './scan-stack.ts';
import { FOUND_BY_SEARCH, leave } from './step-exception.ts';
import { stepByFramePointer } from './step-frame-pointer.ts';
import { findEntry, type UnwindTarget } from './target.ts';
import type { EndReason } from './unwound-frame.ts';

const WORD = 4;

/** `reason` is what the list ends with where the search finds nothing. */
export function stepByScan(frame: PendingFrame, from: number | undefined, target: UnwindTarget, reason: EndReason): Step {
  if (isRootFunction(frame.lookUp, target)) return end('outermost', 'Nothing calls this function.');
  const chained = stepByFramePointer(frame, target);
  if (chained) return chained;
  if (from === undefined) return end('register-unknown', 'The stack pointer is unknown.');
  const lost = isHandler(frame, target) ? findFrameWithoutReturn(from, frame.registers, target) : undefined;
  if (lost) return leave(lost.registers, frame, target, lost.doubt);
  const entry = frame.lookUp === undefined ? undefined : findEntry(target.symbols, frame.lookUp);
  const found = scanForReturn(from, entry, target, frame.method === 'return-register' ? frame.pc : undefined);
  const exception = mayBeHandler(frame, target) ? scanForException(from, frame.registers, target) : undefined;
  if (exception?.kind === 'exception' && (found.kind === 'nothing' || exception.slot < found.slot)) {
    return leave(exception.registers, frame, target, FOUND_BY_SEARCH);
  }
  if (found.kind === 'nothing') return end(reason, nothingFound(from, found.words));
  return { kind: 'caller', frame: scannedFrame(found, frame, target) };
}

/** The frame called something, and where it keeps its own return address is not said: usually an outermost function. */
export function stepWithoutReturnAddress(frame: PendingFrame, callerRegisters: RegisterSet, target: UnwindTarget): Step {
  const step = stepByScan(frame, callerRegisters.get(target.core.stackPointer), target, 'outermost');
  return step.kind === 'end' ? end('outermost', 'This function keeps no return address.') : step;
}

/** The return register is pushed last among the saved registers, so the caller's stack pointer is just above the word. */
function scannedFrame(found: ScannedReturn, frame: PendingFrame, target: UnwindTarget): PendingFrame {
  const { core } = target;
  const registers = frame.registers.filter((register) => core.isBanked(register)).with([[core.stackPointer, found.slot + WORD]]);
  const doubtful = 'It was found by searching the stack and may be left over from an older call.';
  const rest = { kind: 'scanned', footing: 'searched', method: 'stack-scan', doubtful } as const;
  return makeCallerFrame(found.returnAddress, registers, target, rest);
}

function nothingFound(from: number, words: number): string {
  if (words === 0) return `The stack at ${hexAddress(from)} was not captured.`;
  const where = `${WORD * words} bytes of stack from ${hexAddress(from)}`;
  return words < MAX_SCANNED_WORDS
    ? `No return address was found in the ${where} that were captured.`
    : `No return address was found in ${where}.`;
}
