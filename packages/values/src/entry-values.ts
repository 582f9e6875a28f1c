/** What registers held when a function was entered, as the call in its caller says (DWARF 5, 2.5.1.7 and 3.4.2). */
import {
  type Computed,
  computeExpression,
  type EvaluationContext,
  type Expression,
  evaluateExpression,
  type InfoOffset,
} from '@noinit/dwarf';
import type { CallArgument } from '@noinit/symbols';
import { bytesOfComputed } from './number-bytes.ts';
import { registerName, stackPointerOf } from './read-register.ts';
import type { ScopeInFrame } from './target.ts';

const WORD_BYTES = 4;
const NOWHERE: EvaluationContext = {
  register: () => undefined,
  memory: () => undefined,
  callFrameAddress: () => undefined,
  frameBase: () => undefined,
};

/** The value that a block had when the frame's function was entered. `inCaller` is what its caller's expressions may ask. */
export function findEntryValue(block: Expression, frame: ScopeInFrame, inCaller: () => EvaluationContext): Computed | undefined {
  const entry = new EntryRegisters(frame, inCaller, block);
  const found = computeExpression(block, { ...NOWHERE, ...entry.asContext() });
  if (found.kind === 'value') return found;
  if (found.kind !== 'register') return undefined;
  const bytes = entry.read(found.register, block.addressSize);
  return bytes && { value: numberOf(bytes, block.littleEndian), size: bytes.length };
}

/** What the call would have passed for a parameter that the optimizer removed. */
export function findParameterValue(parameter: InfoOffset, { caller }: ScopeInFrame, inCaller: () => EvaluationContext) {
  const argument = caller?.arguments.find((each) => 'parameter' in each && each.parameter === parameter);
  const found = argument && computeExpression(argument.value, inCaller());
  return found?.kind === 'value' ? found : undefined;
}

class EntryRegisters {
  private readonly frame: ScopeInFrame;
  private readonly inCaller: () => EvaluationContext;
  private readonly littleEndian: boolean;

  constructor(frame: ScopeInFrame, inCaller: () => EvaluationContext, { littleEndian }: Expression) {
    this.frame = frame;
    this.inCaller = inCaller;
    this.littleEndian = littleEndian;
  }

  asContext(): Pick<EvaluationContext, 'register' | 'registerBytes' | 'registerName'> {
    const { machine } = this.frame;
    return {
      register: (register) => {
        const bytes = this.read(register, WORD_BYTES);
        return bytes && numberOf(bytes, this.littleEndian);
      },
      registerBytes: (register, size) => this.read(register, size),
      registerName: (register) => `${registerName(register, machine)} at entry`,
    };
  }

  /** From the argument that was passed in this register, or in several of which it is the first. */
  read(register: number, size: number): Uint8Array | undefined {
    const { cfa, machine = 'cortex-m', caller } = this.frame;
    if (register === stackPointerOf(machine) && cfa !== undefined && size <= WORD_BYTES)
      return bytesOfComputed({ value: cfa, size: WORD_BYTES }, size, this.littleEndian);
    for (const argument of caller?.arguments ?? []) {
      const part = 'place' in argument ? findPart(argument.place, register) : undefined;
      if (part) return this.readPart(argument, part, size);
    }
    return undefined;
  }

  private readPart({ value }: CallArgument, part: Part, size: number): Uint8Array | undefined {
    const found = computeExpression(value, this.inCaller());
    const { start, end } = part;
    const whole = Math.max(end, start + size);
    if (found.kind === 'value') {
      const bytes = bytesOfComputed(found, whole, this.littleEndian) ?? bytesOfComputed(found, end, this.littleEndian);
      return bytes && cut(bytes, part, size, this.littleEndian);
    }
    if (found.kind === 'bytes') return cut(found.bytes, part, size, this.littleEndian);
    const register = found.kind === 'register' && start === 0 ? this.inCaller().register(found.register) : undefined;
    return register === undefined ? undefined : bytesOfComputed({ value: register, size: WORD_BYTES }, size, this.littleEndian);
  }
}

/** Bytes of an argument that one register holds. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** Arguments wider than a register are passed in several, which their place lists as pieces. */
function findPart(place: Expression, register: number): Part | undefined {
  const location = evaluateExpression(place, NOWHERE);
  if (location.kind === 'register') return location.register === register ? { start: 0, end: WORD_BYTES } : undefined;
  if (location.kind !== 'pieces') return undefined;
  let start = 0;
  for (const { location: part, bitSize } of location.pieces) {
    const end = start + bitSize / 8;
    if (part.kind === 'register' && part.register === register) return { start, end };
    start = end;
  }
  return undefined;
}

/** `size` bytes from where the part begins; fewer than the part has are its low ones. */
function cut(bytes: Uint8Array, { start, end }: Part, size: number, littleEndian: boolean): Uint8Array | undefined {
  const from = littleEndian || size >= end - start ? start : end - size;
  return from + size > bytes.length ? undefined : bytes.subarray(from, from + size);
}

function numberOf(bytes: Uint8Array, littleEndian: boolean): number | bigint {
  let value = 0n;
  for (const byte of littleEndian ? bytes.toReversed() : bytes) value = (value << 8n) | BigInt(byte);
  return bytes.length <= WORD_BYTES ? Number(value) : value;
}
