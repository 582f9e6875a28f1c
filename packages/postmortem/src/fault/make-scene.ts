/** Gathers what a conclusion is drawn from; finds the state that faulted where the dump shows its fault handler running. */
import {
  type CodeFrame,
  type CustomReasons,
  type Dump,
  type DumpThread,
  hexAddress,
  type RegisterValues,
  type TraceFrame,
} from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import { findCore, findExceptionsOf, type Memory, type UnwoundCall, type UnwoundFrame } from '@noinit/unwind';
import type { Disassemble } from '../disassembly/disassemble.ts';
import type { ExplainedThread } from '../explain-threads.ts';
import type { KernelThread } from '../threads/kernel-thread.ts';
import type { Action } from './action/action.ts';
import { decodeAction } from './action/decode-action.ts';
import { RISCV_REGISTERS } from './action/riscv.ts';
import { findFaultBits } from './fault-bits.ts';
import type { Assertion, Scene } from './scene.ts';
import { findStackBounds } from './stack-bounds.ts';

export interface SceneInput {
  readonly dump: Dump;
  readonly crashed: ExplainedThread;
  readonly memory: Memory;
  readonly symbols: Symbols | undefined;
  readonly kernel: readonly KernelThread[];
  readonly disassemble?: Disassemble;
  readonly assertion?: Assertion;
  readonly reasons?: CustomReasons;
}

export function makeScene(input: SceneInput): Scene {
  const { dump, memory, symbols, kernel } = input;
  const state = findState(input);
  const { registers } = state;
  const bits = findFaultBits(dump.system);
  const wanted = state.isFault || dump.cause.kind === 'stopped' ? findAction(dump, registers, memory) : undefined;
  const action = state.isFault || isTrap(wanted) ? wanted : undefined;
  return {
    dump,
    ...state,
    bits,
    memory,
    symbols,
    stacks: findStackBounds(dump, kernel, symbols, input.crashed.unwound),
    ...(input.reasons && { reasons: input.reasons }),
    ...(action && { action }),
    ...(input.disassemble && { disassemble: input.disassemble }),
    ...(input.assertion !== undefined && { assertion: input.assertion }),
  };
}

function isTrap(action: Action | undefined): boolean {
  return action?.kind === 'undefined-instruction' || action?.kind === 'breakpoint';
}

type State = Pick<Scene, 'registers' | 'frames' | 'innermost' | 'badJump' | 'isFault' | 'exception' | 'handler' | 'isGuess'>;

function findState(input: SceneInput): State {
  const { dump, crashed } = input;
  const [thread] = dump.threads;
  const { frames } = crashed.thread;
  const isGuess = frames[0]?.kind === 'scanned';
  const whole = { registers: thread?.registers ?? {}, frames, isGuess, ...innermostOf(crashed.unwound[0]) };
  const { cause } = dump;
  const exception = cause.exception ?? dump.system['mcause'];
  const taken = exception === undefined ? {} : { exception };
  if (cause.kind === 'fault') {
    return { ...whole, ...(crashed.badJump && { badJump: crashed.badJump }), isFault: true, ...taken };
  }
  if (cause.kind !== 'stopped') return { ...whole, isFault: false, ...(cause.exception !== undefined && taken) };
  return (
    findHandledState(crashed, dump) ??
    findLostState(input) ?? {
      ...whole,
      ...(crashed.badJump && { badJump: crashed.badJump }),
      ...judgeStop(thread, dump),
    }
  );
}

/** Of Cortex-M, HardFault to SecureFault. */
const FIRST_FAULT = 3;
const LAST_FAULT = 7;

