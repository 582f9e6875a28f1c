/** The stacks whose limits are known, and whether one was left. */
import type { Dump, DumpThread, RegisterValues } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { UnwoundFrame } from '@noinit/unwind';
import type { KernelThread } from '../threads/kernel-thread.ts';
import type { Scene, StackBounds } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** Names that linker scripts give the lowest address of the main stack: CMSIS, newlib, Rust, vendors. */
const LIMIT_SYMBOLS = [
  '__StackLimit',
  '__stack_limit',
  '__stack_limit__',
  '_stack_limit',
  '__STACK_LIMIT',
  '_sstack',
  '_stack_end',
  '__stack_bottom',
  'metal_segment_stack_begin',
];
/** And the address it starts from. */
const TOP_SYMBOLS = [
  '__StackTop',
  '__stack_top',
  '__stack',
  '_estack',
  '__stack_end__',
  '_stack_start',
  'metal_segment_stack_end',
];

/** Only stacks that the faulting code can have run on: another one's end says nothing about its pointer. */
export function findStackBounds(
  { threads, machine }: Dump,
  kernel: readonly KernelThread[],
  symbols: Symbols | undefined,
  unwound: readonly UnwoundFrame[],
): readonly StackBounds[] {
  const [crashed] = threads;
  const registers = crashed?.registers ?? {};
  const running = [...dumpedStack(crashed), ...runningStacks(kernel)];
  if (machine === 'riscv32') return findHartStack(unwound, [...running, ...mainStack(symbols)]);
  const isOnProcessStack = usesProcessStack(registers);
  if (isOnProcessStack === undefined) return [];
  if (isOnProcessStack) return [...running, ...limitBy('psplim', 'The thread’s stack', registers)];
  return [...mainStack(symbols), ...limitBy('msplim', 'The main stack', registers)];
}

/**
 * A hart has one stack pointer, and no register says whose stack it is on: it is the one that an outer frame of the code
 * stands on.
 */
function findHartStack(unwound: readonly UnwoundFrame[], stacks: readonly StackBounds[]): readonly StackBounds[] {
  return stacks.filter(({ start, end }) =>
    unwound.some((frame) => {
      const cfa = frame.kind === 'exception' ? undefined : frame.cfa;
      return cfa !== undefined && end !== undefined && cfa > start && cfa <= end;
    }),
  );
}

function mainStack(symbols: Symbols | undefined): readonly StackBounds[] {
  const [limit, top] = [findSymbol(LIMIT_SYMBOLS, symbols), findSymbol(TOP_SYMBOLS, symbols)];
  return limit !== undefined && top !== undefined && limit < top ? [{ owner: 'The main stack', start: limit, end: top }] : [];
}

/** As the device itself listed it. */
function dumpedStack(thread: DumpThread | undefined): readonly StackBounds[] {
  if (!thread?.stack) return [];
  const { low, size } = thread.stack;
  return [{ owner: `The stack of ${thread.name ?? 'the thread'}`, start: low, end: low + size }];
}

function runningStacks(kernel: readonly KernelThread[]): StackBounds[] {
  const running = kernel.filter(({ context }) => context.kind === 'running');
  return running.flatMap(({ name, stack }) => {
    if (!stack) return [];
    const end = stack.size === undefined ? {} : { end: stack.start + stack.size };
    return [{ owner: `The stack of ${name}`, start: stack.start, ...end }];
  });
}

const IPSR_MASK = 0x1ff;

/**
 * Whether the pointer is PSP: bit 2 of the EXC_RETURN of the fault, or bit 1 of CONTROL. A handler that was interrupted always
 * runs on the main stack. Undefined where nothing tells.
 */
function usesProcessStack({ xpsr, exc_return: excReturn, control }: RegisterValues): boolean | undefined {
  if (xpsr !== undefined && (xpsr & IPSR_MASK) !== 0) return false;
  if (excReturn !== undefined) return (excReturn & 4) !== 0;
  return control === undefined ? undefined : (control & 2) !== 0;
}

/** 0 is the limit after reset: none. */
function limitBy(name: string, owner: string, registers: RegisterValues): StackBounds[] {
  const start = registers[name];
  return start === undefined || start === 0 ? [] : [{ owner, start }];
}

function findSymbol(names: readonly string[], symbols: Symbols | undefined): number | undefined {
  if (!symbols) return undefined;
  for (const name of names) {
    const found = symbols.symbolNamed(name);
    if (found) return found.address;
  }
  return undefined;
}

/** How far below a stack's end its pointer, or what it touches, is still said to be of that stack. */
const MAX_BELOW = 4096;

/** Only where the stack pointer itself left its stack: that something else wrote there proves nothing about it. */
export function judgeByStackPointer({ registers, stacks, isFault }: Scene, place: string): Verdict | undefined {
  const { sp } = registers;
  if (!isFault || sp === undefined) return undefined;
  const isInside = stacks.some(({ start, end }) => end !== undefined && sp >= start && sp <= end);
  const left = isInside ? undefined : stacks.find(({ start }) => sp < start && start - sp <= MAX_BELOW);
  if (!left) return undefined;
  return {
    class: 'stack-overflow',
    sentence: `${left.owner} overflowed in ${place}: its pointer is ${left.start - sp} bytes below its end.`,
    confidence: 'likely',
  };
}
