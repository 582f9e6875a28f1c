/** How much of a thread's stack is in use, by what the device listed and what its kernel's data tell. */
import type { DumpThread, ThreadStack } from '@noinit/model';
import type { KernelStack, KernelThread } from './kernel-thread.ts';

/** How far below a stack's end its pointer is still said to be of that stack. */
const MAX_BELOW = 4096;

export function describeStack(thread: DumpThread, kernel: KernelThread | undefined): ThreadStack | undefined {
  const stack = findStack(thread, kernel);
  if (!stack) return undefined;
  const { start, size, highWater } = stack;
  const pointers = pointersOf(thread, kernel);
  const live = pointers.find((pointer) => size !== undefined && pointer >= start && pointer <= start + size);
  const below = live === undefined ? pointers.find((pointer) => pointer < start && start - pointer <= MAX_BELOW) : undefined;
  const used = findUsed(stack, live, below);
  const overflow = findOverflow(stack, below);
  const described: ThreadStack = {
    ...(size !== undefined && { size }),
    ...(used !== undefined && { used }),
    ...(highWater !== undefined && { highWater: Math.max(highWater, used ?? 0) }),
    ...(overflow !== undefined && { overflow }),
  };
  return Object.keys(described).length > 0 ? described : undefined;
}

function findStack({ stack }: DumpThread, kernel: KernelThread | undefined): KernelStack | undefined {
  if (kernel?.stack?.size !== undefined || !stack) return kernel?.stack;
  return { ...kernel?.stack, start: stack.low, size: stack.size };
}

/** A running thread's stack pointer is the processor's, in an interrupt the process stack pointer. */
function pointersOf({ crashed, registers }: DumpThread, kernel: KernelThread | undefined): readonly number[] {
  const isRunning = crashed || kernel?.context.kind === 'running';
  const pointers = isRunning ? [registers['sp'], registers['psp']] : kernel ? [] : [registers['sp']];
  return pointers.filter((pointer) => pointer !== undefined);
}

/** Threads that wait saved their context below their pointer: the kernel's own word counts it. */
function findUsed({ start, size, used }: KernelStack, live: number | undefined, below: number | undefined): number | undefined {
  const pointer = live ?? below;
  return pointer === undefined || size === undefined ? used : start + size - pointer;
}

function findOverflow({ start, size, highWater }: KernelStack, below: number | undefined): string | undefined {
  if (below !== undefined) return `its pointer is ${start - below} bytes below its end`;
  return size !== undefined && highWater !== undefined && highWater >= size ? 'it was in use to its last byte' : undefined;
}
