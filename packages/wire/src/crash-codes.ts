/** Numbers of a crash's items and what they say (docs/formats/crash.md), for reading and writing. */
import type { Machine, MemoryRegion } from '@noinit/model';
import type { CborValue } from './cbor.ts';

export const ITEM_CAUSE = 1;
export const ITEM_REGISTERS = 2;
export const ITEM_REGION = 3;
export const ITEM_END = 4;

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
