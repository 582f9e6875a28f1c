/** The stack of one evaluation (DWARF 5, 2.5.1). */
import { fromInteger, integerOf, isNotZero, type TypedValue } from './typed-value.ts';
import { malformed, tooLarge } from './unevaluable.ts';
import { toWord } from './word32.ts';
import { toWord64 } from './word64.ts';

/** The generic type is a number below 2^32 on 32-bit targets and a bigint below 2^64 on others. */
export type StackEntry = number | bigint | TypedValue;

/** Entries of the stack. */
export const MAX_STACK = 4096;

export class ExpressionStack {
  /** The value of a literal that is wider than the generic type, while the stack holds nothing else. */
  literal: bigint | undefined;
  private readonly addressSize: 4 | 8;
  private readonly entries: StackEntry[] = [];

  constructor(addressSize: 4 | 8) {
    this.addressSize = addressSize;
  }

  get top(): StackEntry | undefined {
    return this.entries.at(-1);
  }

  clear(): void {
    this.entries.length = 0;
    this.literal = undefined;
  }

  /** Pushes a number of the generic type. */
  push(value: number): void {
    this.pushEntry(this.addressSize === 8 ? toWord64(BigInt(value)) : toWord(value));
  }

  pushWide(value: bigint): void {
    this.pushEntry(this.addressSize === 8 ? toWord64(value) : Number(BigInt.asUintN(32, value)));
  }

  /** A literal: compilers give a variable that is wider than an address its whole value in one. */
  pushLiteral(value: number | bigint): void {
    const isAlone = this.entries.length === 0;
    if (typeof value === 'number') this.push(value);
    else this.pushWide(value);
    if (isAlone) this.literal = BigInt(value);
  }

  pushEntry(entry: StackEntry): void {
    if (this.entries.length >= MAX_STACK) throw tooLarge(`the expression's stack has more than ${MAX_STACK} entries`);
    this.literal = undefined;
    this.entries.push(entry);
  }

  pop(): StackEntry {
    const entry = this.entries.pop();
    if (entry === undefined) throw malformed('the expression takes more from its stack than it put there');
    return entry;
  }

  /** An address or a count: an integer of any type. */
  popInteger(): number | bigint {
    const entry = this.pop();
    return typeof entry === 'object' ? integerOf(entry) : entry;
  }

  popIsNotZero(): boolean {
    const entry = this.pop();
    return typeof entry === 'object' ? isNotZero(entry) : entry !== 0 && entry !== 0n;
  }

  /** The entry as one with a type; the generic type is an integer of the size of an address, of no sign of its own. */
  popTyped(generic: 'signed' | 'unsigned' = 'unsigned'): TypedValue {
    const entry = this.pop();
    return typeof entry === 'object' ? entry : fromInteger(BigInt(entry), { kind: generic, size: this.addressSize });
  }

  /** The entry `depth` below the top. */
  peek(depth: number): StackEntry {
    const entry = this.entries[this.entries.length - 1 - depth];
    if (entry === undefined) throw malformed(`the expression has no stack entry ${depth}`);
    return entry;
  }

  /** The top entry becomes the one `count - 1` below it, the others move up. */
  rotate(count: number): void {
    this.peek(count - 1);
    this.entries.splice(1 - count, 0, this.pop());
  }
}
