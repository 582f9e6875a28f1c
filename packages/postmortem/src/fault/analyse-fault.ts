/** Why the crash happened, in one sentence. */
import type { Fault } from '@noinit/model';
import { exceptionName } from '@noinit/unwind';
import { judgeBadJump } from './bad-jump.ts';
import { judgeByInstruction } from './by-instruction.ts';
import { judgeByStatus } from './by-status.ts';
import { findRecursion } from './recursion.ts';
import { describePlace, findCulprit, type Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

export function analyseFault(scene: Scene): Fault {
  const { cause } = scene.dump;
  const { address, ...verdict } = judge(scene);
  return {
    ...verdict,
    ...(cause.kind === 'fault' && { exception: exceptionName(cause.exception) }),
    ...(cause.kind === 'fault' && scene.bits.length > 0 && { bits: scene.bits }),
    ...(address !== undefined && { address }),
    ...(scene.assertion !== undefined && { assertion: scene.assertion }),
  };
}

function judge(scene: Scene): Verdict {
  const { cause } = scene.dump;
  const place = describePlace(findCulprit(scene.frames));
  switch (cause.kind) {
    case 'assert':
      return { class: 'assert', sentence: assertSentence(place, scene.assertion), confidence: 'certain' };
    case 'stack-overflow':
      return {
        class: 'stack-overflow',
        sentence: overflowSentence(place, scene),
        confidence: 'certain',
      };
    case 'watchdog':
      return {
        class: 'watchdog',
        sentence: `The watchdog was about to strike: the firmware was stuck in ${place}.`,
        confidence: 'certain',
      };
    case 'snapshot':
      return { class: 'snapshot', sentence: `A snapshot was taken in ${place}; the firmware went on.`, confidence: 'certain' };
    case 'stopped':
      return judgeBadJump(scene) ?? judgeByStatus(scene, place) ?? judgeStop(place);
    case 'fault':
      return judgeBadJump(scene) ?? judgeByStatus(scene, place) ?? judgeByInstruction(scene, place);
    case 'unknown':
      return {
        class: 'unknown',
        sentence: `The device stopped in ${place} for cause ${cause.code}, which this version does not know.`,
        confidence: 'unsure',
      };
  }
}

function judgeStop(place: string): Verdict {
  return { class: 'unknown', sentence: `The target was stopped in ${place}; the dump does not say why.`, confidence: 'unsure' };
}

function overflowSentence(place: string, { frames }: Scene): string {
  const recursion = findRecursion(frames);
  if (!recursion) return `The stack grew past its end; it was noticed in ${place}.`;
  return `The stack grew past its end: ${describePlace(recursion.frame)} stands on it ${recursion.depth} times. It was noticed in ${place}.`;
}

function assertSentence(place: string, text: string | undefined): string {
  return text === undefined ? `An assertion failed in ${place}.` : `An assertion failed in ${place}: ${text}`;
}
