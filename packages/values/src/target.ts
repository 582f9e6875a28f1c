/** What reading values needs from outside. Memory and registers are interfaces, so a dump, a live target and a test serve alike. */
import type { Expression, InfoOffset } from '@noinit/dwarf';
import type { Address, TargetMachine } from '@noinit/model';
import type { CallArgument, CodeScope, Symbols, VariableInfo } from '@noinit/symbols';

export interface ValueTarget {
  readonly symbols: Symbols;
  readonly memory: TargetMemory;
  readonly budget: NodeBudget;
  /** Wholes within wholes that are listed; MAX_DEPTH where left out. */
  readonly depth?: number;
}

/** Bytes of the target by address, all or none. */
export interface TargetMemory {
  readonly read: (at: Address, length: number) => Uint8Array | undefined;
}

/** One function on the stack, or one that was inlined there, at the moment of the dump. */
export interface ScopeInFrame {
  readonly scope: CodeScope;
  /** The address debug information is asked about. */
  readonly pc: Address;
  readonly cfa?: Address;
  /** How to find DW_AT_frame_base of the function that holds the scope's code. */
  readonly frameBase?: Expression;
  /** Words of the frame's registers by DWARF number; undefined where not recovered. */
  readonly registers: FrameRegisters;
  /** Whose registers these are: what their numbers mean. */
  readonly machine?: TargetMachine;
  /** The variable that an expression of this frame names, as it lives at `pc`. */
  readonly variableAt?: (entry: InfoOffset) => VariableInfo | undefined;
  /** Who called this function, where that is certain: tells what the arguments were when it was entered. */
  readonly caller?: Caller;
}

export interface Caller {
  readonly frame: ScopeInFrame;
  readonly arguments: readonly CallArgument[];
}

export interface FrameRegisters {
  readonly get: (register: number) => number | undefined;
}

/** How many variables and children may still be made; shared by everything that goes into one trace. */
export class NodeBudget {
  #left: number;
  readonly #whole: NodeBudget | undefined;

  /** `whole` is the budget that this one is a share of. */
  constructor(nodes: number, whole?: NodeBudget) {
    this.#left = nodes;
    this.#whole = whole;
  }

  get left(): number {
    return this.#left;
  }

  /** Takes one node; false where none is left. */
  take(): boolean {
    if (this.#left <= 0 || this.#whole?.take() === false) return false;
    this.#left -= 1;
    return true;
  }
}
