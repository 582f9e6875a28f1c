/** The state of one evaluation: the stack, the pieces so far, and what may be asked of the frame. */
import { ByteReader } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import type { InfoOffset } from '../sections.ts';
import type { BaseType, Computed, EvaluationContext, Expression, Location, Piece } from './expression.ts';
import { fromInteger, integerOf, isNotZero, type TypedValue } from './typed-value.ts';
import { malformed, missing, tooLarge, Unevaluable, unsupported } from './unevaluable.ts';
import { toWord } from './word32.ts';
import { toWord64 } from './word64.ts';

/** The generic type is a number below 2^32 on 32-bit targets and a bigint below 2^64 on others. */
export type StackEntry = number | bigint | TypedValue;

/** Expressions that DW_OP_call2, call4 and call_ref may be inside of one another. */
export const MAX_CALLS = 16;
/** Entries of the stack. */
export const MAX_STACK = 4096;
/** Pieces of one value. */
export const MAX_PIECES = 4096;

export class Evaluation {
  expression: Expression;
  reader: ByteReader;
  /** What went into the number on top: nothing but literals, a place in the image or on the stack, or any register. */
  private source: 'nothing' | 'place' | 'register' = 'nothing';
  private readonly context: EvaluationContext;
  private readonly isWide: boolean;
  private readonly stack: StackEntry[] = [];
  private readonly pieces: Piece[] = [];
  private readonly callers: { readonly expression: Expression; readonly reader: ByteReader }[] = [];
  /** A location that is no memory address: set by the operations that end a simple location description. */
  private final: Location | undefined;
  /** The value of a literal that is wider than the generic type, while the stack holds nothing else. */
  private literal: bigint | undefined;

  constructor(expression: Expression, context: EvaluationContext) {
    this.expression = expression;
    this.context = context;
    this.isWide = expression.addressSize === 8;
    this.reader = new ByteReader(expression.bytes, { littleEndian: expression.littleEndian });
  }

  /** Pushes a number of the generic type. */
  push(value: number): void {
    this.pushEntry(this.isWide ? toWord64(BigInt(value)) : toWord(value));
  }

  pushWide(value: bigint): void {
    this.pushEntry(this.isWide ? toWord64(value) : Number(BigInt.asUintN(32, value)));
  }

  /** A literal: compilers give a variable that is wider than an address its whole value in one. */
  pushLiteral(value: number | bigint): void {
    const isAlone = this.stack.length === 0;
    if (typeof value === 'number') this.push(value);
    else this.pushWide(value);
    if (isAlone) this.literal = BigInt(value);
  }

  pushEntry(entry: StackEntry): void {
    if (this.stack.length >= MAX_STACK) throw tooLarge(`the expression's stack has more than ${MAX_STACK} entries`);
    this.literal = undefined;
    this.stack.push(entry);
  }

  pop(): StackEntry {
    const entry = this.stack.pop();
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
    return typeof entry === 'object' ? entry : fromInteger(BigInt(entry), { kind: generic, size: this.expression.addressSize });
  }

  /** The entry `depth` below the top. */
  peek(depth: number): StackEntry {
    const entry = this.stack[this.stack.length - 1 - depth];
    if (entry === undefined) throw malformed(`the expression has no stack entry ${depth}`);
    return entry;
  }

  /** The top entry becomes the one `count - 1` below it, the others move up. */
  rotate(count: number): void {
    this.peek(count - 1);
    this.stack.splice(1 - count, 0, this.pop());
  }

  /** Goes on `distance` bytes from here. The end of the expression is a place to go to. */
  branch(distance: number): void {
    const target = this.reader.offset + distance;
    if (target < 0 || target > this.expression.bytes.length) throw malformed('the expression branches out of itself');
    this.reader.offset = target;
  }

