/** The evaluator against a plain interpreter: programs at random, of every operation, on targets of both widths and byte orders. */
import { ByteWriter } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BINARY_NAMES,
  bitsOf,
  interpret,
  type Machine,
  type Step,
  Stop,
  sizeOf,
  type Type,
} from '../../test/reference-interpreter.ts';
import { type BaseType, computeExpression, type EvaluationContext, type Expression, type Location, OP } from '../index.ts';

/** By the offset in the unit under which typed operations name them. */
const TYPES: readonly BaseType[] = (['signed', 'unsigned'] as const)
  .flatMap((kind) => [1, 2, 4, 8].map((size): BaseType => ({ kind, size })))
  .concat([4, 8].map((size): BaseType => ({ kind: 'float', size })));
const FIRST_TYPE = 0x0b;

const CAPTURED_FROM = 0x2000_0000n;
const CAPTURED_TO = 0x2000_0400n;
const MACHINES = ([4, 8] as const).flatMap((addressSize) =>
  [true, false].map((littleEndian) => makeMachine(addressSize, littleEndian)),
);

function makeMachine(addressSize: 4 | 8, littleEndian: boolean): Machine {
  return {
    addressSize,
    littleEndian,
    register: (register) => {
      if (register === 20) return undefined;
      return BigInt.asUintN(
        8 * addressSize,
        CAPTURED_FROM + BigInt(register) * 0x1_0000_0001n + (register === 7 ? -64n << 26n : 0n),
      );
    },
    byte: (at) => (at >= CAPTURED_FROM && at < CAPTURED_TO ? Number((at * 37n + 11n) & 0xffn) : undefined),
    frameBase: 0x2000_0080n,
    cfa: 0x2000_0100n,
    entryValue: 0x1234_5678n,
  };
}

function contextOf({ register, byte, frameBase, cfa, entryValue, addressSize }: Machine): EvaluationContext {
  const word = (value: bigint) => (addressSize === 4 ? Number(value) : value);
  return {
    register: (number) => {
      const value = register(number);
      return value === undefined ? undefined : word(value);
    },
    memory: (at, length) => {
      const bytes = Array.from({ length }, (_, index) => byte(BigInt(at) + BigInt(index)));
      return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes, (each) => each ?? 0);
    },
    callFrameAddress: () => address(Number(cfa)),
    frameBase: () => address(Number(frameBase)),
    entryValue: ({ bytes }) => (bytes[0] === OP.reg0 ? { value: word(entryValue), size: addressSize } : undefined),
  };
}

const type: fc.Arbitrary<Type> = fc.constantFrom<Type>('generic', ...(TYPES as readonly Type[]));
const ownType = fc.constantFrom<Type>(...(TYPES as readonly Type[]));
/** Small, and at the ends of every width. */
const number = fc.oneof(
  fc.bigInt({ min: -40n, max: 40n }),
  fc
    .constantFrom(7n, 8n, 15n, 16n, 31n, 32n, 63n, 64n)
    .chain((bits) => fc.constantFrom(-1n, 0n, 1n).map((by) => (1n << bits) + by)),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }),
);
const constant = fc.tuple(ownType, number).map(([of, value]): Step => {
  if (of === 'generic') return { op: 'literal', value };
  if (of.kind === 'float')
    return { op: 'constant', type: of, number: of.size === 4 ? Math.fround(Number(value) / 8) : Number(value) / 8 };
  const wrap = of.kind === 'signed' ? BigInt.asIntN : BigInt.asUintN;
  return { op: 'constant', type: of, number: wrap(8 * of.size, value) };
});
const offset = fc.bigInt({ min: -300n, max: 300n });
const push: fc.Arbitrary<Step> = fc.oneof(
  number.map((value): Step => ({ op: 'literal', value })),
  number.map((value): Step => ({ op: 'literal', value })),
  constant,
  fc.tuple(fc.nat(31), offset).map(([register, by]): Step => ({ op: 'register', register, offset: by })),
  fc.tuple(fc.nat(40), ownType).map(([register, of]): Step => ({ op: 'typed-register', register, type: of })),
  offset.map((by): Step => ({ op: 'frame', offset: by })),
  fc.constantFrom<Step>({ op: 'cfa', offset: 0n }, { op: 'entry', offset: 0n }),
);
const change: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    ...(['dup', 'drop', 'over', 'swap', 'rot', 'nop', 'abs', 'neg', 'not'] as const).map((op): Step => ({ op })),
  ),
  fc.nat(3).map((depth): Step => ({ op: 'pick', depth })),
  fc.constantFrom(1, 2, 3, 4, 8).map((size): Step => ({ op: 'load', size })),
  ownType.map((of): Step => ({ op: 'typed-load', type: of })),
  type.map((of): Step => ({ op: 'convert', type: of })),
  type.map((of): Step => ({ op: 'reinterpret', type: of })),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value): Step => ({ op: 'add', value })),
  fc.constantFrom(...BINARY_NAMES).map((name): Step => ({ op: 'binary', name })),
  fc.constantFrom(...BINARY_NAMES).map((name): Step => ({ op: 'binary', name })),
  fc.tuple(fc.constantFrom('skip' as const, 'if' as const), fc.nat(3)).map(([op, over]): Step => ({ op, over })),
);
/** Operands of one type and what is done with them: at random two would seldom be of one. */
const pair: fc.Arbitrary<readonly Step[]> = fc
  .tuple(ownType, number, number, fc.constantFrom(...BINARY_NAMES))
  .map(([of, left, right, name]): readonly Step[] => [
    { op: 'literal', value: left },
    { op: 'convert', type: of },
    { op: 'literal', value: right },
    { op: 'convert', type: of },
    { op: 'binary', name },
  ]);
