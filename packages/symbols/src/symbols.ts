/**
 * What the debug information of one build can answer. Unwinding and values ask here and never see ELF or DWARF sections.
 * Every question takes an address of the target and may be answered with nothing: absence is normal.
 */
import type { Expression, InfoOffset, MissingPart, UnwindRow } from '@noinit/dwarf';
import type { Address, BuildId, TargetMachine } from '@noinit/model';

export interface Symbols {
  /** Undefined where the file has no GNU build id: nothing tells which build it is. */
  readonly buildId: BuildId | undefined;
  readonly machine: TargetMachine;
  readonly littleEndian: boolean;
  /** Bytes of a pointer. */
  readonly pointerSize: 4 | 8;
  readonly debugInfo: 'full' | 'names-only';
  /** Where the image is entered (e_entry), without Thumb bit; undefined where the file says nothing. */
  readonly entryPoint: Address | undefined;

  /** The functions live at `pc`, innermost (most inlined) first; empty where no live code covers it. */
  locate(pc: Address): readonly CodeScope[];
  /** How the frame that executes `pc` is unwound, where call frame information covers it. */
  unwindRow(pc: Address): UnwindRow | undefined;
  /** How the body of the function at `pc` is unwound for exceptions (`.ARM.exidx`): not true in its first and last instructions. */
  exceptionIndexRow(pc: Address): UnwindRow | undefined;
  /** Whether the image has instructions there, whatever names them: not in data between functions, nor in an object. */
  isCode(at: Address): boolean;
  /** The ELF symbol that covers the address by its size; Thumb bit removed, mapping symbols never. */
  symbolAt(at: Address): ElfSymbol | undefined;
  /** An ELF symbol by its exact name (`__stack_top`). */
  symbolNamed(name: string): ElfSymbol | undefined;
  /** Bytes that no program can change: from segments or sections that are not writable. Undefined if any byte is not there. */
  readConstant(at: Address, length: number): Uint8Array | undefined;
  /** How to find DW_AT_frame_base of the concrete function that holds the scope's code, if it has one. */
  frameBase(scope: CodeScope, pc: Address): Expression | undefined;
  /** Parameters and locals live in this scope, in source order, those of inner lexical blocks that cover `pc` included. */
  variables(scope: CodeScope, pc: Address): readonly VariableInfo[];
  /** The variable whose entry an expression names (DW_OP_implicit_pointer, DW_OP_GNU_variable_value), as it lives at `pc`. */
  variableAt(entry: InfoOffset, pc: Address): VariableInfo | undefined;
  /**
   * What the caller tells about the arguments of the call that returns to `returnAddress`; `scope` is the concrete function
   * that holds the call. Empty where nothing is told.
   */
  callArguments(scope: CodeScope, returnAddress: Address): readonly CallArgument[];
  /** Variables with static storage. */
  globals(): readonly VariableInfo[];
  /** Files that hold a part of the debug information and are not read: split DWARF, supplementary files. Often none. */
  missingParts(): readonly MissingPart[];
  /** Why units of the debug information were left out, one fact each kind: `units of version 6 are not read`. Often none. */
  skippedUnits(): readonly string[];
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
  /** Where the engine finds this scope's entry again. Opaque. */
  readonly handle: number;
}

export interface VariableInfo {
  readonly name: string;
  readonly parameter: boolean;
  readonly type: TypeInfo;
  readonly place: VariablePlace;
}

/** One argument of a call (DWARF 5, 3.4.2): where the callee finds it or which parameter it was, and what it is. */
export type CallArgument = {
  /** In the frame of the caller, while the call is running. */
  readonly value: Expression;
} & (
  | {
      /** Of the callee, at its entry. */
      readonly place: Expression;
    }
  | {
      /** Entry of the parameter, which the optimizer took away: nothing is passed. */
      readonly parameter: InfoOffset;
    }
);

export type VariablePlace =
  /** Already chosen from a location list by pc. */
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** DW_AT_const_value. */
  | { readonly kind: 'constant'; readonly bytes: Uint8Array }
  | { readonly kind: 'optimized-out' }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** A type, read lazily: `members()` and `target()` may lead in circles. */
export type TypeInfo =
  | BaseType
  | PointerType
  | StructType
  | VariantsType
  | ArrayType
  | EnumType
  | MemberPointerType
  | { readonly kind: 'function'; readonly name: string }
  /** typedef, const, volatile: the name differs, the value is the target's. */
  | { readonly kind: 'alias'; readonly name: string; readonly size: number; readonly target: TypeInfo }
  | { readonly kind: 'void'; readonly name: string }
  | { readonly kind: 'unsupported'; readonly name: string; readonly size: number | undefined; readonly detail: string };

