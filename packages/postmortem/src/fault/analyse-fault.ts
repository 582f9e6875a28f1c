/** Why the crash happened, in one sentence. */
import { describeReason, type Fault } from '@noinit/model';
import { judgeBadJump } from './bad-jump.ts';
import { judgeByInstruction } from './by-instruction.ts';
import { judgeByStatus } from './by-status.ts';
import { exceptionText } from './exception-text.ts';
import { findInstruction } from './fault-instruction.ts';
import { describeFailedAllocation, describePanic } from './gave-up.ts';
import { judgeHandler } from './judge-handler.ts';
import { judgeStopped } from './judge-stopped.ts';
import { judgeLockUp } from './lock-up.ts';
import { findRecursion } from './recursion.ts';
import { judgeByTrap } from './riscv-trap.ts';
import { judgeRustPanic } from './rust-panic.ts';
import { type Assertion, describePlace, fileName, findCulprit, type Scene } from './scene.ts';
import { judgeByStackPointer } from './stack-bounds.ts';
import { judgeSupervisorCall } from './supervisor-call.ts';
import type { Verdict } from './verdict.ts';

export function analyseFault(scene: Scene): Fault {
  const { address, ...verdict } = judge(scene);
  const exception = exceptionText(scene);
  const instruction = findInstruction(scene);
  const reason = findReason(scene);
  // Of an overflow the status says how it was noticed; a postcard has none but that of its crash.
  const isNoticed = scene.dump.cause.kind === 'stack-overflow' && exception !== undefined;
  const showsBits = scene.isFault || isNoticed || scene.dump.isPostcard === true;
  return {
    ...verdict,
    ...(scene.isGuess && verdict.confidence === 'certain' && { confidence: 'likely' as const }),
    // What the project itself says of the crash is what its people look for.
    ...(reason?.isCustom && { sentence: `${reason.name}: ${verdict.sentence}` }),
    ...(exception !== undefined && { exception }),
    ...(showsBits && scene.bits.length > 0 && { bits: scene.bits }),
    ...(address !== undefined && { address }),
    ...(instruction && { instruction }),
    ...(scene.assertion !== undefined && { assertion: scene.assertion.text }),
    ...(reason && { reason: { name: reason.name, value: reason.value } }),
  };
}

function findReason({ dump, reasons }: Scene) {
  const value = dump.cause.reason;
  if (value === undefined) return undefined;
  return { value, name: describeReason(value, reasons).name, isCustom: reasons?.get(value)?.kind === 'named' };
}

function judge(scene: Scene): Verdict {
  const { cause } = scene.dump;
  const place = describePlace(findCulprit(scene.frames));
  switch (cause.kind) {
    case 'assert':
      return { class: 'assert', sentence: assertSentence(scene, place), confidence: 'certain' };
    case 'stack-overflow':
      return { class: 'stack-overflow', sentence: overflowSentence(place, scene, cause.thread), confidence: 'certain' };
    case 'watchdog':
      return {
        class: 'watchdog',
        sentence: `The watchdog was about to strike: the firmware was stuck in ${place}.`,
        confidence: 'certain',
      };
    case 'out-of-memory':
      return { class: 'out-of-memory', sentence: describeFailedAllocation(cause.size, scene.frames), confidence: 'certain' };
    case 'panic':
      return { class: 'panic', sentence: describePanic(cause.text, scene.frames), confidence: 'certain' };
    case 'snapshot':
      return {
        class: 'snapshot',
        sentence: `Not a crash: a snapshot was taken in ${place}, and the firmware went on${refusedText(cause.refused)}.`,
        confidence: 'certain',
      };
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
    judgeSupervisorCall(scene, place) ??
    judgeByInstruction(scene, place)
  );
}

function overflowSentence(place: string, { frames }: Scene, thread: string | undefined): string {
  const stack = thread === undefined || thread === '' ? 'The stack' : `The stack of ${thread}`;
  const recursion = findRecursion(frames);
  if (!recursion) return `${stack} grew past its end; it was noticed in ${place}.`;
  return `${stack} grew past its end: ${describePlace(recursion.frame)} stands on it ${recursion.depth} times. It was noticed in ${place}.`;
}

/** For want of room, or because they came too soon. */
function refusedText(count = 0): string {
  return count === 0 ? '' : `; ${count} since the one before ${count === 1 ? 'was' : 'were'} not taken`;
}

function assertSentence({ assertion, frames }: Scene, place: string): string {
  if (assertion === undefined) return `An assertion failed in ${place}.`;
  return `An assertion failed in ${placeOf(assertion, frames) ?? place}: ${assertion.text}`;
}

/** By the log site, which knows its own line; the function, unless the compiler may have taken the call of another one that it inlined. */
function placeOf({ file, line }: Assertion, frames: Scene['frames']): string | undefined {
  if (file === undefined || line === undefined) return undefined;
  const culprit = findCulprit(frames);
  const isThere = culprit?.file !== undefined && fileName(culprit.file) === fileName(file);
  return isThere && (culprit.kind !== 'inlined' || culprit.line === line)
    ? describePlace({ ...culprit, line })
    : `${fileName(file)}:${line}`;
}
