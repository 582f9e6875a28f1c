/**
 * Zephyr's threads without debug information: CONFIG_DEBUG_THREAD_INFO puts a table of offsets for debuggers into the image,
 * `_kernel_thread_info_offsets` (subsys/debug/thread_info.c).
 */
import { address, hexAddress, type RegisterValues } from '@noinit/model';
import { type Memory, readWord } from '@noinit/unwind';
import { isFloatReturn, readThreadFrame } from '../cortex-m-frame.ts';
import {
  type KernelThread,
  type KernelThreads,
  kernelDamage,
  kernelGap,
  MAX_KERNEL_THREADS,
  type ThreadContext,
} from '../kernel-thread.ts';
import { isAddress, readText, type ViewTarget } from '../view.ts';
import { describeState, STATE } from './thread-state.ts';

/** Places in the table. */
const INDEX = { current: 1, threads: 2, next: 4, state: 5, stackPointer: 8, name: 9, excReturn: 13 } as const;
/** An entry that this build has nothing for. */
const UNIMPLEMENTED = 0xffffffff;
/** CONFIG_THREAD_MAX_NAME_LEN is 32 unless somebody wants more. */
const MAX_NAME_BYTES = 64;

type Offsets = { readonly [name in keyof typeof INDEX]: number | undefined };

export function findTableThreads(target: ViewTarget): KernelThreads {
  const kernel = target.symbols.symbolNamed('_kernel')?.address;
  const offsets = readTable(target);
  if (kernel === undefined || offsets?.threads === undefined || offsets.next === undefined) return { threads: [], damage: [] };
  const current = offsets.current === undefined ? undefined : word(kernel + offsets.current, target.memory);
  const threads: KernelThread[] = [];
  const seen = new Set<number>();
  let at = word(kernel + offsets.threads, target.memory);
  if (at === undefined) return { threads: [], damage: [] };
  while (at !== undefined && at !== 0) {
    if (seen.has(at)) return { threads, damage: [kernelDamage(`Zephyr’s thread list runs in a circle at ${hexAddress(at)}.`)] };
    if (seen.size >= MAX_KERNEL_THREADS)
      return { threads, damage: [kernelDamage(`Zephyr’s thread list has more than ${MAX_KERNEL_THREADS} threads.`)] };
    seen.add(at);
    const thread = readThread(at, at === current, offsets, target);
    if (thread) threads.push(thread);
    at = word(at + offsets.next, target.memory);
  }
  return {
    threads,
    damage: at === undefined ? [kernelGap('Zephyr’s thread list leads to memory that was not captured.')] : [],
  };
}

function readTable({ symbols, memory }: ViewTarget): Offsets | undefined {
  const table = symbols.symbolNamed('_kernel_thread_info_offsets');
  if (!table) return undefined;
  const count = table.size / symbols.pointerSize;
  const entry = (index: number): number | undefined => {
    const value = index < count ? word(table.address + symbols.pointerSize * index, memory) : undefined;
    return value === UNIMPLEMENTED ? undefined : value;
  };
  const { current, threads, next, state, stackPointer, name, excReturn } = INDEX;
  return {
    current: entry(current),
    threads: entry(threads),
    next: entry(next),
    state: entry(state),
    stackPointer: entry(stackPointer),
    name: entry(name),
    excReturn: entry(excReturn),
  };
}

function readThread(at: number, isCurrent: boolean, offsets: Offsets, target: ViewTarget): KernelThread | undefined {
  const bits = offsets.state === undefined ? undefined : byte(at + offsets.state, target.memory);
  if (bits !== undefined && (bits & STATE.dummy) !== 0) return undefined;
  const name = offsets.name === undefined ? undefined : readText(at + offsets.name, MAX_NAME_BYTES, target.memory);
  return {
    id: at,
    name: name || `thread at ${hexAddress(at)}`,
    state: isCurrent ? 'running' : describeState(bits, false),
    context: isCurrent ? { kind: 'running' } : readContext(at, offsets, target),
  };
}

/** Where r4 to r11 are the table does not tell. */
function readContext(at: number, { stackPointer, excReturn }: Offsets, target: ViewTarget): ThreadContext {
  const psp = stackPointer === undefined ? undefined : word(at + stackPointer, target.memory);
  const low = excReturn === undefined ? undefined : byte(at + excReturn, target.memory);
  const registers: RegisterValues | undefined =
    psp === undefined || target.symbols.machine !== 'cortex-m' ? undefined : readThreadFrame(psp, isFloatReturn(low), target);
  return registers
    ? { kind: 'saved', registers }
    : { kind: 'unknown', why: 'Its saved registers were not captured, or are none.' };
}

function word(at: number, memory: Memory): number | undefined {
  return readWord(memory, at, true);
}

function byte(at: number, memory: Memory): number | undefined {
  return isAddress(at) ? memory.read(address(at), 1)?.[0] : undefined;
}
