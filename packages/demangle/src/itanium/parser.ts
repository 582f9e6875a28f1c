/**
 * The state of reading one mangled name, and the rules by name. The grammar's rules call each other in circles, so the files
 * that hold them reach each other through this table. Every rule that may contain itself comes through here and is counted.
 */
import { fail, MAX_NESTING } from '../limits.ts';
import type { ForwardReference, Node } from './node.ts';

export interface Grammar {
  readonly encoding: (parser: Parser) => Node;
  readonly name: (parser: Parser, state: NameState | undefined) => Node;
  readonly type: (parser: Parser) => Node;
  readonly expression: (parser: Parser) => Node;
  readonly templateArgs: (parser: Parser, isOfName: boolean) => Node;
  readonly templateArg: (parser: Parser) => Node;
  readonly unnamedType: (parser: Parser) => Node;
  readonly operatorName: (parser: Parser, state: NameState | undefined) => Node;
}

/** What the name of an encoding says about the function type behind it. */
export interface NameState {
  /** Constructors, destructors and conversions have no return type. */
  hasNoResult: boolean;
  endsWithTemplateArgs: boolean;
  hasExplicitObject: boolean;
  qualifiers: string;
  reference: string;
}

export class Parser {
  readonly text: string;
  readonly grammar: Grammar;
  at: number;
  /** Components that `S_`, `S0_` … stand for. */
  readonly substitutions: Node[] = [];
  /** Arguments that `T_` … stand for, the lists of inner templates behind those of outer ones. */
  templateParams: (Node[] | undefined)[] = [];
  /** The arguments of the template that is being named. */
  outerParams: Node[] = [];
  /** The arguments that `T_` … stood for around this encoding. */
  enclosingParams: readonly Node[] | undefined;
  forwardReferences: ForwardReference[] = [];
  permitsForward = false;
  /** Whether `I` behind a template parameter begins arguments; not in the type of a conversion operator. */
  takesTemplateArgs = true;
  /** The level of template parameters at which a generic lambda's `auto` stands. */
  lambdaLevel: number | undefined;
  /** In constraints all enclosing parameters are in scope, more than are kept: they are shown as they are encoded. */
  showsRawParams = false;
  syntheticParams = { type: 0, value: 0, template: 0 };
  private nesting = 0;

  constructor(text: string, at: number, grammar: Grammar) {
    this.text = text;
    this.at = at;
    this.grammar = grammar;
  }

  encoding(): Node {
    return this.within(() => this.grammar.encoding(this));
  }

  name(state?: NameState): Node {
    return this.within(() => this.grammar.name(this, state));
  }

  type(): Node {
    return this.within(() => this.grammar.type(this));
  }

  expression(): Node {
    return this.within(() => this.grammar.expression(this));
  }

  templateArgs(isOfName = false): Node {
    return this.within(() => this.grammar.templateArgs(this, isOfName));
  }

  templateArg(): Node {
    return this.within(() => this.grammar.templateArg(this));
  }

  unnamedType(): Node {
    return this.within(() => this.grammar.unnamedType(this));
  }

  operatorName(state?: NameState): Node {
    return this.within(() => this.grammar.operatorName(this, state));
  }

  /** A rule that may contain itself without another one between. */
  nested(read: () => Node): Node {
    return this.within(read);
  }

  /** `requires` of a lambda, a template or a function. */
  constraint(): Node {
    const saved = this.showsRawParams;
    this.showsRawParams = true;
    const found = this.expression();
    this.showsRawParams = saved;
    return found;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character there, empty behind the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  expect(expected: string): void {
    if (!this.take(expected)) fail();
  }

  isDigit(ahead = 0): boolean {
    const code = this.text.charCodeAt(this.at + ahead);
    return code >= 0x30 && code <= 0x39;
  }

  /** Decimal digits, with `allowsNegative` behind an `n`; empty where there are none. */
  digits(allowsNegative = false): string {
    const start = this.at;
    if (allowsNegative) this.take('n');
    if (!this.isDigit()) {
      this.at = start;
      return '';
    }
    while (this.isDigit()) this.at += 1;
    return this.text.slice(start, this.at);
  }

  number(): number {
    const digits = this.digits();
    return digits === '' || digits.length > MAX_DIGITS ? fail() : Number(digits);
  }

  /** `<number> <identifier>`. */
  identifier(): string {
    const length = this.number();
    if (length === 0 || length > this.text.length - this.at) fail();
    const start = this.at;
    this.at += length;
    return this.text.slice(start, this.at);
  }

  substitutable(node: Node): Node {
    this.substitutions.push(node);
    return node;
  }

  private within(read: () => Node): Node {
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) fail();
    const node = read();
    this.nesting -= 1;
    return node;
  }
}

/** Enough for every length and index that fits a name. */
const MAX_DIGITS = 9;
