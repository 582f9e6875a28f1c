/** The state of one evaluation: where it stands, its stack, the pieces so far, and what may be asked of the target. */
import { ByteReader } from '@noinit/bytes';
import type { InfoOffset } from '../sections.ts';
import { AskedTarget, toAddress } from './asked-target.ts';
import type { BaseType, Computed, EvaluationContext, Expression, Location, Piece } from './expression.ts';
import { ExpressionStack, type StackEntry } from './expression-stack.ts';
import { OP } from './opcode.ts';
import { skipOperands } from './skip-operands.ts';
import { integerOf } from './typed-value.ts';
import { malformed, missing, tooLarge, Unevaluable, unsupported } from './unevaluable.ts';

/** Expressions that DW_OP_call2, call4 and call_ref may be inside of one another. */
export const MAX_CALLS = 16;
/** Pieces of one value. */
export const MAX_PIECES = 4096;

export class Evaluation {
  readonly stack: ExpressionStack;
  readonly target: AskedTarget;
  /** The expression that is carried out, which calls another's place for a while. */
  expression: Expression;
  reader: ByteReader;
  private pieces: Piece[] | undefined;
  private callers: { readonly expression: Expression; readonly reader: ByteReader }[] | undefined;
  /** A location that is no memory address: set by the operations that end a simple location description. */
  private final: Location | undefined;

  constructor(expression: Expression, context: EvaluationContext) {
    this.stack = new ExpressionStack(expression.addressSize);
    this.target = new AskedTarget(context, expression);
    this.expression = expression;
    this.reader = new ByteReader(expression.bytes, expression);
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
    this.callers ??= [];
    if (this.callers.length >= MAX_CALLS) throw tooLarge(`expressions call each other more than ${MAX_CALLS} deep`);
    this.callers.push({ expression: this.expression, reader: this.reader });
    this.enter(procedure.expression, new ByteReader(procedure.expression.bytes, this.expression));
  }

  /** Back to the caller; false where there is none. */
  leave(): boolean {
    const caller = this.callers?.pop();
    if (caller) this.enter(caller.expression, caller.reader);
    return caller !== undefined;
  }

  private enter(expression: Expression, reader: ByteReader): void {
    if (expression.addressSize !== this.expression.addressSize) throw malformed('a call into a unit of another address size');
    this.expression = expression;
    this.reader = reader;
  }

  indexedAddress(index: number): number {
    this.target.source = 'place';
    const value = this.expression.indexedAddress?.(index);
    if (value === undefined) throw malformed(`the unit has no address ${index}`);
    return value;
  }

  baseType(offset: number): BaseType {
    const type = this.expression.baseType?.(offset);
    if (!type) throw malformed(`no base type stands at 0x${offset.toString(16)} of the unit`);
    return type;
  }

  entryValue(bytes: Uint8Array): StackEntry {
    this.target.source = 'register';
    return this.entryOf(
      this.target.context.entryValue?.({ ...this.expression, bytes }),
      'the value is the one at entry to the function, which no caller tells',
    );
  }

  parameterValue(entry: number): StackEntry {
    this.target.source = 'register';
    return this.entryOf(
      this.target.context.parameterValue?.(entry as InfoOffset),
      'the parameter was removed, and no caller tells its value',
    );
  }

  variableValue(entry: number): StackEntry {
    this.target.source = 'register';
    return this.entryOf(
      this.target.context.variableValue?.(entry as InfoOffset),
      'the value is that of a variable that is not known',
    );
  }

  finish(location: Location): void {
    if (this.final) throw malformed('two locations without a piece between them');
    this.final = location;
  }

  finishValue(): void {
    const { literal } = this.stack;
    const entry = this.stack.pop();
    this.finish({ kind: 'value', ...this.computed(entry, literal) });
  }

  addPiece(bitSize: number, bitOffset: number): void {
    this.pieces ??= [];
    if (this.pieces.length >= MAX_PIECES) throw tooLarge(`a value in more than ${MAX_PIECES} pieces`);
    this.pieces.push({ location: this.simpleLocation(), bitSize, bitOffset });
    this.final = undefined;
    this.stack.clear();
    this.target.source = 'nothing';
  }

  /**
   * What cannot be told of one piece leaves the others alone: goes on at the end of the piece that the operation at
   * `operationAt` is in. False where there are no pieces behind it, or the debug information is wrong.
   */
  givePieceUp({ why, message }: Unevaluable, operationAt: number): boolean {
    const isInCall = this.callers !== undefined && this.callers.length > 0;
    if (why === 'malformed-debug-info' || why === 'too-large' || isInCall) return false;
    const { reader } = this;
    for (reader.offset = operationAt; !reader.atEnd; ) {
      const at = reader.offset;
      const code = reader.u8();
      if (code === OP.skip || code === OP.bra) return false;
      if (code === OP.piece || code === OP.bit_piece) {
        reader.offset = at;
        this.final = { kind: 'unknown', why, detail: message };
        return true;
      }
      skipOperands(reader, code, this.expression);
    }
    return false;
  }

  /** What the whole expression describes, once every operation was carried out. */
  location(): Location {
    return this.pieces ? { kind: 'pieces', pieces: this.pieces } : this.simpleLocation();
  }

  /** As `location`, where what is left on the stack is the value. */
  result(): Location {
    const top = this.stack.top;
    if (this.pieces || this.final || top === undefined) return this.location();
    return { kind: 'value', ...this.computed(top, this.stack.literal) };
  }

  private simpleLocation(): Location {
    if (this.final) return this.final;
    const top = this.stack.top;
    if (top === undefined) return { kind: 'unknown', why: 'optimized-out', detail: 'optimized out' };
    if (this.expression.hasNoStackValue && this.target.source !== 'place') return this.valueOrPlace(top);
    try {
      return { kind: 'memory', address: toAddress(typeof top === 'object' ? integerOf(top) : top) };
    } catch (error) {
      // A piece without a place leaves the other pieces alone.
      if (!(error instanceof Unevaluable)) throw error;
      return { kind: 'unknown', why: error.why, detail: error.message };
    }
  }

  private valueOrPlace(top: StackEntry): Location {
    if (this.target.source === 'nothing') return { kind: 'value', ...this.computed(top, this.stack.literal) };
    const detail = `DWARF ${this.expression.version} of this compiler does not tell whether this is the value or its address`;
    return { kind: 'unknown', why: 'unsupported', detail };
  }

  private computed(entry: StackEntry, literal: bigint | undefined): Computed {
    if (typeof entry === 'object') return { value: entry.bits, size: entry.type.size };
    // Beyond the generic type nothing but a literal keeps its value: it is sign extended or not, as its operation says.
    if (literal !== undefined && this.expression.addressSize === 4) return { value: entry, size: 4, literal };
    return { value: entry, size: this.expression.addressSize };
  }

  private entryOf(computed: Computed | undefined, why: string): StackEntry {
    if (computed === undefined) throw missing('optimized-out', why);
    const { value, size } = computed;
    const { addressSize } = this.expression;
    if (size > addressSize) return { type: { kind: 'signed', size }, bits: BigInt.asUintN(8 * size, BigInt(value)) };
    return addressSize === 8 ? BigInt.asUintN(8 * size, BigInt(value)) : Number(BigInt.asUintN(8 * size, BigInt(value)));
  }
}
