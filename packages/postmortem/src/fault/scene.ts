/** What a conclusion about a crash is drawn from. */
import type { CodeFrame, Dump, DumpThread, TraceFrame } from '@noinit/model';
import type { BadJump, Memory } from '@noinit/unwind';

export interface Scene {
  readonly dump: Dump;
  readonly thread: DumpThread;
  /** Of the crashed thread, innermost first. */
  readonly frames: readonly TraceFrame[];
  /** Set where the processor was sent to an address that holds no code. */
  readonly badJump?: BadJump;
  readonly bits: readonly string[];
  readonly memory: Memory;
  /** Text of the failed assertion with its values. */
  readonly assertion?: string;
}

/** Functions that only report a crash: what happened is in the function that called them. */
const REPORTERS = /^(?:noinit_|__assert|assert_failed|vAssertCalled|abort$|__stack_chk_fail$|Default_Handler$)/;

/** The innermost function that the crash is about. */
export function findCulprit(frames: readonly TraceFrame[]): CodeFrame | undefined {
  const functions = frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception');
  return functions.find((frame) => !(frame.function !== undefined && REPORTERS.test(frame.function))) ?? functions[0];
}

/** `read_sensor (fw.c:21)`, `read_sensor`, or `0x08001234`. */
export function describePlace(frame: CodeFrame | undefined): string {
  if (!frame) return 'an unknown place';
  if (frame.function === undefined) return frame.pc;
  if (frame.file === undefined) return frame.function;
  const file = frame.file.slice(frame.file.lastIndexOf('/') + 1);
  return `${frame.function} (${file}${frame.line === undefined ? '' : `:${frame.line}`})`;
}
