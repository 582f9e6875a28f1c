/** DWARF expressions and where they say a value lives (DWARF 5, 2.5 and 2.6). */
import type { Address, UnknownCode } from '@noinit/model';
import type { InfoOffset } from '../sections.ts';

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
  /** The base type whose entry stands `offset` bytes into the unit: for typed operations. */
  readonly baseType?: (offset: number) => BaseType | undefined;
  /** DW_AT_location of an entry of `.debug_info`, for DW_OP_call2, call4 and call_ref. */
  readonly procedureAt?: (entry: InfoOffset) => Procedure;
  /**
   * Set where the compiler had no DW_OP_stack_value (LLVM before DWARF 4): what is left on the stack may be the value and
   * look like its address.
   */
  readonly hasNoStackValue?: true;
}

/** What a type says of a stack entry: how wide it is and how arithmetic reads its bits. */
export interface BaseType {
  /** `opaque`: may be moved and reinterpreted, but not computed with (decimal, complex, fixed point). */
  readonly kind: 'signed' | 'unsigned' | 'float' | 'opaque';
  /** Bytes, 1 to 16. */
  readonly size: number;
}

export type Procedure =
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** The entry has no location: calling it does nothing (DWARF 5, 2.5.1.5). */
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown'; readonly detail: string };

/** What an expression may ask of the frame it is evaluated in. Each answer may be missing. */
export interface EvaluationContext {
  /** A register of this frame by DWARF number, unsigned. */
  readonly register: (register: number) => number | bigint | undefined;
  /** The low `size` bytes of a register, or of several that make one, in the byte order of the target. */
  readonly registerBytes?: (register: number, size: number) => Uint8Array | undefined;
  /** How people call a register; its number otherwise. */
  readonly registerName?: (register: number) => string;
  /** Whether a register points into the stack, as the stack pointer does: what counts from it is a place. */
  readonly isStackRegister?: (register: number) => boolean;
  /** Bytes of the target, all or none. */
  readonly memory: (at: Address, length: number) => Uint8Array | undefined;
  readonly callFrameAddress: () => Address | undefined;
  /** Value of the function's DW_AT_frame_base. */
  readonly frameBase: () => Address | undefined;
  /**
   * What a block would have given when the function was entered (DW_OP_entry_value), as told by the caller's call site.
   * Left out where nobody can tell.
   */
  readonly entryValue?: (block: Expression) => Computed | undefined;
  /** What the call passed, or would have passed, for the parameter whose entry this is (DW_OP_GNU_parameter_ref). */
  readonly parameterValue?: (entry: InfoOffset) => Computed | undefined;
  /** The value of the variable whose entry this is (DW_OP_GNU_variable_value). */
  readonly variableValue?: (entry: InfoOffset) => Computed | undefined;
  /** The object that a type's expression is about (DW_OP_push_object_address). */
  readonly objectAddress?: () => Address | undefined;
}

/** A number that an expression computed: its low `size` bytes, unsigned, are the value. */
export interface Computed {
  readonly value: number | bigint;
  readonly size: number;
  /** Where a literal and nothing else was computed: all of it, for a value that is wider than an address. */
  readonly literal?: bigint;
}

/** Where a value lives, or the value itself. */
export type Location =
  | { readonly kind: 'memory'; readonly address: Address }
  | { readonly kind: 'register'; readonly register: number }
  /** DW_OP_stack_value. */
  | ({ readonly kind: 'value' } & Computed)
  /** DW_OP_implicit_value. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** DW_OP_implicit_pointer: a pointer that is nowhere, to `offset` bytes into a variable that may have no address. */
  | { readonly kind: 'implicit-pointer'; readonly entry: InfoOffset; readonly offset: number }
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'unknown'; readonly why: UnknownCode; readonly detail: string };

export interface Piece {
  readonly location: Location;
  readonly bitSize: number;
  readonly bitOffset: number;
}
