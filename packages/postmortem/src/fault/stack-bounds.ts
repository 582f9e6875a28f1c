/** The stacks whose limits are known, and whether one was left. */
import type { Dump } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
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
];
/** And the address it starts from. */
const TOP_SYMBOLS = ['__StackTop', '__stack_top', '__stack', '_estack', '__stack_end__', '_stack_start'];

export function findStackBounds(
  { threads, machine }: Dump,
  kernel: readonly KernelThread[],
  symbols: Symbols | undefined,
): readonly StackBounds[] {
  const registers = threads[0]?.registers ?? {};
  const limit = findSymbol(LIMIT_SYMBOLS, symbols);
  const top = findSymbol(TOP_SYMBOLS, symbols);
  const main =
    limit !== undefined && top !== undefined && limit < top ? [{ owner: 'The main stack', start: limit, end: top }] : [];
  const tasks = kernel.flatMap(({ name, stack }) =>
    stack
      ? [
          {
            owner: `The stack of ${name}`,
            start: stack.start,
            ...(stack.size !== undefined && { end: stack.start + stack.size }),
          },
        ]
      : [],
  );
  const limits =
    machine === 'cortex-m'
      ? [limitBy('msplim', 'The main stack', registers), limitBy('psplim', 'The thread’s stack', registers)]
      : [];
  return [...tasks, ...main, ...limits.filter((bounds) => bounds !== undefined)];
}

/** 0 is the limit after reset: none. */
function limitBy(name: string, owner: string, registers: { readonly [name: string]: number }): StackBounds | undefined {
  const start = registers[name];
  return start === undefined || start === 0 ? undefined : { owner, start };
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
