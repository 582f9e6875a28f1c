/** How much of a stack is and was in use. */
import type { Memory } from '@noinit/unwind';
import type { KernelStack } from './kernel-thread.ts';
import { isAddress } from './view.ts';

/** Largest stack whose fill pattern is looked through, in bytes. */
const MAX_STACK_BYTES = 1 << 20;
/** Bytes of the pattern at the stack's end without which nothing says that it was filled at all. */
const MIN_FILL_BYTES = 4;

/** `size` and `pointer` where known; `fill` is the byte that the kernel fills a new stack with. */
export function measureStack(
  start: number,
  size: number | undefined,
  pointer: number | undefined,
  fill: number,
  memory: Memory,
): KernelStack {
  if (size === undefined || size <= 0) return { start };
  const used = pointer === undefined ? undefined : start + size - pointer;
  const highWater = findHighWater(start, size, fill, memory);
  return {
    start,
    size,
    ...(used !== undefined && used >= 0 && { used }),
    ...(highWater !== undefined && { highWater }),
  };
}

/** Bytes from the first that is not the pattern to the top. Undefined where the stack's end was not captured or never filled. */
function findHighWater(start: number, size: number, fill: number, memory: Memory): number | undefined {
  if (!isAddress(start) || size > MAX_STACK_BYTES) return undefined;
  const bytes = memory.read(start, size);
  if (!bytes) return undefined;
  const untouched = bytes.findIndex((byte) => byte !== fill);
  if (untouched >= 0 && untouched < MIN_FILL_BYTES) return undefined;
  return untouched < 0 ? 0 : size - untouched;
}
