/** Processors that save the interrupted state themselves and mark a handler's return address (Cortex-M). */
import type { Memory } from '../memory.ts';
import type { RegisterSet } from '../register-set.ts';

export interface ExceptionReturnRules {
  /** Whether a return address stands for a return from an exception. */
  readonly isReturn: (returnAddress: number) => boolean;
  /** Return addresses that any handler may have been given, the commonest first. */
  readonly possibleReturns: readonly number[];
  /** Whether a return address stands for a return to code of the other security state, whose stack this one may not see. */
  readonly isSecureReturn: (returnAddress: number) => boolean;
  /** Undoes the exception entry: the state that was interrupted. `handlerStack` is the stack pointer at the handler's entry. */
  readonly undo: (returnAddress: number, handler: RegisterSet, handlerStack: number | undefined, memory: Memory) => Interrupted;
  /** As `undo`, for a frame that was found at `base`. */
  readonly undoAt: (base: number, returnAddress: number, handler: RegisterSet, memory: Memory) => Interrupted;
  /** Bytes from the place that `undoAt` takes to the eight words that every exception saves. */
  readonly frameOffset: (returnAddress: number) => number;
  /** Whether the eight words at a place can be what an exception saved, by their status word alone. */
  readonly isFrameStatus: (xpsr: number, returnAddress: number) => boolean;
  /** Number and name of the exception that a state runs in; undefined in thread mode or where unknown. */
  readonly findRunning: (registers: RegisterSet) => number | undefined;
  /** Whether the status register was captured at all. */
  readonly isStatusKnown: (registers: RegisterSet) => boolean;
}

export type Interrupted =
  | { readonly kind: 'state'; readonly registers: RegisterSet; readonly doubtful?: string }
  | {
      readonly kind: 'unknown';
      readonly reason: 'stack-not-captured' | 'bad-exception-frame' | 'register-unknown';
      readonly detail: string;
    };
