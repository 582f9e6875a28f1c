/** What unwinding one thread gives. */
import type { Address } from '@noinit/model';
import type { RegisterSet } from './register-set.ts';

export type UnwoundFrame = UnwoundCall | UnwoundException;

/** One concrete function on the stack; functions inlined into it are found from `lookUp`. */
export interface UnwoundCall {
  /** `scanned`: found by searching the stack for a return address. */
  readonly kind: 'call' | 'scanned';
  /** Where it stood (innermost, or interrupted) or the address it is returned to. No Thumb bit. */
  readonly pc: Address;
  /** The address to ask debug information about: inside the call instruction for a caller. Undefined where pc is in no live code. */
  readonly lookUp?: Address;
  readonly registers: RegisterSet;
  /** Call frame address, where call frame information gave one. */
  readonly cfa?: Address;
  /** Why this frame may be wrong. */
  readonly doubtful?: string;
  /** The next frame out called exactly this function: no other has jumped on to it in between. */
  readonly isCalledDirectly?: true;
  /** Set where the processor was sent to an address that holds no code. */
  readonly badJump?: BadJump;
}

/** The frame below was left by the processor for this exception. */
export interface UnwoundException {
  readonly kind: 'exception';
  /** `SysTick`, `IRQ 4`, `IRQ 4 (uart0_irq)`. */
  readonly exception: string;
  /** Number as in IPSR, where known. */
  readonly number?: number;
  /** Where the processor stood when the exception was taken: the pc of the frame below. */
  readonly pc: Address;
  readonly doubtful?: string;
}

export interface BadJump {
  readonly target: Address;
  /** `not-code`: no live code there. `wrong-state`: an address without the Thumb bit. */
  readonly why: 'not-code' | 'wrong-state';
  /** `call`: a call instruction stands before the return address and its register holds the target. */
  readonly caller: 'call' | 'likely-call' | 'unknown';
}

export interface UnwindEnd {
  readonly reason: EndReason;
  /** One sentence of facts. */
  readonly detail: string;
}

export type EndReason =
  /** There is no caller: the list is whole. */
  | 'outermost'
  | 'no-call-frame-information'
  | 'register-unknown'
  | 'stack-not-captured'
  | 'bad-return-address'
  | 'bad-exception-frame'
  | 'stack-not-growing'
  | 'too-many-frames';

export interface Unwinding {
  /** Innermost first. Empty only where the pc is unknown. */
  readonly frames: readonly UnwoundFrame[];
  readonly end: UnwindEnd;
}

/** Frames of one thread, at most. */
export const MAX_FRAMES = 512;
