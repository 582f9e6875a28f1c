/**
 * An explained crash: schema `noinit.trace/1` (docs/formats/trace.md). Plain JSON; addresses and registers are
 * `0x…` strings. What is not known is said with its reason, never left blank and never 0.
 */
import type { Damage } from './damage.ts';
import type { LogLine } from './log.ts';

export const TRACE_SCHEMA = 'noinit.trace/1';

export interface Trace {
  readonly schema: typeof TRACE_SCHEMA;
  /** Name and version of what made it, `noinit/0.1.0`. */
  readonly engine: string;
  readonly build: TraceBuild;
  readonly fault: Fault;
  /** Of the crashed thread at the crash, then system registers; `0x…` strings. */
  readonly registers: { readonly [name: string]: string };
  /** The crashed thread first. */
  readonly threads: readonly TraceThread[];
  readonly globals?: readonly Variable[];
  /** The log lines that came inside the crash, oldest first. */
  readonly log?: readonly LogLine[];
  /** What is not in the trace for a reason that is known. */
  readonly unknown?: readonly TraceGap[];
  readonly damage: readonly Damage[];
}

/** `what` are names of registers, or a word of the trace: `callers`, `variables`. */
export interface TraceGap extends Unknown {
  readonly what: readonly string[];
}

export type TraceBuild =
  /** Without `id` the ELF file has no build id: nothing can tell whether it is the build of the dump. */
  | {
      readonly id?: string;
      readonly symbols: 'full' | 'names-only';
      /** What of the debug information could not be read, one fact each: `types and variables are in main.dwo, …`. */
      readonly missing?: readonly string[];
    }
  /** `wanted` is what the dump names: a full id or a prefix. */
  | { readonly symbols: 'none'; readonly wanted?: string };

export interface Fault {
  readonly class: FaultClass;
  /** What happened, one sentence. */
  readonly sentence: string;
  readonly confidence: 'certain' | 'likely' | 'unsure';
  /** The exception by name where there was one: `HardFault`, `UsageFault`, `NMI`, `IRQ 4`. */
  readonly exception?: string;
  /** Names of the set fault-status bits, `INVSTATE`. */
  readonly bits?: readonly string[];
  /** The address the fault is about, where hardware says. */
  readonly address?: string;
  /** The instruction that could not be carried out, where its bytes are known. */
  readonly instruction?: FaultInstruction;
  /** Text of the failed assertion with its values. */
  readonly assertion?: string;
  /** The reason that counts (docs/formats/reboot.md), or of a snapshot, by the name that the build gives it. */
  readonly reason?: { readonly name: string; readonly value: number };
}

export interface FaultInstruction {
  readonly pc: string;
  /** As an assembler writes it: `ldr r3, [r2, #8]`. */
  readonly text: string;
}

export type FaultClass =
  | 'assert'
  | 'stack-overflow'
  | 'watchdog'
  | 'bad-jump'
  | 'memory-access'
  | 'bus-error'
  | 'undefined-instruction'
  | 'divide-by-zero'
  | 'unaligned-access'
  | 'no-coprocessor'
  | 'security-violation'
  | 'breakpoint'
  | 'fault'
  | 'out-of-memory'
  | 'panic'
  | 'snapshot'
  | 'unknown';

export interface TraceThread {
  readonly name: string;
  readonly crashed: boolean;
  /** As its kernel says: `running`, `ready`, `blocked`, `delayed`, `suspended`. */
  readonly state?: string;
  /** What a blocked thread waits for, where the kernel's data tell: `queue rx_frames`. */
  readonly waitsFor?: string;
  readonly stack?: ThreadStack;
  /** Innermost first. */
  readonly frames: readonly TraceFrame[];
  /** Why the list ends where it ends, if not at the outermost function. */
  readonly end?: string;
}

/** Bytes of a thread's stack. */
export interface ThreadStack {
  readonly size?: number;
  /** In use at the dump. */
  readonly used?: number;
  /** In use at the worst moment so far, where a fill pattern tells. */
  readonly highWater?: number;
  /** Why the stack is said to have overflowed: `its pointer is 16 bytes below its end`. */
  readonly overflow?: string;
}

export type TraceFrame = CodeFrame | ExceptionFrame;

export interface CodeFrame {
  readonly kind: 'call' | 'inlined' | 'scanned';
  /** As in the source (C), qualified without arguments (C++, Rust). */
  readonly function?: string;
  /** Joined with its directory, `/` between. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly pc: string;
  /** Why this frame may be wrong. */
  readonly doubtful?: string;
  readonly variables: readonly Variable[];
}

/** The processor left the frame below for this exception. */
export interface ExceptionFrame {
  readonly kind: 'exception';
  readonly exception: string;
  readonly pc: string;
  readonly doubtful?: string;
  readonly variables: readonly [];
}

export type Variable = KnownVariable | UnknownVariable;

interface VariableHead {
  readonly name: string;
  /** As in the source: `struct sensor *`, `uint32_t`, `char[12]`. */
  readonly type: string;
  readonly kind: VariableKind;
  readonly address?: string;
  readonly children?: readonly Variable[];
  /** Children that are not listed: how many, and the path under which they can be asked for. */
  readonly more?: { readonly count: number; readonly path: string };
}

export interface KnownVariable extends VariableHead {
  /** Display text. */
  readonly value: string;
  /** The bytes in target order as hex. */
  readonly raw: string;
}

export interface UnknownVariable extends VariableHead {
  readonly unknown: Unknown;
}

export type VariableKind = 'int' | 'float' | 'bool' | 'enum' | 'pointer' | 'text' | 'struct' | 'array' | 'function';

export interface Unknown {
  readonly why: UnknownCode;
  readonly detail: string;
}

export type UnknownCode =
  | 'optimized-out'
  | 'not-captured'
  | 'register-not-recovered'
  | 'thread-local'
  | 'non-secure'
  | 'only-postcard'
  | 'unsupported'
  | 'malformed-debug-info'
  | 'too-large';

/** Nodes a trace may hold, all variables and children counted. */
export const MAX_TRACE_NODES = 20_000;
