/** A container that does not say why it was written: a target that crashed, or one that somebody stopped. */
import { hexAddress } from '@noinit/model';
import { findPointerTo, judgeBadJump } from './bad-jump.ts';
import { judgeByStatus } from './by-status.ts';
import { judgeLockUp } from './lock-up.ts';
import { judgeRustPanic } from './rust-panic.ts';
import { describePlace, findCulprit, type Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** Nothing says that the processor refused an instruction. Status bits stay set after faults that were survived, so alone they are a hint. */
export function judgeStopped(scene: Scene, place: string): Verdict {
  const found = judgeLockUp(scene) ?? judgeOutside(scene) ?? judgeRustPanic(scene) ?? judgeTrap(scene, place);
  if (found) return found;
  const hinted = judgeByStatus(scene, place);
  if (hinted) return { ...hinted, confidence: 'unsure' };
  // Our own record says who stopped it; a core file may be of a crash as well.
  if (scene.dump.key !== undefined)
    return { class: 'snapshot', sentence: `Not a crash: a debugger stopped the target in ${place}.`, confidence: 'certain' };
  return { class: 'unknown', sentence: `The target was stopped in ${place}; the dump does not say why.`, confidence: 'unsure' };
}

/**
 * At no code of the program: NULL, or what a function pointer of the caller holds, is a crash. Any other address can be a boot
 * loader's or a ROM's function that runs as it should.
 */
function judgeOutside(scene: Scene): Verdict | undefined {
  const { badJump, frames } = scene;
  if (!badJump) return undefined;
  const { target, caller, why } = badJump;
  const isCrash = target === 0 || why === 'wrong-state' || findPointerTo(target, frames) !== undefined;
  if (isCrash) return judgeBadJump(scene);
  const from = findCulprit(frames.slice(1));
  const called = caller === 'unknown' ? 'last seen in' : 'called from';
  const where = from ? `, ${called} ${describePlace(from)}` : '';
  return {
    class: 'unknown',
    sentence: `The target was stopped at ${hexAddress(target)}, outside of the program${where}; the dump does not say why.`,
    confidence: 'unsure',
  };
}

/** An instruction that no program gets past by itself. */
function judgeTrap({ action }: Scene, place: string): Verdict | undefined {
  switch (action?.kind) {
    case 'undefined-instruction':
      return {
        class: 'undefined-instruction',
        sentence: `${place} ran into an undefined instruction: the target was stopped there.`,
        confidence: 'likely',
      };
    case 'breakpoint':
      return {
        class: 'breakpoint',
        sentence: `${place} ran into a breakpoint instruction: the target was stopped there.`,
        confidence: 'likely',
      };
    default:
      return undefined;
  }
}
