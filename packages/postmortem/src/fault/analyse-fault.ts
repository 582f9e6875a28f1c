/** Why the crash happened, in one sentence. */
import type { Fault } from '@noinit/model';
import { judgeBadJump } from './bad-jump.ts';
import { judgeByInstruction } from './by-instruction.ts';
import { judgeByStatus } from './by-status.ts';
import { exceptionText } from './exception-text.ts';
import { findInstruction } from './fault-instruction.ts';
import { judgeHandler } from './judge-handler.ts';
import { judgeStopped } from './judge-stopped.ts';
import { judgeLockUp } from './lock-up.ts';
import { findRecursion } from './recursion.ts';
import { judgeByTrap } from './riscv-trap.ts';
import { judgeRustPanic } from './rust-panic.ts';
import { describePlace, findCulprit, type Scene } from './scene.ts';
import { judgeByStackPointer } from './stack-bounds.ts';
import type { Verdict } from './verdict.ts';

export function analyseFault(scene: Scene): Fault {
  const { address, ...verdict } = judge(scene);
  const exception = scene.isFault ? exceptionText(scene) : undefined;
  const instruction = findInstruction(scene);
  return {
    ...verdict,
    ...(exception !== undefined && { exception }),
    ...(scene.isFault && scene.bits.length > 0 && { bits: scene.bits }),
    ...(address !== undefined && { address }),
    ...(instruction && { instruction }),
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
      return scene.isFault ? judgeFault(scene, place) : judgeStopped(scene, place);
    case 'fault':
      return judgeFault(scene, place);
    case 'unknown':
      return {
        class: 'unknown',
        sentence: `The device stopped in ${place} for cause ${cause.code}, which this version does not know.`,
        confidence: 'unsure',
      };
  }
}

function judgeFault(scene: Scene, place: string): Verdict {
  return (
    judgeLockUp(scene) ??
    judgeHandler(scene) ??
    judgeByStackPointer(scene, place) ??
    judgeBadJump(scene) ??
    judgeRustPanic(scene) ??
    judgeByTrap(scene, place) ??
    judgeByStatus(scene, place) ??
    judgeByInstruction(scene, place)
  );
}

function overflowSentence(place: string, { frames }: Scene): string {
  const recursion = findRecursion(frames);
  if (!recursion) return `The stack grew past its end; it was noticed in ${place}.`;
  return `The stack grew past its end: ${describePlace(recursion.frame)} stands on it ${recursion.depth} times. It was noticed in ${place}.`;
}

function assertSentence(place: string, text: string | undefined): string {
  return text === undefined ? `An assertion failed in ${place}.` : `An assertion failed in ${place}: ${text}`;
}
