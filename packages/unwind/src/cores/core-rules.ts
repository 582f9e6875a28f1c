/** What the unwinder must know about one processor family. A new core is one file beside this one. */
import type { Address, RegisterValues } from '@noinit/model';
import type { Memory } from '../memory.ts';
import type { RegisterSet } from '../register-set.ts';
import type { BadJump } from '../unwound-frame.ts';

export interface CoreRules {
  /** DWARF numbers. */
  readonly stackPointer: number;
  readonly returnRegister: number;
  readonly programCounter: number;
  /** The dump's register names to numbers. Registers without a DWARF number get private ones from 10000 on. */
  readonly readRegisters: (values: RegisterValues) => RegisterSet;
  /** What a function must leave as it found it (procedure call standard), and what no call changes. */
  readonly isPreserved: (register: number) => boolean;
  /** What only exceptions change: kept where nothing else is known. */
  readonly isBanked: (register: number) => boolean;
  /** The instruction's address behind a code pointer: without Thumb bit. */
  readonly codeAddress: (pointer: number) => Address;
  /** Whether a code pointer may be branched to (Thumb bit set). */
  readonly isCodePointer: (pointer: number) => boolean;
  /** An address inside the call instruction before this return address. */
  readonly callAddress: (returnAddress: number) => Address;
  readonly findCallBefore: (returnAddress: number, memory: Memory) => CallInstruction | 'no-call' | 'not-readable';
  /** Why the processor could not execute at the frame's pc, apart from there being no code. */
  readonly findWrongState: (registers: RegisterSet) => BadJump['why'] | undefined;
  /** Whether a return address stands for a return from an exception. */
  readonly isExceptionReturn: (returnAddress: number) => boolean;
  /** Undoes the exception entry: the state that was interrupted. `handlerStack` is the stack pointer at the handler's entry. */
  readonly undoException: (
    returnAddress: number,
    handler: RegisterSet,
    handlerStack: number | undefined,
    memory: Memory,
  ) => Interrupted;
  /** Number and name of the exception that a state runs in; undefined in thread mode or where unknown. */
  readonly findException: (registers: RegisterSet) => RunningException | undefined;
  /** Whether a state could have been interrupted: used where the exception frame is searched by its shape. */
  readonly isPlausibleState: (registers: RegisterSet) => boolean;
}

export type CallInstruction =
  | { readonly kind: 'direct'; readonly target: Address }
  | { readonly kind: 'indirect'; readonly register: number };

export interface RunningException {
  readonly number: number;
  readonly name: string;
  /** Whether it is one of the chip's interrupts, whose name only the handler's symbol tells. */
  readonly isInterrupt: boolean;
  /** Whether the interrupted pc stands behind the instruction that raised it (SVC). */
  readonly isRaisedByCall: boolean;
}

export type Interrupted =
  | { readonly kind: 'state'; readonly registers: RegisterSet; readonly doubtful?: string }
  | {
      readonly kind: 'unknown';
      readonly reason: 'stack-not-captured' | 'bad-exception-frame' | 'register-unknown';
      readonly detail: string;
    };
