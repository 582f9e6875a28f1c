/** The size of a block of FreeRTOS's heap (heap_2, heap_4, heap_5) from the BlockLink_t that stands before it. */
import { findStatic } from '../kernel-statics.ts';
import { View, type ViewTarget } from '../view.ts';

/** heap_4 and heap_5 mark a block that is in use by the topmost bit of its size. */
const IN_USE = 2 ** 31;

/** Bytes behind the header, or undefined where the heap has no such headers or this one is damaged. */
export function findHeapBlockSize(at: number, target: ViewTarget): number | undefined {
  const start = findStatic('xStart', target);
  const header = findHeaderSize(start, target);
  if (!start || header === undefined) return undefined;
  const whole = new View(start.type, at - header, target).member('xBlockSize')?.number;
  if (whole === undefined || whole < IN_USE) return undefined;
  const size = (whole >>> 0) - IN_USE - header;
  return size > 0 && size < MAX_BLOCK_BYTES ? size : undefined;
}

/** A stack beyond this is damage. */
const MAX_BLOCK_BYTES = 1 << 20;

/** `xHeapStructSize` is BlockLink_t's size, rounded up; a constant that optimisation may have removed. */
function findHeaderSize(start: View | undefined, target: ViewTarget): number | undefined {
  if (start?.member('xBlockSize') === undefined) return undefined;
  return findStatic('xHeapStructSize', target)?.number ?? (start.size === undefined ? undefined : Math.ceil(start.size / 8) * 8);
}