  /** Goes on in the location of another entry, with the same stack, and comes back at its end. */
  call(entry: number): void {
    const procedure = this.expression.procedureAt?.(entry as InfoOffset);
    if (!procedure) throw unsupported('a call of another expression, which stands here without its file');
    if (procedure.kind === 'unknown') throw malformed(procedure.detail);
    if (procedure.kind === 'empty') return;
    if (this.callers.length >= MAX_CALLS) throw tooLarge(`expressions call each other more than ${MAX_CALLS} deep`);
    this.callers.push({ expression: this.expression, reader: this.reader });
    this.enter(procedure.expression, new ByteReader(procedure.expression.bytes, this.expression));
  }

  /** Back to the caller; false where there is none. */
  leave(): boolean {
    const caller = this.callers.pop();
    if (caller) this.enter(caller.expression, caller.reader);
    return caller !== undefined;
  }

  private enter(expression: Expression, reader: ByteReader): void {
    if (expression.addressSize !== this.expression.addressSize) throw malformed('a call into a unit of another address size');
    this.expression = expression;
    this.reader = reader;
  }

  register(register: number): number | bigint {
    this.source = this.context.isStackRegister?.(register) ? 'place' : 'register';
    const value = this.context.register(register);
    if (value === undefined) throw this.unknownRegister(register);
    return value;
  }

  /** A register, or several that make one, read as a type. */
  typedRegister(register: number, type: BaseType): TypedValue {
    this.source = 'register';
    const bytes = this.context.registerBytes?.(register, type.size);
    if (bytes) return { type, bits: this.number(bytes) };
    const value = this.context.register(register);
    if (value === undefined) throw this.unknownRegister(register);
    if (type.size > this.expression.addressSize) throw unsupported(`${this.nameOf(register)} read as ${type.size} bytes`);
    return fromInteger(BigInt(value), type);
  }

  frameBase(): number {
    this.source = 'place';
    const base = this.context.frameBase();
    if (base === undefined) throw missing('register-not-recovered', 'the frame base is not known');
    return base;
  }

  callFrameAddress(): number {
    this.source = 'place';
    const cfa = this.context.callFrameAddress();
    if (cfa === undefined) throw missing('register-not-recovered', 'the canonical frame address is not known');
    return cfa;
  }

  objectAddress(): number {
    this.source = 'place';
    const at = this.context.objectAddress?.();
    if (at === undefined) throw unsupported('the address of an object that nobody named');
    return at;
  }

  /** An unsigned number from target memory. */
  load(at: number | bigint, size: number): bigint {
    if (size < 1 || size > MAX_OPERAND_BYTES) throw malformed(`a memory operand of ${size} bytes`);
    const place = toAddress(at);
    const bytes = this.context.memory(place, size);
    if (!bytes) throw missing('not-captured', `memory at 0x${place.toString(16)} was not captured`);
    return this.number(bytes);
  }

  /** Up to 4 bytes, without a bigint on the way. */
  loadWord(at: number, size: number): number {
    const bytes = this.context.memory(address(at), size);
    if (!bytes) throw missing('not-captured', `memory at 0x${at.toString(16)} was not captured`);
    let value = 0;
    for (let index = 0; index < size; index++) {
      value = value * 256 + (bytes[this.expression.littleEndian ? size - 1 - index : index] ?? 0);
    }
    return value;
  }

  indexedAddress(index: number): number {
    this.source = 'place';
    const value = this.expression.indexedAddress?.(index);
    if (value === undefined) throw malformed(`the unit has no address ${index}`);
    return value;
  }

  /** An address of the image. */
  place(): void {
    this.source = 'place';
  }

  baseType(offset: number): BaseType {
    const type = this.expression.baseType?.(offset);
    if (!type) throw malformed(`no base type stands at 0x${offset.toString(16)} of the unit`);
    return type;
  }

  entryValue(bytes: Uint8Array): StackEntry {
    this.source = 'register';
    return this.entryOf(
      this.context.entryValue?.({ ...this.expression, bytes }),
      'the value is the one at entry to the function, which no caller tells',
    );
  }

  parameterValue(entry: number): StackEntry {
    this.source = 'register';
    return this.entryOf(
      this.context.parameterValue?.(entry as InfoOffset),
      'the parameter was removed, and no caller tells its value',
    );
  }

