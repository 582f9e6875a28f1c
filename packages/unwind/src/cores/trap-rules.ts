/** Processors whose handlers save the interrupted state as they like (RISC-V). */
import type { Memory } from '../memory.ts';

export interface TrapRules {
  /** The registers with the pc that a trap interrupted and with its cause, by DWARF number. */
  readonly trapPc: number;
  readonly trapCause: number;
  /** All registers that a handler may save, but the stack pointer. */
  readonly saved: readonly number[];
  /** Registers that calls may change and that carry no arguments. */
  readonly temporaries: readonly number[];
  /** `load access fault`. */
  readonly nameCause: (cause: number) => string;
  /** Whether a function holds an instruction that only what handles traps has: to return, or to read why. False is sure. */
  readonly mayHandleTraps: (start: number, end: number, memory: Memory) => boolean;
}