/** Whose way to write values a type has; left out of types that are written as in C. */
export type TypeLanguage = 'c++' | 'rust';

export interface BaseType {
  readonly kind: 'base';
  readonly name: string;
  readonly size: number;
  readonly encoding: BaseEncoding;
  /** Where the value has fewer bits than its bytes (`_BitInt(17)`). */
  readonly bitSize?: number;
  /** Where it is not the target's (GCC's scalar_storage_order). */
  readonly littleEndian?: boolean;
  readonly language?: TypeLanguage;
}

export type BaseEncoding =
  | 'signed'
  | 'unsigned'
  | 'boolean'
  | 'signed-char'
  | 'unsigned-char'
  | 'float'
  | 'complex'
  | 'complex-integer'
  | 'utf'
  | 'address'
  /** `decltype(nullptr)`: has one value, whatever its bytes are. */
  | 'null';

/** C++ references too. */
export interface PointerType {
  readonly kind: 'pointer';
  readonly name: string;
  readonly size: number;
  readonly target: () => TypeInfo | undefined;
  readonly language?: TypeLanguage;
}

export interface StructType {
  readonly kind: 'struct' | 'union';
  readonly name: string;
  readonly size: number;
  readonly members: () => readonly Member[];
  readonly declarationOnly: boolean;
  /** Types that a template or a generic type was made for, in order. */
  readonly parameters?: () => readonly TypeParameter[];
  /** The type whose functions a vtable of Rust lists. */
  readonly containing?: () => TypeInfo | undefined;
  readonly language?: TypeLanguage;
}

export interface TypeParameter {
  /** `T`. */
  readonly name: string;
  readonly type: TypeInfo;
}

/** A type that holds one of several sets of members: an enum of Rust (DWARF 5, 5.7.10). */
export interface VariantsType {
  readonly kind: 'variants';
  readonly name: string;
  readonly size: number;
  /** What all variants have. */
  readonly members: () => readonly Member[];
  /** Undefined where there is one variant only. */
  readonly discriminant: () => Member | undefined;
  readonly variants: () => readonly Variant[];
  readonly language?: TypeLanguage;
}

export interface Variant {
  /** Values of the discriminant, modulo its size, both ends included; undefined for the variant of all others. */
  readonly values: readonly { readonly from: bigint; readonly to: bigint }[] | undefined;
  readonly members: readonly Member[];
}

export interface ArrayType {
  readonly kind: 'array';
  readonly name: string;
  /** 0 where the count is not known. */
  readonly size: number;
  readonly element: TypeInfo;
  readonly count: number | undefined;
  /** Where only the running program knows the count (variable length arrays). */
  readonly bound?: ArrayBound;
  /** Bits from one element to the next, where that is not the element's size. */
  readonly stride?: number;
  readonly language?: TypeLanguage;
}

/** An integer at some place of the frame that, with `plus`, is an array's count. */
export interface ArrayBound {
  readonly placeAt: (pc: Address) => VariablePlace;
  /** Of the integer; an address's size unsigned where there is none. */
  readonly type: TypeInfo | undefined;
  readonly plus: number;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
  readonly values: () => readonly EnumValue[];
  /** What stands before a value's name in the source: `Color` of `Color::Red`. */
  readonly scope?: string;
  readonly language?: TypeLanguage;
}

/** `int Widget::*` (`target` is int) or `void (Widget::*)(int)` (`target` is a function). */
export interface MemberPointerType {
  readonly kind: 'member-pointer';
  readonly name: string;
  readonly size: number;
  readonly of: () => TypeInfo | undefined;
  readonly target: () => TypeInfo | undefined;
}

export interface Member {
  /** Undefined for an anonymous struct or union. */
  readonly name: string | undefined;
  readonly type: TypeInfo;
  /** Bytes from the start of the whole. */
  readonly offset: number;
  /** Where the member is a bit-field: bits from the least significant bit of the bytes at `offset`, read in target order. */
  readonly bits?: { readonly offset: number; readonly size: number };
  /** Where only the object says where the member is (virtual bases): gets the object's address on its stack; `offset` is 0. */
  readonly place?: Expression;
}

export interface EnumValue {
  readonly name: string;
  /** A bigint beyond ±2^53. */
  readonly value: number | bigint;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: Address;
  readonly size: number;
  readonly kind: 'function' | 'object' | 'other';
}