/** The dump shows a fault handler: what matters is the state that it interrupted. */
function findHandledState({ thread, unwound }: ExplainedThread, { machine }: Dump): State | undefined {
  const isFault = machine === 'cortex-m' ? isFaultNumber : isFaultCause;
  const at = unwound.findIndex((frame) => frame.kind === 'exception' && isFault(frame.number));
  const [marker, inner] = [unwound[at], unwound[at + 1]];
  if (marker?.kind !== 'exception' || inner === undefined || inner.kind === 'exception') return undefined;
  const markers = unwound.slice(0, at + 1).filter(({ kind }) => kind === 'exception').length;
  return {
    registers: nameRegisters(machine, inner),
    frames: framesAfter(thread.frames, markers),
    innermost: inner,
    isGuess: marker.doubtful !== undefined,
    ...(inner.badJump && { badJump: inner.badJump }),
    isFault: true,
    ...(marker.number !== undefined && { exception: marker.number }),
  };
}

/** A fault handler stands on the stack, and no exception frame below it was found. */
function findLostState({ dump, crashed, symbols, memory }: SceneInput): State | undefined {
  const core = findCore(dump.machine);
  if (dump.machine !== 'cortex-m' || !symbols || !core) return undefined;
  const target = { symbols, memory, core, system: dump.system };
  const running = runningException(dump.threads[0]);
  for (const frame of crashed.unwound) {
    if (frame.kind === 'exception') return undefined;
    const handled = frame.lookUp === undefined ? [] : findExceptionsOf(frame.lookUp, target);
    // A handler of all vectors handles a fault only where the status register says so.
    const number = running !== 0 && handled.includes(running) ? running : handled[0];
    const isSure = number === running || handled.every(isFaultNumber);
    const handler = findTraceFrame(frame.pc, crashed.thread.frames);
    if (!isSure || !isFaultNumber(number) || !handler) continue;
    const exception = number === running || handled.length === 1 ? { exception: number } : {};
    return { registers: {}, frames: [], isGuess: false, handler, isFault: true, ...exception };
  }
  // The status register says that a fault is handled: what stands is its handler, or what that called, and not what faulted.
  const [innermost] = crashed.unwound;
  const handler = isFaultNumber(running) && innermost ? findTraceFrame(innermost.pc, crashed.thread.frames) : undefined;
  return handler && { registers: {}, frames: [], isGuess: false, handler, isFault: true, exception: running };
}

/** The concrete function: inlined ones of the same address stand before it. */
function findTraceFrame(pc: number, frames: readonly TraceFrame[]): CodeFrame | undefined {
  const code = frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception' && frame.kind !== 'inlined');
  return code.find((frame) => frame.pc === hexAddress(pc));
}

/** 0 where none runs, or nothing tells. */
function runningException(thread: DumpThread | undefined): number {
  return (thread?.registers['xpsr'] ?? 0) & 0x1ff;
}

function isFaultNumber(number: number | undefined): number is number {
  return number !== undefined && number >= FIRST_FAULT && number <= LAST_FAULT;
}

/** mcause of a RISC-V: no interrupt, and no call of the environment. */
function isFaultCause(cause: number | undefined): cause is number {
  return cause !== undefined && cause < LARGEST_CAUSE && (cause < FIRST_CALL || cause > LAST_CALL);
}

const LARGEST_CAUSE = 64;
const FIRST_CALL = 8;
const LAST_CALL = 11;

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
  const number = runningException(thread);
  return isFaultNumber(number) ? { isFault: true, exception: number } : { isFault: false };
}

function innermostOf(frame: UnwoundFrame | undefined): { innermost?: UnwoundCall } {
  return frame && frame.kind !== 'exception' ? { innermost: frame } : {};
}

/** DWARF's numbers of Cortex-M registers, by the dump's names. */
const CORTEX_M_REGISTERS = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc'] as const;

function nameRegisters(machine: Dump['machine'], { registers, pc }: UnwoundCall): RegisterValues {
  const named: [string, number][] = [];
  for (const [number, name] of (machine === 'cortex-m' ? CORTEX_M_REGISTERS : RISCV_REGISTERS).entries()) {
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
