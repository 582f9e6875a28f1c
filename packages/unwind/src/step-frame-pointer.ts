/** Follows the chain of frame pointers, where a processor's convention has one: the return address and the next pointer below it. */
import { readWord } from './memory.ts';
import { makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import { findEntry, isCode, type UnwindTarget } from './target.ts';

const WORD = 4;

/** Undefined where there is no such convention, or the words below the frame pointer are not a return address of a call. */
export function stepByFramePointer(frame: PendingFrame, target: UnwindTarget): Step | undefined {
  const { core, memory, symbols } = target;
  if (core.framePointer === undefined) return undefined;
  const pointer = frame.registers.get(core.framePointer);
  if (pointer === undefined || pointer % WORD !== 0 || frame.stackPointer === undefined || pointer <= frame.stackPointer) {
    return undefined;
  }
  const value = readWord(memory, pointer - WORD, symbols.littleEndian);
  if (value === undefined || !core.isCodePointer(value) || !isCode(target, core.callAddress(value))) return undefined;
  const call = core.findCallBefore(value, memory);
  if (typeof call === 'string') return undefined;
  const outer = readWord(memory, pointer - 2 * WORD, symbols.littleEndian);
  const registers = frame.registers
    .filter((register) => core.isBanked(register))
    .with([
      [core.stackPointer, pointer],
      [core.framePointer, outer],
    ]);
  const entry = frame.lookUp === undefined ? undefined : findEntry(symbols, frame.lookUp);
  const isCalledDirectly = call.kind === 'direct' && call.target === entry;
  const rest = { kind: 'call', method: 'frame-pointer', footing: isCalledDirectly ? frame.footing : 'assumed' } as const;
  const doubtful = isCalledDirectly
    ? frame.doubtful
    : 'It was found through the frame pointer, which the function inside may have changed.';
  return {
    kind: 'caller',
    frame: makeCallerFrame(value, registers, target, { ...rest, ...(doubtful !== undefined && { doubtful }) }),
    isCalledDirectly,
  };
}
