/** What an evaluation asks of the target: each answer is a number, or the end of the evaluation with its reason. */
import { type Address, address } from '@noinit/model';
import type { BaseType, EvaluationContext, Expression } from './expression.ts';
import { fromInteger, type TypedValue } from './typed-value.ts';
import { malformed, missing, unsupported } from './unevaluable.ts';

export class AskedTarget {
  /** What went into the number on top: nothing but literals, a place in the image or on the stack, or any register. */
  source: 'nothing' | 'place' | 'register' = 'nothing';
  readonly context: EvaluationContext;
  private readonly littleEndian: boolean;
  private readonly addressSize: 4 | 8;

  constructor(context: EvaluationContext, { littleEndian, addressSize }: Expression) {
    this.context = context;
    this.littleEndian = littleEndian;
    this.addressSize = addressSize;
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
    if (type.size > this.addressSize) throw unsupported(`${this.nameOf(register)} read as ${type.size} bytes`);
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
      value = value * 256 + (bytes[this.littleEndian ? size - 1 - index : index] ?? 0);
    }
    return value;
  }

  /** A number of bytes as the target holds them. */
  number(bytes: Uint8Array): bigint {
    let value = 0n;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[this.littleEndian ? bytes.length - 1 - index : index] ?? 0;
      value = (value << 8n) | BigInt(byte);
    }
    return value;
  }

  private unknownRegister(register: number) {
    return missing('register-not-recovered', `${this.nameOf(register)} is not known in this frame`);
  }

  private nameOf(register: number): string {
    return this.context.registerName?.(register) ?? `register ${register}`;
  }
}

export function toAddress(value: number | bigint): Address {
  const at = Number(value);
  if (!Number.isSafeInteger(at) || at < 0) throw unsupported('an address beyond 2^53');
  return address(at);
}

/** The widest operand of a typed operation: 128 bits. */
const MAX_OPERAND_BYTES = 16;
