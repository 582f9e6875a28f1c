/**
 * What the debug information of one build can answer. Unwinding and values ask here and never see ELF or DWARF sections.
 * Every question takes an address of the target and may be answered with nothing: absence is normal.
 */
import type { Expression, UnwindRow } from '@noinit/dwarf';
import type { Address, BuildId, TargetMachine } from '@noinit/model';

export interface Symbols {
  /** Undefined where the file has no GNU build id: nothing tells which build it is. */
  readonly buildId: BuildId | undefined;
  readonly machine: TargetMachine;
  readonly littleEndian: boolean;
  /** Bytes of a pointer. */
  readonly pointerSize: 4 | 8;
  readonly debugInfo: 'full' | 'names-only';

  /** The functions live at `pc`, innermost (most inlined) first; empty where no live code covers it. */
  locate(pc: Address): readonly CodeScope[];
  /** How the frame that executes `pc` is unwound, where call frame information covers it. */
  unwindRow(pc: Address): UnwindRow | undefined;
  /** The ELF symbol that covers the address by its size; Thumb bit removed, mapping symbols never. */
  symbolAt(at: Address): ElfSymbol | undefined;
  /** An ELF symbol by its exact name (`__stack_top`). */
  symbolNamed(name: string): ElfSymbol | undefined;
  /** Bytes that no program can change: from segments or sections that are not writable. Undefined if any byte is not there. */
  readConstant(at: Address, length: number): Uint8Array | undefined;
  /** Parameters and locals live in this scope, in source order, those of inner lexical blocks that cover `pc` included. */
  variables(scope: CodeScope, pc: Address): readonly VariableInfo[];
  /**
   * What the caller tells about the arguments of the call that returns to `returnAddress`; `scope` is the concrete function
   * that holds the call. Empty where nothing is told.
   */
  callArguments(scope: CodeScope, returnAddress: Address): readonly CallArgument[];
  /** Variables with static storage. */
  globals(): readonly VariableInfo[];
}

/** One function, or one inlined copy of a function, that covers a pc. */
export interface CodeScope {
  /** As in the source; qualified without arguments for C++ and Rust. Undefined without a name. */
  readonly function?: string;
  readonly inlined: boolean;
  /** Where in this function the pc stands: for an outer scope, the place of the inlined call. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** First address of the function, where known. */
  readonly entry?: Address;
  /** How to find DW_AT_frame_base of the concrete function, if it has one. */
  readonly frameBase?: Expression;
  /** Where the engine finds this scope's entry again. Opaque. */
  readonly handle: number;
}

export interface VariableInfo {
  readonly name: string;
  readonly parameter: boolean;
  readonly type: TypeInfo;
  readonly place: VariablePlace;
}

/** One argument of a call (DWARF 5, 3.4.2): where the callee finds it, and what it is, both as expressions. */
export interface CallArgument {
  /** Of the callee, at its entry. */
  readonly place: Expression;
  /** In the frame of the caller, while the call is running. */
  readonly value: Expression;
}

export type VariablePlace =
  /** Already chosen from a location list by pc. */
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** DW_AT_const_value. */
  | { readonly kind: 'constant'; readonly bytes: Uint8Array }
  | { readonly kind: 'optimized-out' }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** A type, read lazily: `members()` and `target()` may lead in circles. */
export type TypeInfo =
  | { readonly kind: 'base'; readonly name: string; readonly size: number; readonly encoding: BaseEncoding }
  | { readonly kind: 'pointer'; readonly name: string; readonly size: number; readonly target: () => TypeInfo | undefined }
  | {
      readonly kind: 'struct';
      readonly name: string;
      readonly size: number;
      readonly members: () => readonly Member[];
      readonly declarationOnly: boolean;
    }
  | {
      readonly kind: 'union';
      readonly name: string;
      readonly size: number;
      readonly members: () => readonly Member[];
      readonly declarationOnly: boolean;
    }
  | {
      readonly kind: 'array';
      readonly name: string;
      readonly size: number;
      readonly element: TypeInfo;
      readonly count: number | undefined;
    }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly size: number;
      readonly signed: boolean;
      readonly values: () => readonly EnumValue[];
    }
  | { readonly kind: 'function'; readonly name: string }
  /** typedef, const, volatile: the name differs, the value is the target's. */
  | { readonly kind: 'alias'; readonly name: string; readonly size: number; readonly target: TypeInfo }
  | { readonly kind: 'void'; readonly name: string }
  | { readonly kind: 'unsupported'; readonly name: string; readonly size: number | undefined; readonly detail: string };

export type BaseEncoding =
  | 'signed'
  | 'unsigned'
  | 'boolean'
  | 'signed-char'
  | 'unsigned-char'
  | 'float'
  | 'complex'
  | 'utf'
  | 'address';

export interface Member {
  /** Undefined for an anonymous struct or union. */
  readonly name: string | undefined;
  readonly type: TypeInfo;
  /** Bytes from the start of the whole. */
  readonly offset: number;
  /** Where the member is a bit-field: bits from the least significant bit of the little-endian storage at `offset`. */
  readonly bits?: { readonly offset: number; readonly size: number };
}

export interface EnumValue {
  readonly name: string;
  readonly value: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: Address;
  readonly size: number;
  readonly kind: 'function' | 'object' | 'other';
}
