/** Where no fault status says more: what the instruction at the fault was about to do. */
import { hexAddress } from '@noinit/model';
import { exceptionName, readHalfword } from '@noinit/unwind';
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
      return judgeAccess(action, place);
    case undefined:
      return { class: 'fault', sentence: `${faultName(scene)} in ${place}.`, confidence: 'unsure' };
  }
}

function judgeAccess(action: Extract<ThumbAction, { address: number }>, place: string): Verdict {
  const verb = action.kind === 'load' ? 'read from' : 'wrote to';
  const at = hexAddress(action.address);
  if (action.address % action.size !== 0) {
    return {
      class: 'unaligned-access',
      sentence: `${place} ${verb} ${at}, which is not aligned to ${action.size} bytes.`,
      confidence: 'likely',
    };
  }
  return { class: 'memory-access', sentence: `${place} ${verb} ${at}, where nothing answered.`, confidence: 'likely' };
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
