/** A thread as its kernel's data tell it, whatever the kernel. */
import type { Damage, RegisterValues, ThreadStack } from '@noinit/model';

export interface KernelThread {
  /** Address of its control block: what tells threads apart. */
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly waitsFor?: string;
  readonly stack?: KernelStack;
  readonly context: ThreadContext;
}

/** Where a thread's registers are. */
export type ThreadContext =
  /** It runs: its registers are the processor's. `core` where there are several. */
  | { readonly kind: 'running'; readonly core?: number }
  | { readonly kind: 'saved'; readonly registers: RegisterValues }
  | { readonly kind: 'unknown'; readonly why: string };

export interface KernelStack extends ThreadStack {
  /** Lowest address. */
  readonly start: number;
}

export interface KernelThreads {
  readonly threads: readonly KernelThread[];
  readonly damage: readonly Damage[];
}

/** Threads that are listed, at most: more are damage, or a kernel that no person reads through. */
export const MAX_KERNEL_THREADS = 256;

/** What is wrong in the kernel's own data. It has no place in the dump's message: the offset is 0. */
export function kernelDamage(detail: string): Damage {
  return { offset: 0, why: 'malformed', detail };
}

/** A part of the kernel's data that the dump does not hold: no damage by itself, but the list of threads is not whole. */
export function kernelGap(detail: string): Damage {
  return { offset: 0, why: 'missing-part', detail };
}
