/**
 * The threads of a trace: those of the dump first, each with what its kernel tells of it, then the kernel's others. A thread
 * that both know is one.
 */
import type { DumpThread } from '@noinit/model';
import type { KernelThread } from './kernel-thread.ts';

export interface JoinedThread {
  /** As the dump or the kernel's saved context has it. `registers` is empty where nothing has them. */
  readonly thread: DumpThread;
  readonly kernel?: KernelThread;
}

export function mergeThreads(dumped: readonly DumpThread[], kernel: readonly KernelThread[]): readonly JoinedThread[] {
  const left = new Set(kernel);
  const joined = dumped.map((thread): JoinedThread => {
    const match = findMatch(thread, [...left], dumped.length === 1);
    if (!match) return { thread };
    left.delete(match);
    return { thread, kernel: match };
  });
  return [...joined, ...[...left].map(makeOther)];
}

function makeOther(kernel: KernelThread): JoinedThread {
  const registers = kernel.context.kind === 'saved' ? kernel.context.registers : {};
  return { thread: { name: kernel.name, state: kernel.state, crashed: false, registers }, kernel };
}

/** By the address of the control block, by the stack that the thread stands on, by name; the crashed one is the running one. */
function findMatch(thread: DumpThread, kernel: readonly KernelThread[], isOnly: boolean): KernelThread | undefined {
  const byId = thread.id === undefined ? undefined : kernel.find(({ id }) => id === thread.id);
  const running = kernel.filter(({ context }) => context.kind === 'running');
  return (
    byId ?? findByStack(thread, kernel) ?? findByName(thread, kernel) ?? (thread.crashed || isOnly ? only(running) : undefined)
  );
}

/** The running threads come first: a stack that was freed may lie in another's. */
function findByStack(thread: DumpThread, kernel: readonly KernelThread[]): KernelThread | undefined {
  const pointers = [thread.registers['sp'], thread.registers['psp']].filter((pointer) => pointer !== undefined);
  const candidates = thread.crashed ? kernel.filter(({ context }) => context.kind === 'running') : kernel;
  for (const pointer of pointers) {
    const found = candidates.find(({ stack }) => {
      if (stack?.size === undefined) return false;
      return pointer > stack.start && pointer <= stack.start + stack.size;
    });
    if (found) return found;
  }
  return undefined;
}

function findByName(thread: DumpThread, kernel: readonly KernelThread[]): KernelThread | undefined {
  return thread.name === undefined ? undefined : only(kernel.filter(({ name }) => name === thread.name));
}

function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}
