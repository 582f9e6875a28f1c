/** DWARF expressions and where they say a value lives (DWARF 5, 2.5 and 2.6). */
import type { Address, UnknownCode } from '@noinit/model';

/** A DWARF expression with what its operations depend on. */
export interface Expression {
  readonly bytes: Uint8Array;
  readonly addressSize: 4 | 8;
  /** 4 or 8: size of a section offset in this unit. */
  readonly offsetSize: 4 | 8;
  readonly version: number;
  readonly littleEndian: boolean;
  /** For DW_OP_addrx/constx: reads the unit's table. */
  readonly indexedAddress?: (index: number) => Address | undefined;
  /** Offset of the unit's header in .debug_info: what typed operations and DW_OP_call count from. */
  readonly unit: number;
}

/** What an expression may ask of the frame it is evaluated in. Each answer may be missing. */
export interface EvaluationContext {
  /** A register of this frame by DWARF number. */
  readonly register: (register: number) => number | undefined;
  /** Bytes of the target, all or none. */
  readonly memory: (at: Address, length: number) => Uint8Array | undefined;
  readonly callFrameAddress: () => Address | undefined;
  /** Value of the function's DW_AT_frame_base. */
  readonly frameBase: () => Address | undefined;
  /**
   * What a block would have given when the function was entered (DW_OP_entry_value), as told by the caller's call site.
   * Left out where nobody can tell.
   */
  readonly entryValue?: (expression: Expression) => number | undefined;
}

/** Where a value lives, or the value itself. */
export type Location =
  | { readonly kind: 'memory'; readonly address: Address }
  | { readonly kind: 'register'; readonly register: number }
  /** DW_OP_stack_value: the low bytes of this number are the value. */
  | { readonly kind: 'value'; readonly value: number | bigint }
  /** DW_OP_implicit_value. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'unknown'; readonly why: UnknownCode; readonly detail: string };

export interface Piece {
  readonly location: Location;
  readonly bitSize: number;
  readonly bitOffset: number;
}
