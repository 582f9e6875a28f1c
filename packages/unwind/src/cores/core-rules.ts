/** What the unwinder must know about one processor family. A new core is one folder beside this file. */
import type { Address, RegisterValues } from '@noinit/model';
import type { Code } from '../flow/follow-function.ts';
import type { Memory } from '../memory.ts';
import type { RegisterSet } from '../register-set.ts';
import type { BadJump } from '../unwound-frame.ts';
import type { ExceptionReturnRules } from './exception-return-rules.ts';
import type { TrapRules } from './trap-rules.ts';

export interface CoreRules {
  /** DWARF numbers. */
  readonly stackPointer: number;
  readonly returnRegister: number;
  readonly programCounter: number;
  /** By convention; a chain of saved ones leads through frames without debug information. Undefined where there is no convention. */
  readonly framePointer: number | undefined;
  /** The dump's register names to numbers. Registers without a DWARF number get private ones from 10000 on. */
  readonly readRegisters: (values: RegisterValues, system: RegisterValues) => RegisterSet;
  /** What a function must leave as it found it (procedure call standard), and what no call changes. */
  readonly isPreserved: (register: number) => boolean;
  /** What only exceptions change: kept where nothing else is known. */
  readonly isBanked: (register: number) => boolean;
  /** The two single registers that a double is made of. */
  readonly halvesOf: (register: number) => readonly [number, number] | undefined;
  /** The instruction's address behind a code pointer: without Thumb bit. */
  readonly codeAddress: (pointer: number) => Address;
  /** Whether a code pointer may be branched to (Thumb bit set). */
  readonly isCodePointer: (pointer: number) => boolean;
  /** An address inside the call instruction before this return address. */
  readonly callAddress: (returnAddress: number) => Address;
  readonly findCallBefore: (returnAddress: number, memory: Memory) => CallInstruction | 'no-call' | 'not-readable';
  /** Why the processor could not execute at the frame's pc, apart from there being no code. */
  readonly findWrongState: (registers: RegisterSet) => BadJump['why'] | undefined;
  readonly readCode: (memory: Memory) => Code;
  /** Whether a function may hold an instruction that returns; false is sure. */
  readonly mayReturn: (start: number, end: number, memory: Memory) => boolean;
  /** Registers whose values at a function's entry are looked for where its instructions are followed. */
  readonly followed: readonly number[];
  /** Bytes of the table of exception vectors that every chip has; 0 where the table holds no addresses. */
  readonly vectorBytes: number;
  /** Cortex-M: a return address may stand for a return from an exception. */
  readonly exceptions?: ExceptionReturnRules;
  /** RISC-V: software saves what a trap interrupts. */
  readonly traps?: TrapRules;
}

export type CallInstruction =
  | { readonly kind: 'direct'; readonly target: Address }
  | { readonly kind: 'indirect'; readonly register: number };
