/** One thread from its `struct k_thread`. */
import { hexAddress, type RegisterValues } from '@noinit/model';
import { readWord } from '@noinit/unwind';
import { isFloatReturn, readThreadFrame } from '../cortex-m-frame.ts';
import type { KernelStack, KernelThread, ThreadContext } from '../kernel-thread.ts';
import { measureStack } from '../stack-use.ts';
import { isAddress, type View, type ViewTarget } from '../view.ts';
import type { RunningOn } from './find-threads.ts';
import { describeState, STATE } from './thread-state.ts';
import { describePendedOn } from './wait.ts';

/** CONFIG_INIT_STACKS fills with this. */
const FILL = 0xaa;

/** Undefined for the dummy that stands for the time before the first thread. */
export function readThread(thread: View, running: RunningOn | undefined, target: ViewTarget): KernelThread | undefined {
  const base = thread.member('base');
  const bits = base?.member('thread_state')?.number;
  if (bits !== undefined && (bits & STATE.dummy) !== 0) return undefined;
  const context: ThreadContext = running
    ? { kind: 'running', ...(running.core !== undefined && { core: running.core }) }
    : readContext(thread, target);
  const stack = readStack(thread, context, target);
  const waitsFor = bits !== undefined && (bits & STATE.pending) !== 0 ? findWait(base, target) : undefined;
  return {
    id: thread.at,
    name: nameThread(thread, target),
    state: running ? 'running' : describeState(bits, isTimed(base)),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(stack && { stack }),
    context,
  };
}

/** CONFIG_THREAD_NAME, else the function it was started with. */
function nameThread(thread: View, { symbols }: ViewTarget): string {
  const name = thread.member('name')?.text;
  if (name) return name;
  const entry = thread.member('entry')?.member('pEntry')?.number;
  const code = entry === undefined ? undefined : (entry & ~1) >>> 0;
  const symbol = code !== undefined && isAddress(code) ? symbols.symbolAt(code) : undefined;
  return symbol?.kind === 'function' ? symbol.name : `thread at ${hexAddress(thread.at)}`;
}

function findWait(base: View | undefined, target: ViewTarget): string | undefined {
  const queue = base?.member('pended_on')?.number;
  return queue === undefined || queue === 0 ? undefined : describePendedOn(queue, target);
}

/** Whether a timeout will wake it: its node is in the kernel's list then. */
function isTimed(base: View | undefined): boolean {
  const next = base?.member('timeout')?.member('node')?.member('next')?.number;
  return next !== undefined && next !== 0;
}

function readStack(thread: View, context: ThreadContext, target: ViewTarget): KernelStack | undefined {
  const info = thread.member('stack_info');
  const start = info?.member('start')?.number;
  if (start === undefined || start === 0) return undefined;
  const saved = context.kind === 'running' ? undefined : thread.member('callee_saved')?.memberOf('psp', 'sp');
  return measureStack(start, info?.member('size')?.number, saved?.number, FILL, target.memory);
}

function readContext(thread: View, target: ViewTarget): ThreadContext {
  const saved = thread.member('callee_saved');
  if (!saved) return { kind: 'unknown', why: 'The debug information does not tell where its registers are saved.' };
  const registers = target.symbols.machine === 'cortex-m' ? readCortexM(saved, thread, target) : readRiscV(saved, target);
  return registers
    ? { kind: 'saved', registers }
    : { kind: 'unknown', why: 'Its saved registers were not captured, or are none.' };
}

/** r4 to r11 stand in the thread as v1 to v8; the rest in the exception frame at psp. */
function readCortexM(saved: View, thread: View, target: ViewTarget): RegisterValues | undefined {
  const psp = saved.member('psp')?.number;
  if (psp === undefined) return undefined;
  const frame = readThreadFrame(psp, hasFloatFrame(thread), target);
  const callee = Array.from({ length: 8 }, (_, index) => [`r${4 + index}`, saved.member(`v${index + 1}`)?.number] as const);
  return frame && { ...frame, ...known(callee), ...(hasFloatFrame(thread) && readPreemptFloats(thread, target)) };
}

/** The low byte of EXC_RETURN is kept where threads may use floating point. */
function hasFloatFrame(thread: View): boolean {
  return isFloatReturn(thread.member('arch')?.member('mode_exc_return')?.number);
}

function readPreemptFloats(thread: View, { memory }: ViewTarget): RegisterValues {
  const floats = thread.member('arch')?.member('preempt_float');
  const words = Array.from({ length: 16 }, (_, index) => {
    const at = floats?.member(`s${16 + index}`)?.at;
    return [`s${16 + index}`, at === undefined ? undefined : readWord(memory, at, true)] as const;
  });
  return known(words);
}

/** A switch is a call: what it must preserve is saved in the thread, and it goes on at its return address. */
function readRiscV(saved: View, { symbols }: ViewTarget): RegisterValues | undefined {
  const pc = saved.member('ra')?.number;
  if (pc === undefined || !isAddress(pc) || !symbols.isCode(pc)) return undefined;
  const names = ['sp', 'tp', ...Array.from({ length: 12 }, (_, index) => `s${index}`)];
  return { ...known(names.map((name) => [name, saved.member(name)?.number] as const)), pc };
}

function known(values: readonly (readonly [string, number | undefined])[]): RegisterValues {
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value >>> 0]])));
}
