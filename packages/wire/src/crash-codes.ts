/** Numbers of a crash's items and what they say (docs/formats/crash.md), for reading and writing. */
import type { Machine, MemoryRegion } from '@noinit/model';

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
