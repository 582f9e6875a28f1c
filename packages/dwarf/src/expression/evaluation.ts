/** The state of one evaluation: the stack, the pieces so far, and what may be asked of the frame. */
import { ByteReader } from '@noinit/bytes';
import { address } from '@noinit/model';
import type { EvaluationContext, Expression, Location, Piece } from './expression.ts';
import { malformed, missing, unsupported } from './unevaluable.ts';
import { toWord } from './word32.ts';

export class Evaluation {
  readonly expression: Expression;
  readonly reader: ByteReader;
  private readonly context: EvaluationContext;
  private readonly stack: number[] = [];
  private readonly pieces: Piece[] = [];
  /** A location that is no memory address: set by the operations that end a simple location description. */
  private final: Location | undefined;

  constructor(expression: Expression, context: EvaluationContext) {
    this.expression = expression;
    this.context = context;
    this.reader = new ByteReader(expression.bytes, { littleEndian: expression.littleEndian });
  }

  push(value: number): void {
    this.stack.push(toWord(value));
  }

  pop(): number {
    const value = this.stack.pop();
    if (value === undefined) throw malformed('the expression takes more from its stack than it put there');
    return value;
  }

  /** The entry `depth` below the top. */
  peek(depth: number): number {
    const value = this.stack[this.stack.length - 1 - depth];
    if (value === undefined) throw malformed(`the expression has no stack entry ${depth}`);
    return value;
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

  register(register: number): number {
    const value = this.context.register(register);
    if (value === undefined) throw missing('register-not-recovered', `register ${register} is not known in this frame`);
    return value;
  }

  frameBase(): number {
    const base = this.context.frameBase();
    if (base === undefined) throw missing('register-not-recovered', 'the frame base is not known');
    return base;
  }

  callFrameAddress(): number {
    const cfa = this.context.callFrameAddress();
    if (cfa === undefined) throw missing('register-not-recovered', 'the canonical frame address is not known');
    return cfa;
  }

  /** An unsigned number from target memory. */
  load(at: number, size: number): number {
    const read = LOADS[size];
    if (!read) throw malformed(`a memory operand of ${size} bytes`);
    const bytes = this.context.memory(address(at), size);
    if (!bytes) throw missing('not-captured', `memory at 0x${at.toString(16)} was not captured`);
    return read(new ByteReader(bytes, { littleEndian: this.expression.littleEndian }));
  }

  indexedAddress(index: number): number {
    const value = this.expression.indexedAddress?.(index);
    if (value === undefined) throw malformed(`the unit has no address ${index}`);
    return value;
  }

  entryValue(bytes: Uint8Array): number {
    const value = this.context.entryValue?.({ ...this.expression, bytes });
    if (value === undefined) throw unsupported('the value is the one at entry to the function, which no caller tells');
    return value;
  }

  finish(location: Location): void {
    if (this.final) throw malformed('two locations without a piece between them');
    this.final = location;
  }

  addPiece(bitSize: number, bitOffset: number): void {
    this.pieces.push({ location: this.simpleLocation(), bitSize, bitOffset });
    this.final = undefined;
    this.stack.length = 0;
  }

  /** What the whole expression describes, once every operation was carried out. */
  location(): Location {
    return this.pieces.length > 0 ? { kind: 'pieces', pieces: this.pieces } : this.simpleLocation();
  }

  private simpleLocation(): Location {
    if (this.final) return this.final;
    const top = this.stack.at(-1);
    if (top === undefined) return { kind: 'unknown', why: 'optimized-out', detail: 'optimized out' };
    return { kind: 'memory', address: address(top) };
  }
}

/** By size in bytes. */
const LOADS: readonly (((reader: ByteReader) => number) | undefined)[] = [
  undefined,
  (reader) => reader.u8(),
  (reader) => reader.u16(),
  (reader) => reader.u24(),
  (reader) => reader.u32(),
];
