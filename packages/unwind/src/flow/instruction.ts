/** What an instruction does to registers, the stack and the way through a function, as far as finding a caller needs it. */

export interface Instruction {
  /** Bytes. */
  readonly size: number;
  /** In order. */
  readonly effects: readonly Effect[];
  readonly flow: Flow;
  /** Instructions behind this one that are carried out only under a condition (Thumb IT). */
  readonly conditionalCount?: number;
}

/** Registers by DWARF number. Words only: what is done to parts of words makes a value unknown. */
export type Effect =
  | { readonly kind: 'move'; readonly to: number; readonly from: number }
  | { readonly kind: 'swap'; readonly left: number; readonly right: number }
  | { readonly kind: 'add'; readonly to: number; readonly from: number; readonly amount: number }
  | { readonly kind: 'add-register'; readonly to: number; readonly left: number; readonly right: number; readonly sign: 1 | -1 }
  | { readonly kind: 'shift-left'; readonly to: number; readonly from: number; readonly bits: number }
  | { readonly kind: 'negate'; readonly to: number; readonly from: number }
  | { readonly kind: 'high-half'; readonly to: number; readonly value: number }
  | { readonly kind: 'constant'; readonly to: number; readonly value: number }
  /** A word of the program: a literal pool. */
  | { readonly kind: 'literal'; readonly to: number; readonly at: number }
  | { readonly kind: 'load'; readonly to: number; readonly base: number; readonly offset: number }
  | { readonly kind: 'store'; readonly from: number; readonly base: number; readonly offset: number }
  /** A store of less than a word. */
  | { readonly kind: 'spoil'; readonly base: number; readonly offset: number }
  | { readonly kind: 'clobber'; readonly to: number };

export type Flow =
  | { readonly kind: 'next' }
  /** On to one of these and not to the next instruction. */
  | { readonly kind: 'jump'; readonly targets: readonly number[] }
  | { readonly kind: 'branch'; readonly target: number }
  /** Where the register points: out of the function, or on where its value is a constant. */
  | { readonly kind: 'jump-register'; readonly register: number }
  /** A call that comes back: what it may change is unknown afterwards. */
  | { readonly kind: 'call' }
  /** Out of the function: a return, an instruction that cannot be carried out. */
  | { readonly kind: 'leave' }
  /** Out of an exception handler (RISC-V mret): this function is one. */
  | { readonly kind: 'leave-trap' };

export const NEXT: Flow = { kind: 'next' };
export const LEAVE: Flow = { kind: 'leave' };
