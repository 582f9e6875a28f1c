/**
 * Where the program counter is not known (the hardware could not write its frame, because the stack was full), the stack still
 * holds the return addresses of whoever was called.
 */
import { end, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { scanForReturn } from './scan-stack.ts';
import type { UnwindTarget } from './target.ts';

/** Bytes below the first captured one that a stack pointer may have run on. */
const MAX_BELOW = 4096;
const WORD = 4;
const DOUBT =
  'Where the processor stood is not known. This was found by searching the stack and may be left over from an older call.';

/** The nearest return address above the stack pointer, or the end of the list. */
export function findLostPlace(registers: RegisterSet, target: UnwindTarget): Step {
  const { core } = target;
  const pointer = registers.get(core.stackPointer);
  const from = pointer === undefined ? undefined : firstCaptured(pointer, target);
  const found = from === undefined ? undefined : scanForReturn(from, undefined, target);
  if (found?.kind !== 'return') return end('register-unknown', 'The program counter was not captured.');
  const above = registers.filter((register) => core.isBanked(register)).with([[core.stackPointer, found.slot + WORD]]);
  const rest = { kind: 'scanned', footing: 'searched', method: 'stack-scan', doubtful: DOUBT } as const;
  const frame: PendingFrame = makeCallerFrame(found.returnAddress, above, target, rest);
  return { kind: 'caller', frame };
}

/** A stack that overflowed has its pointer below what is there to be captured. */
function firstCaptured(pointer: number, { memory }: UnwindTarget): number | undefined {
  const aligned = Math.ceil(pointer / WORD) * WORD;
  const run = memory.captured.find(({ start, bytes }) => aligned < start + bytes.length && aligned >= start - MAX_BELOW);
  return run && Math.max(aligned, Math.ceil(run.start / WORD) * WORD);
}
