/** Where no fault status says more: what the instruction at the fault was about to do. */
import { address, hexAddress } from '@noinit/model';
import { exceptionName, makeMemory, readHalfword } from '@noinit/unwind';
import type { Scene } from './scene.ts';
import { decodeThumbAction, type ThumbAction } from './thumb-access.ts';
import type { Verdict } from './verdict.ts';

export function judgeByInstruction(scene: Scene, place: string): Verdict {
  const action = findAction(scene);
  switch (action?.kind) {
    case 'undefined-instruction':
      return { class: 'undefined-instruction', sentence: `${place} ran into an undefined instruction.`, confidence: 'likely' };
    case 'breakpoint':
      return { class: 'fault', sentence: `${place} ran into a breakpoint with no debugger attached.`, confidence: 'likely' };
    case 'load':
    case 'store':
      return judgeAccess(action, place, scene) ?? judgeByName(scene, place);
    case undefined:
      return judgeByName(scene, place);
  }
}

function judgeByName(scene: Scene, place: string): Verdict {
  return { class: 'fault', sentence: `${faultName(scene)} in ${place}.`, confidence: 'unsure' };
}

/** Undefined where the access is one that works: to memory that is there. */
function judgeAccess(action: Extract<ThumbAction, { address: number }>, place: string, scene: Scene): Verdict | undefined {
  const what = `${place} ${action.kind === 'load' ? 'read from' : 'wrote to'} ${hexAddress(action.address)}`;
  if (action.address % action.size !== 0) {
    return {
      class: 'unaligned-access',
      sentence: `${what}, which is not aligned to ${action.size} bytes.`,
      confidence: 'likely',
    };
  }
  const at = address(action.address);
  const isCaptured = makeMemory(scene.dump.regions).read(at, action.size) !== undefined;
  const isConstant = !isCaptured && scene.memory.read(at, action.size) !== undefined;
  if (isCaptured || (isConstant && action.kind === 'load')) return undefined;
  const trouble = isConstant ? 'which cannot be written' : 'where nothing answered';
  return { class: 'memory-access', sentence: `${what}, ${trouble}.`, confidence: 'likely' };
}

function findAction({ dump, thread, memory }: Scene): ThumbAction | undefined {
  const { pc } = thread.registers;
  if (dump.machine !== 'cortex-m' || pc === undefined) return undefined;
  const code = readHalfword(memory, (pc & ~1) >>> 0, true);
  return code === undefined ? undefined : decodeThumbAction(code, thread.registers);
}

function faultName({ dump }: Scene): string {
  return dump.cause.kind === 'fault' ? exceptionName(dump.cause.exception) : 'A fault';
}
