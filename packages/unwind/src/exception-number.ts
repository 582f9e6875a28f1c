/** Which exception a handler handles: by the status register, where that was captured, else by the vector that leads to it. */
import type { Address } from '@noinit/model';
import { exceptionName, FIRST_INTERRUPT } from './cores/exception-name.ts';
import type { PendingFrame } from './pending-frame.ts';
import { findEntry, findFunctionName, type UnwindTarget } from './target.ts';
import { findVectorsTo } from './vector-table.ts';

export interface HandledException {
  readonly number?: number;
  /** `SysTick`, `IRQ 4 (uart0_irq)`. */
  readonly name: string;
  /** Why the number may be wrong. */
  readonly doubt?: string;
}

const SVCALL = 11;
const LAST_OF_PROCESSOR = FIRST_INTERRUPT - 1;

/** Handlers as CMSIS names them, and as the kernels and Rust's start-up code do. */
const NUMBER_OF_NAME: ReadonlyMap<string, number> = new Map([
  ['NMI_Handler', 2],
  ['HardFault_Handler', 3],
  ['HardFault', 3],
  ['HardFaultTrampoline', 3],
  ['cortex_m_rt::HardFault_', 3],
  ['z_arm_hard_fault', 3],
  ['MemManage_Handler', 4],
  ['MemoryManagement', 4],
  ['z_arm_mpu_fault', 4],
  ['BusFault_Handler', 5],
  ['BusFault', 5],
  ['z_arm_bus_fault', 5],
  ['UsageFault_Handler', 6],
  ['UsageFault', 6],
  ['z_arm_usage_fault', 6],
  ['SecureFault_Handler', 7],
  ['SecureFault', 7],
  ['SVC_Handler', 11],
  ['SVCall', 11],
  ['vPortSVCHandler', 11],
  ['z_arm_svc', 11],
  ['DebugMon_Handler', 12],
  ['DebugMonitor', 12],
  ['PendSV_Handler', 14],
  ['PendSV', 14],
  ['xPortPendSVHandler', 14],
  ['z_arm_pendsv', 14],
  ['SysTick_Handler', 15],
  ['SysTick', 15],
  ['xPortSysTickHandler', 15],
  ['sys_clock_isr', 15],
]);

export function findHandledException(frame: PendingFrame, target: UnwindTarget): HandledException {
  const { number, doubt } = numberOf(frame, target);
  const handler = frame.lookUp === undefined ? undefined : findHandlerName(frame.lookUp, target);
  if (number === undefined) {
    return { name: handler === undefined ? 'exception' : `exception (${handler})`, ...(doubt !== undefined && { doubt }) };
  }
  // A chip's interrupt has only a number; the function that handles it says what it is for.
  const name = exceptionName(number);
  const full = number >= FIRST_INTERRUPT && handler !== undefined ? `${name} (${handler})` : name;
  return { number, name: full, ...(doubt !== undefined && { doubt }) };
}

/** `TIMER0` for `app::__cortex_m_rt_TIMER0_trampoline`: the attributes of cortex-m-rt hide the handler's name, which is its vector's. */
function findHandlerName(lookUp: Address, target: UnwindTarget): string | undefined {
  return findFunctionName(target.symbols, lookUp)?.replace(RUST_TRAMPOLINE, '$1');
}

const RUST_TRAMPOLINE = /^(?:\w+::)*__cortex_m_rt_(\w+)_trampoline$/;

/** Whether the interrupted pc stands behind the instruction that raised the exception. */
export function isRaisedByCall({ number }: HandledException): boolean {
  return number === SVCALL;
}

/** Whether an exception may be running: nothing says that none is. */
export function mayBeHandler({ registers }: PendingFrame, { core }: UnwindTarget): boolean {
  const { exceptions } = core;
  return exceptions !== undefined && (!exceptions.isStatusKnown(registers) || exceptions.findRunning(registers) !== undefined);
}

/** Whether the frame's function is one that the processor enters: a vector leads there, or it has the name of such a one. */
export function isHandler(frame: PendingFrame, target: UnwindTarget): boolean {
  if (!mayBeHandler(frame, target) || frame.lookUp === undefined) return false;
  const name = findHandlerName(frame.lookUp, target);
  return (name !== undefined && NUMBER_OF_NAME.has(name)) || vectorsTo(frame.lookUp, target).length > 0;
}

/** Which exceptions the function handles: those whose vectors lead to it, else the one of its name. The status register is not asked. */
export function findExceptionsOf(lookUp: Address, target: UnwindTarget): readonly number[] {
  const vectors = vectorsTo(lookUp, target);
  if (vectors.length > 0) return vectors;
  const name = findHandlerName(lookUp, target);
  const named = name === undefined ? undefined : NUMBER_OF_NAME.get(name);
  return named === undefined ? [] : [named];
}

interface FoundNumber {
  readonly number?: number;
  readonly doubt?: string;
}

function numberOf(frame: PendingFrame, target: UnwindTarget): FoundNumber {
  const running = target.core.exceptions?.findRunning(frame.registers);
  const unsure = (target.unsureBits?.['xpsr'] ?? 0) & 0x1ff;
  if (running !== undefined && unsure === 0) return { number: running };
  const vectors = frame.lookUp === undefined ? [] : vectorsTo(frame.lookUp, target);
  if (running !== undefined) return withoutUnsureBits(running, unsure, vectors);
  const isKnownThread = target.core.exceptions?.isStatusKnown(frame.registers) === true && unsure === 0;
  const [only, second] = vectors;
  if (only !== undefined && second === undefined) {
    return { number: only, ...(isKnownThread && { doubt: NO_EXCEPTION }) };
  }
  const name = frame.lookUp === undefined ? undefined : findHandlerName(frame.lookUp, target);
  const named = name === undefined ? undefined : NUMBER_OF_NAME.get(name);
  return { ...(named !== undefined && { number: named }), ...(isKnownThread && { doubt: NO_EXCEPTION }) };
}

const NO_EXCEPTION = 'The status register says that no exception was running.';

function withoutUnsureBits(running: number, unsure: number, vectors: readonly number[]): FoundNumber {
  const without = running & ~unsure;
  for (const number of [running, without]) if (vectors.includes(number)) return { number };
  const [only, second] = vectors;
  if (only !== undefined && second === undefined) return { number: only };
  const number = without <= LAST_OF_PROCESSOR ? without : running;
  const doubt = 'A bit of the exception number may have been set by what made the dump.';
  return number === 0 ? { doubt } : { number, doubt };
}

function vectorsTo(lookUp: Address, target: UnwindTarget): readonly number[] {
  const entry = findEntry(target.symbols, lookUp);
  return entry === undefined ? [] : findVectorsTo(entry, target);
}
