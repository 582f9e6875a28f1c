/** The threads that the server knows, each with the registers that were saved of it. */
import type { RemoteTarget, RemoteThread } from '@noinit/gdb-remote';
import type { DumpThread, Machine, RegisterValues } from '@noinit/model';
import { MAX_CAPTURE_THREADS } from './limits.ts';
import { readRegisters } from './registers.ts';
import type { TakenParts } from './taken-parts.ts';

/** `own` are the registers of the processor as it stands: those of the thread that runs, or of a handler above it. */
export async function takeThreads(target: RemoteTarget, machine: Machine, own: RegisterValues, parts: TakenParts): Promise<void> {
  const threads = await target.threads();
  const current = await target.currentThread();
  const running = threads.find(({ id }) => isSame(id, current)) ?? threads[0];
  parts.threads.push({ ...(running && threads.length > 1 && describe(running)), crashed: true, registers: own });
  for (const thread of threads.slice(0, MAX_CAPTURE_THREADS + 1)) {
    if (thread === running || !(await target.select(thread.id))) continue;
    const { registers } = await readRegisters(target, machine, 'core');
    if (registers['pc'] !== undefined) parts.threads.push({ ...describe(thread), crashed: false, registers });
  }
  if (running !== undefined && threads.length > 1) await target.select(running.id);
}

function describe({ id, name, state }: RemoteThread): Omit<DumpThread, 'crashed' | 'registers'> {
  return { id: toNumber(id), ...(name !== undefined && { name }), ...(state !== undefined && { state }) };
}

/** `p1.2` is thread 2 of process 1. Of a longer number the last 32 bits are the address of a control block. */
function toNumber(id: string): number {
  return Number.parseInt(id.replace(/^p[0-9a-fA-F]+\./, '').slice(-8), 16);
}

function isSame(id: string, other: string | undefined): boolean {
  return other !== undefined && toNumber(id) === toNumber(other);
}
