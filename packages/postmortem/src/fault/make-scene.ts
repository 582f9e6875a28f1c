/** Gathers what a conclusion is drawn from; finds the state that faulted where the dump shows its fault handler running. */
import type { Dump, DumpThread, RegisterValues, TraceFrame } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { Memory, UnwoundCall, UnwoundFrame } from '@noinit/unwind';
import type { Disassemble } from '../disassembly/disassemble.ts';
import type { ExplainedThread } from '../explain-threads.ts';
import type { KernelThread } from '../threads/kernel-thread.ts';
import { decodeAction } from './action/decode-action.ts';
import { RISCV_REGISTERS } from './action/riscv.ts';
import { findFaultBits } from './fault-bits.ts';
import type { Scene } from './scene.ts';
import { findStackBounds } from './stack-bounds.ts';

export interface SceneInput {
  readonly dump: Dump;
  readonly crashed: ExplainedThread;
  readonly memory: Memory;
  readonly symbols: Symbols | undefined;
  readonly kernel: readonly KernelThread[];
  readonly disassemble?: Disassemble;
  readonly assertion?: string;
}

export function makeScene(input: SceneInput): Scene {
  const { dump, memory, symbols, kernel } = input;
  const state = findState(input);
  const { registers } = state;
  const bits = findFaultBits(dump.system);
  const action = state.isFault ? findAction(dump, registers, memory) : undefined;
  return {
    dump,
    ...state,
    bits,
    memory,
    symbols,
    stacks: findStackBounds(dump, kernel, symbols),
    ...(action && { action }),
    ...(input.disassemble && { disassemble: input.disassemble }),
    ...(input.assertion !== undefined && { assertion: input.assertion }),
  };
}

type State = Pick<Scene, 'registers' | 'frames' | 'innermost' | 'badJump' | 'isFault' | 'exception'>;

function findState({ dump, crashed }: SceneInput): State {
  const [thread] = dump.threads;
  const { frames } = crashed.thread;
  const whole = { registers: thread?.registers ?? {}, frames, ...innermostOf(crashed.unwound[0]) };
  const { cause } = dump;
  if (cause.kind === 'fault') {
    return { ...whole, ...(crashed.badJump && { badJump: crashed.badJump }), isFault: true, exception: cause.exception };
  }
  if (cause.kind !== 'stopped') return { ...whole, isFault: false };
  return (
    findHandledState(crashed, dump) ?? {
      ...whole,
      ...(crashed.badJump && { badJump: crashed.badJump }),
      ...judgeStop(thread, dump),
    }
  );
}

/** HardFault to SecureFault. */
const FIRST_FAULT = 3;
const LAST_FAULT = 7;

/** The dump shows a fault handler: what matters is the state that it interrupted. */
function findHandledState({ thread, unwound }: ExplainedThread, { machine }: Dump): State | undefined {
  if (machine !== 'cortex-m') return undefined;
  const at = unwound.findIndex((frame) => frame.kind === 'exception' && isFaultNumber(frame.number));
  const [marker, inner] = [unwound[at], unwound[at + 1]];
  if (marker?.kind !== 'exception' || inner === undefined || inner.kind === 'exception') return undefined;
  const markers = unwound.slice(0, at + 1).filter(({ kind }) => kind === 'exception').length;
  return {
    registers: nameRegisters(inner),
    frames: framesAfter(thread.frames, markers),
    innermost: inner,
    ...(inner.badJump && { badJump: inner.badJump }),
    isFault: true,
    ...(marker.number !== undefined && { exception: marker.number }),
  };
}

function isFaultNumber(number: number | undefined): boolean {
  return number !== undefined && number >= FIRST_FAULT && number <= LAST_FAULT;
}

/** The trace's frames behind its `count`-th exception. */
function framesAfter(frames: readonly TraceFrame[], count: number): readonly TraceFrame[] {
  let left = count;
  for (const [index, frame] of frames.entries()) {
    if (frame.kind !== 'exception') continue;
    left -= 1;
    if (left === 0) return frames.slice(index + 1);
  }
  return [];
}

/**
 * A stopped target did not fault unless something says so: mepc where the hart stands, or fault status that nobody cleared,
 * where the processor stands at no code.
 */
function judgeStop(thread: DumpThread | undefined, { machine, system }: Dump): Pick<Scene, 'isFault' | 'exception'> {
  if (machine === 'riscv32') {
    const { mepc, mcause } = system;
    const isTrap = mepc !== undefined && mcause !== undefined && mcause >>> 31 === 0 && mepc === thread?.registers['pc'];
    return isTrap ? { isFault: true, exception: mcause } : { isFault: false };
  }
  const number = (thread?.registers['xpsr'] ?? 0) & 0x1ff;
  return isFaultNumber(number) ? { isFault: true, exception: number } : { isFault: false };
}

function innermostOf(frame: UnwoundFrame | undefined): { innermost?: UnwoundCall } {
  return frame && frame.kind !== 'exception' ? { innermost: frame } : {};
}

/** DWARF's numbers of Cortex-M registers, by the dump's names. */
const CORTEX_M_REGISTERS = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc'] as const;

function nameRegisters({ registers, pc }: UnwoundCall): RegisterValues {
  const named: [string, number][] = [];
  for (const [number, name] of CORTEX_M_REGISTERS.entries()) {
    const value = registers.get(number);
    if (value !== undefined) named.push([name, value]);
  }
  return { ...Object.fromEntries(named), pc };
}

/** DWARF's number of a register by the dump's name. */
export function registerNumber(machine: Dump['machine'], name: string): number | undefined {
  const names: readonly string[] = machine === 'cortex-m' ? CORTEX_M_REGISTERS : RISCV_REGISTERS;
  const number = names.indexOf(name);
  return number < 0 ? undefined : number;
}

/** The dump's name of a register by DWARF's number. */
export function registerName(machine: Dump['machine'], number: number): string | undefined {
  const names: readonly string[] = machine === 'cortex-m' ? CORTEX_M_REGISTERS : RISCV_REGISTERS;
  return names[number];
}

function findAction({ machine }: Dump, registers: RegisterValues, memory: Memory) {
  const { pc } = registers;
  return pc === undefined ? undefined : decodeAction(machine, (pc & ~1) >>> 0, registers, memory);
}