const program = fc
  .array(
    fc.oneof(
      push.map((step) => [step]),
      push.map((step) => [step]),
      change.map((step) => [step]),
      pair,
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((parts) => parts.flat());

function offsetOf(of: Type): number {
  if (of === 'generic') return 0;
  return FIRST_TYPE + TYPES.findIndex(({ kind, size }) => kind === of.kind && size === of.size);
}

/** Every literal has several operations that push it; `choice` takes one. */
function writeLiteral(writer: ByteWriter, value: bigint, choice: number): void {
  const fits = (bits: number, signed: boolean) => value === (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
  const ways: (() => void)[] = [];
  if (value >= 0n && value < 32n) ways.push(() => writer.u8(OP.lit0 + Number(value)));
  const sized = [OP.const1u, OP.const1s, OP.const2u, OP.const2s, OP.const4u, OP.const4s, OP.const8u, OP.const8s];
  for (const [index, code] of sized.entries()) {
    const bytes = 1 << (index >> 1);
    if (fits(8 * bytes, index % 2 === 1)) ways.push(() => writeSized(writer.u8(code), value, bytes));
  }
  if (value >= 0n) ways.push(() => writeLeb(writer.u8(OP.constu), value, false));
  if (fits(64, true)) ways.push(() => writeLeb(writer.u8(OP.consts), value, true));
  ways[choice % ways.length]?.();
}

function writeSized(writer: ByteWriter, value: bigint, bytes: number): void {
  const bits = BigInt.asUintN(8 * bytes, value);
  if (bytes === 1) writer.u8(Number(bits));
  else if (bytes === 2) writer.u16(Number(bits));
  else if (bytes === 4) writer.u32(Number(bits));
  else writer.u64(bits);
}

function writeLeb(writer: ByteWriter, value: bigint, signed: boolean): void {
  for (let rest = value; ; ) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = signed ? (rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40) : rest === 0n;
    writer.u8(isLast ? byte : byte | 0x80);
    if (isLast) return;
  }
}

function encode(steps: readonly Step[], machine: Machine, choice: number): Uint8Array {
  const { littleEndian } = machine;
  const encoded = steps.map((step) => encodeStep(step, machine, choice));
  const writer = new ByteWriter({ littleEndian });
  steps.forEach((step, index) => {
    writer.bytes(encoded[index] ?? []);
    if (step.op !== 'skip' && step.op !== 'if') return;
    const over = encoded.slice(index + 1, index + 1 + step.over);
    const jumps = steps.slice(index + 1, index + 1 + step.over).filter(({ op }) => op === 'skip' || op === 'if').length;
    writer.u16(over.reduce((sum, { length }) => sum + length, 2 * jumps));
  });
  return writer.toBytes();
}

const PLAIN = {
  dup: OP.dup,
  drop: OP.drop,
  over: OP.over,
  swap: OP.swap,
  rot: OP.rot,
  nop: OP.nop,
  abs: OP.abs,
  neg: OP.neg,
  not: OP.not,
};

/** Without the distance of a branch. */
function encodeStep(step: Step, machine: Machine, choice: number): Uint8Array {
  const { littleEndian, addressSize } = machine;
  const writer = new ByteWriter({ littleEndian });
  const of = (code: number, forerunner: number) => writer.u8(choice % 2 === 0 ? code : forerunner);
  switch (step.op) {
    case 'literal':
      writeLiteral(writer, step.value, choice);
      break;
    case 'constant': {
      of(OP.const_type, OP.GNU_const_type).uleb(offsetOf(step.type)).u8(sizeOf(step.type, machine));
      writeSized(writer, bitsOf({ type: step.type, number: step.number }, machine), sizeOf(step.type, machine));
      break;
    }
    case 'register':
      if (choice % 3 === 0) writer.u8(OP.bregx).uleb(step.register);
      else writer.u8(OP.breg0 + step.register);
      writeLeb(writer, step.offset, true);
      break;
    case 'typed-register':
      of(OP.regval_type, OP.GNU_regval_type).uleb(step.register).uleb(offsetOf(step.type));
      break;
    case 'frame':
      writeLeb(writer.u8(OP.fbreg), step.offset, true);
      break;
    case 'cfa':
      writer.u8(OP.call_frame_cfa);
      break;
    case 'entry':
      of(OP.entry_value, OP.GNU_entry_value).uleb(1).u8(OP.reg0);
      break;
    case 'pick':
      writer.u8(OP.pick).u8(step.depth);
      break;
    case 'load':
      if (step.size === addressSize && choice % 2 === 0) writer.u8(OP.deref);
      else writer.u8(OP.deref_size).u8(step.size);
      break;
    case 'typed-load':
      of(OP.deref_type, OP.GNU_deref_type).u8(sizeOf(step.type, machine)).uleb(offsetOf(step.type));
      break;
    case 'convert':
      of(OP.convert, OP.GNU_convert).uleb(offsetOf(step.type));
      break;
    case 'reinterpret':
      of(OP.reinterpret, OP.GNU_reinterpret).uleb(offsetOf(step.type));
      break;
    case 'add':
      writeLeb(writer.u8(OP.plus_uconst), step.value, false);
      break;
    case 'binary':
      writer.u8(OP[step.name]);
      break;
    case 'skip':
      writer.u8(OP.skip);
      break;
    case 'if':
      writer.u8(OP.bra);
      break;
    default:
      writer.u8(PLAIN[step.op]);
  }
  return writer.toBytes();
}

function expressionOf(bytes: Uint8Array, { addressSize, littleEndian }: Machine): Expression {
  return {
    bytes,
    addressSize,
    offsetSize: 4,
    version: 5,
    littleEndian,
    unit: 0,
    indexedAddress: (index) => (0x1000 * index) as Address,
    baseType: (at) => TYPES[at - FIRST_TYPE],
  };
}

function expected(steps: readonly Step[], machine: Machine): { readonly value: bigint; readonly size: number } | 'stopped' {
  // A load wider than an address is damage, and so is one of no width.
  try {
    const wide = steps.some((step) => step.op === 'load' && step.size > machine.addressSize);
    const found = interpret(wide ? untilWideLoad(steps, machine) : steps, machine);
    return { value: bitsOf(found, machine), size: sizeOf(found.type, machine) };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return 'stopped';
  }
}

/** A load that is too wide never has its memory. */
function untilWideLoad(steps: readonly Step[], { addressSize }: Machine): readonly Step[] {
  return steps.flatMap((step): Step[] =>
    step.op === 'load' && step.size > addressSize ? [{ op: 'register', register: 20, offset: 0n }] : [step],
  );
}

function summary(location: Location): { readonly value: bigint; readonly size: number } | 'stopped' | string {
  if (location.kind === 'value') return { value: BigInt(location.value), size: location.size };
  return location.kind === 'unknown' ? 'stopped' : location.kind;
}

/** NaNs have many forms and no processor promises one. */
function isNotANumber(steps: readonly Step[], machine: Machine): boolean {
  try {
    return Number.isNaN(interpret(steps, machine).number);
  } catch {
    return false;
  }
}

it('computes what the reference computes', () => {
  let known = 0;
  fc.assert(
    fc.property(program, fc.constantFrom(...MACHINES), fc.nat(11), (steps, machine, choice) => {
      const found = computeExpression(expressionOf(encode(steps, machine, choice), machine), contextOf(machine));
      if (isNotANumber(steps, machine)) return;
      expect(summary(found)).toEqual(expected(steps, machine));
      if (found.kind === 'value') known++;
    }),
    { numRuns: 6000 },
  );
  // A comparison of refusals alone would prove little.
  expect(known).toBeGreaterThan(1500);
});

it('answers for every length a program is cut at', () => {
  fc.assert(
    fc.property(program, fc.constantFrom(...MACHINES), (steps, machine) => {
      const bytes = encode(steps, machine, 0);
      for (let length = 0; length < bytes.length; length++) {
        expect(computeExpression(expressionOf(bytes.subarray(0, length), machine), contextOf(machine))).toHaveProperty('kind');
      }
    }),
    { numRuns: 300 },
  );
});
