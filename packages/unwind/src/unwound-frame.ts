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
  /** Call frame address, where its function's frame could be told. */
  readonly cfa?: Address;
  readonly method: UnwindMethod;
  readonly confidence: Confidence;
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
  /** Number as in IPSR or mcause, where known. */
  readonly number?: number;
  /** Where the processor stood when the exception was taken: the pc of the frame below. */
  readonly pc: Address;
  readonly confidence: Confidence;
  readonly doubtful?: string;
}

/** How a frame was found; each method is tried only where those before it had no answer. */
export type UnwindMethod =
  /** The innermost frame: the registers of the dump. */
  | 'captured'
  /** The state that an exception saved. */
  | 'exception-frame'
  /** `.debug_frame` or `.eh_frame` of the function inside. */
  | 'call-frame-information'
  /** `.ARM.exidx` of the function inside. */
  | 'exception-index'
  /** The instructions of the function inside, followed from its entry. */
  | 'instructions'
  /** The chain of frame pointers. */
  | 'frame-pointer'
  /** The return register, where nothing tells about the function inside. */
  | 'return-register'
  | 'stack-scan';

export type Confidence = 'certain' | 'likely' | 'unsure';

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
