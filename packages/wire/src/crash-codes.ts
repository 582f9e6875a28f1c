/** Numbers of a crash's items and what they say (docs/formats/crash.md), for reading and writing. */
import type { CrashCause, Machine, MemoryRegion } from '@noinit/model';
import type { CborValue } from './cbor.ts';

export const ITEM_CAUSE = 1;
export const ITEM_REGISTERS = 2;
export const ITEM_REGION = 3;
export const ITEM_END = 4;
export const ITEM_LOG = 5;
export const ITEM_THREAD = 6;
/** Bit of a thread's flags: it was running, or an interrupt had stopped it. */
export const THREAD_RUNNING = 1;

export const CAUSES: ReadonlyMap<number, Exclude<CrashCause['kind'], 'unknown'>> = new Map<
  number,
  Exclude<CrashCause['kind'], 'unknown'>
>([
  [1, 'fault'],
  [2, 'assert'],
  [3, 'stack-overflow'],
  [4, 'watchdog'],
  [5, 'snapshot'],
  [6, 'out-of-memory'],
  [7, 'panic'],
  [8, 'stopped'],
]);

export const MACHINES: ReadonlyMap<number, Machine> = new Map([
  [1, 'cortex-m'],
  [2, 'riscv32'],
]);

export const REGION_KINDS: ReadonlyMap<number, MemoryRegion['kind']> = new Map([
  [1, 'stack'],
  [2, 'data'],
]);

/** A code for a sentence. What stands where a number should is named by nothing of its own: it may be long, or act on a terminal. */
export function codeText(code: CborValue | undefined): string {
  return typeof code === 'number' ? String(code) : '(no number)';
}

/** The code that `codes` has for a value; asking for a value that has none is a bug of the caller. */
export function codeOf<Value>(codes: ReadonlyMap<number, Value>, value: Value): number {
  for (const [code, each] of codes) if (each === value) return code;
  throw new RangeError(`${String(value)} has no code`);
}
