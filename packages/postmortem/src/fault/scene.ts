/** What a conclusion about a crash is drawn from. */
import type { CodeFrame, CustomReasons, Dump, RegisterValues, TraceFrame } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { BadJump, Memory, UnwoundCall } from '@noinit/unwind';
import type { Disassemble } from '../disassembly/disassemble.ts';
import type { Action } from './action/action.ts';

export interface Scene {
  readonly dump: Dump;
  /** Of the state that faulted: the crashed thread's, or what the running fault handler interrupted. */
  readonly registers: RegisterValues;
  /** Innermost first, from the state that faulted on. */
  readonly frames: readonly TraceFrame[];
  /** The concrete function that faulted, where it was unwound. */
  readonly innermost?: UnwoundCall;
  /** Set where the processor was sent to an address that holds no code. */
  readonly badJump?: BadJump;
  /** Whether the processor refused an instruction, as far as anything says. */
  readonly isFault: boolean;
  /** The state was found by what it looks like: whatever is concluded from it is likely at best. */
  readonly isGuess: boolean;
  /** The fault handler that was running, where what it interrupted is lost: then there are no frames and no registers. */
  readonly handler?: CodeFrame;
  /** Number of the exception: as in IPSR, or mcause. */
  readonly exception?: number;
  readonly bits: readonly string[];
  readonly memory: Memory;
  readonly symbols: Symbols | undefined;
  /** What the instruction at the fault wanted; of a target that merely stopped, only one that it cannot get past. */
  readonly action?: Action;
  readonly stacks: readonly StackBounds[];
  readonly disassemble?: Disassemble;
  readonly assertion?: Assertion;
  /** The project's own reboot reasons. */
  readonly reasons?: CustomReasons;
}

export interface Assertion {
  /** With its values. */
  readonly text: string;
  /** Where it stands, as its log site says: compilers make one call of several assertions, and the pc is that one call's. */
  readonly file?: string;
  readonly line?: number;
}

/** A stack grows down from `end` and must not go below `start`. */
export interface StackBounds {
  /** `of task "logger"`, `of interrupts`. */
  readonly owner: string;
  readonly start: number;
  readonly end?: number;
}

/** Functions that only report a crash: what happened is in the function that called them. */
const REPORTERS = /^(?:noinit_|__assert|assert_failed|vAssertCalled|abort$|__stack_chk_fail$|Default_Handler$)/;

/** The innermost function that the crash is about. */
export function findCulprit(frames: readonly TraceFrame[]): CodeFrame | undefined {
  const functions = frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception');
  return functions.find((frame) => !(frame.function !== undefined && REPORTERS.test(frame.function))) ?? functions[0];
}

/** The same among the functions that `isPassed` does not pass over; where it passes over all, as if it passed over none. */
export function findCulpritBeside(frames: readonly TraceFrame[], isPassed: RegExp): CodeFrame | undefined {
  const left = frames.filter(
    (frame) => frame.kind === 'exception' || frame.function === undefined || !isPassed.test(frame.function),
  );
  const found = findCulprit(left);
  return found && !REPORTERS.test(found.function ?? '') ? found : findCulprit(frames);
}

/** `read_sensor (fw.c:21)`, `read_sensor`, or `0x08001234`. */
export function describePlace(frame: CodeFrame | undefined): string {
  if (!frame) return 'an unknown place';
  if (frame.function === undefined) return frame.pc;
  if (frame.file === undefined) return frame.function;
  return `${frame.function} (${fileName(frame.file)}${frame.line === undefined ? '' : `:${frame.line}`})`;
}

/** Compilers on Windows write `C:\src\main.rs`, and `C:\src/main.rs` where a folder and a file are joined. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