  variableValue(entry: number): StackEntry {
    this.source = 'register';
    return this.entryOf(this.context.variableValue?.(entry as InfoOffset), 'the value is that of a variable that is not known');
  }

  /** A number of bytes as the target holds them. */
  number(bytes: Uint8Array): bigint {
    let value = 0n;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[this.expression.littleEndian ? bytes.length - 1 - index : index] ?? 0;
      value = (value << 8n) | BigInt(byte);
    }
    return value;
  }

  finish(location: Location): void {
    if (this.final) throw malformed('two locations without a piece between them');
    this.final = location;
  }

  finishValue(): void {
    const { literal } = this;
    const entry = this.pop();
    this.finish({ kind: 'value', ...this.computed(entry, literal) });
  }

  addPiece(bitSize: number, bitOffset: number): void {
    if (this.pieces.length >= MAX_PIECES) throw tooLarge(`a value in more than ${MAX_PIECES} pieces`);
    this.pieces.push({ location: this.simpleLocation(), bitSize, bitOffset });
    this.final = undefined;
    this.stack.length = 0;
    this.literal = undefined;
    this.source = 'nothing';
  }

  /** What the whole expression describes, once every operation was carried out. */
  location(): Location {
    return this.pieces.length > 0 ? { kind: 'pieces', pieces: this.pieces } : this.simpleLocation();
  }

  /** As `location`, where what is left on the stack is the value. */
  result(): Location {
    const top = this.stack.at(-1);
    if (this.pieces.length > 0 || this.final || top === undefined) return this.location();
    return { kind: 'value', ...this.computed(top, this.literal) };
  }

  private simpleLocation(): Location {
    if (this.final) return this.final;
    const top = this.stack.at(-1);
    if (top === undefined) return { kind: 'unknown', why: 'optimized-out', detail: 'optimized out' };
    if (this.expression.hasNoStackValue && this.source !== 'place') return this.valueOrPlace(top);
    try {
      return { kind: 'memory', address: toAddress(typeof top === 'object' ? integerOf(top) : top) };
    } catch (error) {
      // A piece without a place leaves the other pieces alone.
      if (!(error instanceof Unevaluable)) throw error;
      return { kind: 'unknown', why: error.why, detail: error.message };
    }
  }

  private valueOrPlace(top: StackEntry): Location {
    if (this.source === 'nothing') return { kind: 'value', ...this.computed(top, this.literal) };
    const detail = `DWARF ${this.expression.version} of this compiler does not tell whether this is the value or its address`;
    return { kind: 'unknown', why: 'unsupported', detail };
  }

  private computed(entry: StackEntry, literal: bigint | undefined): Computed {
    if (typeof entry === 'object') return { value: entry.bits, size: entry.type.size };
    // Beyond the generic type nothing but a literal keeps its value: it is sign extended or not, as its operation says.
    if (literal !== undefined && !this.isWide) return { value: entry, size: 4, literal };
    return { value: entry, size: this.expression.addressSize };
  }

  private entryOf(computed: Computed | undefined, why: string): StackEntry {
    if (computed === undefined) throw missing('optimized-out', why);
    const { value, size } = computed;
    const { addressSize } = this.expression;
    if (size > addressSize) return { type: { kind: 'signed', size }, bits: BigInt.asUintN(8 * size, BigInt(value)) };
    return this.isWide ? BigInt.asUintN(8 * size, BigInt(value)) : Number(BigInt.asUintN(8 * size, BigInt(value)));
  }

  private unknownRegister(register: number) {
    return missing('register-not-recovered', `${this.nameOf(register)} is not known in this frame`);
  }

  private nameOf(register: number): string {
    return this.context.registerName?.(register) ?? `register ${register}`;
  }
}

function toAddress(value: number | bigint): Address {
  const at = Number(value);
  if (!Number.isSafeInteger(at) || at < 0) throw unsupported('an address beyond 2^53');
  return address(at);
}

/** The widest operand of a typed operation: 128 bits. */
const MAX_OPERAND_BYTES = 16;
