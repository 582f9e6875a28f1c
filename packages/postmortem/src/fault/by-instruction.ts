/** Where no fault status says more: what the instruction at the fault was about to do. */
import { address, hexAddress } from '@noinit/model';
import { makeMemory } from '@noinit/unwind';
import type { MemoryAccess } from './action/action.ts';
import { describeAccess } from './describe-access.ts';
import { exceptionText } from './exception-text.ts';
import type { Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

export function judgeByInstruction(scene: Scene, place: string): Verdict {
  const { action } = scene;
  switch (action?.kind) {
    case 'undefined-instruction':
      return { class: 'undefined-instruction', sentence: `${place} ran into an undefined instruction.`, confidence: 'likely' };
    case 'breakpoint':
      return { class: 'breakpoint', sentence: `${place} ran into a breakpoint with no debugger attached.`, confidence: 'likely' };
    case 'load':
    case 'store':
      return judgeAccess(action, place, scene) ?? judgeByName(scene, place);
    case 'divide':
    case undefined:
      return judgeByName(scene, place);
  }
}

function judgeByName(scene: Scene, place: string): Verdict {
  return { class: 'fault', sentence: `${exceptionText(scene) ?? 'A fault'} in ${place}.`, confidence: 'unsure' };
}

/** Undefined where the access is one that works: to memory that is there. */
function judgeAccess(access: MemoryAccess, place: string, scene: Scene): Verdict | undefined {
  const text = describeAccess(access, scene);
  if (access.address === undefined || !text) return undefined;
  const because = text.because === undefined ? '' : `: ${text.because}`;
  const at = address(access.address);
  const isCaptured = makeMemory(scene.dump.regions).read(at, access.size) !== undefined;
  const isConstant = !isCaptured && scene.memory.read(at, access.size) !== undefined;
  if (at % access.size !== 0) {
    // Most cores allow it where there is memory: only what is there shows that the alignment was the trouble.
    const isThere = isCaptured || isConstant;
    const unaligned = `${place} ${text.what}, which is not aligned to ${access.size} bytes`;
    return {
      class: isThere ? 'unaligned-access' : 'memory-access',
      sentence: `${unaligned}${isThere ? '' : ', or where nothing answered'}${because}.`,
      confidence: isThere ? 'likely' : 'unsure',
      address: hexAddress(at),
    };
  }
  if (isCaptured || (isConstant && access.kind === 'load')) return undefined;
  const trouble = isConstant ? 'which cannot be written' : 'where nothing answered';
  const sentence = `${place} ${text.what}, ${trouble}${because}.`;
  return { class: 'memory-access', sentence, confidence: 'likely', address: hexAddress(at) };
}
