/** The parts of a demangled C++ name. Printing walks them; a part may hang in several places (substitutions). */

export type Node =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'nested'; readonly scope: Node; readonly name: Node; readonly isFriend?: boolean }
  | { readonly kind: 'local'; readonly encoding: Node; readonly entity: Node }
  | { readonly kind: 'templated'; readonly name: Node; readonly args: Node }
  | { readonly kind: 'template-args'; readonly args: readonly Node[] }
  /** Arguments for a parameter pack, as they stand in the list of arguments. */
  | { readonly kind: 'argument-pack'; readonly elements: readonly Node[] }
  /** The same where a template parameter stands for them: an expansion around it prints them one by one. */
  | { readonly kind: 'parameter-pack'; readonly elements: readonly Node[] }
  | { readonly kind: 'expansion'; readonly child: Node }
  | ForwardReference
  | { readonly kind: 'tagged'; readonly base: Node; readonly tag: string }
  | { readonly kind: 'constructor'; readonly base: Node; readonly isDestructor: boolean }
  | { readonly kind: 'standard'; readonly name: StandardName; readonly isExpanded: boolean }
  | { readonly kind: 'module'; readonly text: string }
  | { readonly kind: 'of-module'; readonly module: Node; readonly name: Node }
  | Closure
  | Encoding
  | { readonly kind: 'pointer'; readonly target: Node }
  | { readonly kind: 'reference'; readonly target: Node; readonly isRvalue: boolean }
  | { readonly kind: 'member-pointer'; readonly owner: Node; readonly member: Node }
  | { readonly kind: 'array'; readonly element: Node; readonly dimension: Node | undefined }
  | FunctionNode
  | { readonly kind: 'qualified'; readonly child: Node; readonly qualifiers: Qualifiers }
  /** A template parameter's declaration: what stands before its name, and behind (a pack puts its dots between). */
  | { readonly kind: 'declaration'; readonly left: readonly Part[]; readonly right: readonly Part[]; readonly isPack: boolean }
  | Sequence;

/** A template parameter that stands before the arguments it refers to; filled in when they are known. */
export interface ForwardReference {
  readonly kind: 'forward';
  readonly index: number;
  target: Node | undefined;
}

export interface Closure {
  readonly kind: 'closure';
  readonly declarator: readonly Part[];
  readonly count: string;
}

export interface Encoding {
  readonly kind: 'encoding';
  readonly result: Node | undefined;
  readonly name: Node;
  readonly params: readonly Node[];
  readonly qualifiers: Qualifiers;
  /** ` &` or ` &&`. */
  readonly reference: string;
  readonly hasExplicitObject: boolean;
  /** enable_if and requires. */
  readonly tail: readonly Part[];
}

export interface FunctionNode {
  readonly kind: 'function';
  readonly result: Node;
  readonly params: readonly Node[];
  readonly qualifiers: Qualifiers;
  readonly reference: string;
  readonly exceptions: readonly Part[];
}

/** Text and parts in a row. As an operand it gets parentheses where its precedence asks for them. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly parts: readonly Part[];
  readonly precedence: number;
  /** `>` and `>>` would end a list of template arguments. */
  readonly closesList?: true;
}

/** Brackets stand alone as `(` `[` `{` and their counterparts, so that a `>` between them is known to be no end of a list. */
export type Part = string | Node | Operand | List;
export interface Operand {
  readonly kind: 'operand';
  readonly node: Node;
  /** From this precedence on (or past it) the operand stands in parentheses. */
  readonly from: number;
}
export interface List {
  readonly kind: 'list';
  readonly nodes: readonly Node[];
}

export type StandardName = 'allocator' | 'basic_string' | 'string' | 'istream' | 'ostream' | 'iostream';

/** As a suffix: ` const volatile restrict`. */
export type Qualifiers = string;

/** From tight to loose. What is no expression is primary. */
export const PRECEDENCE = {
  primary: 0,
  postfix: 1,
  unary: 2,
  cast: 3,
  memberPointer: 4,
  multiplicative: 5,
  additive: 6,
  shift: 7,
  spaceship: 8,
  relational: 9,
  equality: 10,
  and: 11,
  xor: 12,
  or: 13,
  andIf: 14,
  orIf: 15,
  conditional: 16,
  assign: 17,
  comma: 18,
  none: 19,
} as const;

export function nameOf(text: string): Node {
  return { kind: 'name', text };
}

export function sequence(parts: readonly Part[], precedence: number = PRECEDENCE.primary): Sequence {
  return { kind: 'sequence', parts, precedence };
}

export function list(nodes: readonly Node[]): List {
  return { kind: 'list', nodes };
}

/** An operand that keeps its parentheses off up to `precedence`, exclusive; with `isStrict` that one too. */
export function operand(node: Node, precedence: number, isStrict = false): Operand {
  return { kind: 'operand', node, from: precedence + (isStrict ? 1 : 0) };
}
