import { ByteWriter, fromHex, toHex } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EvaluationContext,
  type Expression,
  evaluateExpression,
  type Location,
  MAX_EXPRESSION_STEPS,
  OP,
} from '../index.ts';

const NOWHERE: EvaluationContext = {
  register: () => undefined,
  memory: () => undefined,
  callFrameAddress: () => undefined,
  frameBase: () => undefined,
};

/** r0 = 0x2000_0000, r1 = 1, …; memory at 0x2000_0000 + n holds the byte n. */
const FRAME: EvaluationContext = {
  register: (register) => (register < 16 ? 0x2000_0000 + register : undefined),
  memory: (at, length) =>
    at >= 0x2000_0000 && at + length <= 0x2000_0100
      ? Uint8Array.from({ length }, (_, index) => at - 0x2000_0000 + index)
      : undefined,
  callFrameAddress: () => address(0x2000_0080),
  frameBase: () => address(0x2000_0040),
  entryValue: (expression) => (toHex(expression.bytes) === '50' ? { value: 77, size: 4 } : undefined),
};

const ADDRESSES = [0x1000, 0x2000];

function expression(bytes: Uint8Array | readonly number[], overrides: Partial<Expression> = {}): Expression {
  return {
    bytes: Uint8Array.from(bytes),
    addressSize: 4,
    offsetSize: 4,
    version: 5,
    littleEndian: true,
    unit: 0,
    indexedAddress: (index) => ADDRESSES[index] as Address | undefined,
    ...overrides,
  };
}

function evaluate(bytes: Uint8Array | readonly number[], context = FRAME): Location {
  return evaluateExpression(expression(bytes), context);
}

const memory = (at: number): Location => ({ kind: 'memory', address: address(at) });
const why = (location: Location) => (location.kind === 'unknown' ? location.why : location.kind);
/** One operation of each kind of operand, which are gone over. */
const EVERY_OPERAND = [
  ...[
    OP.addr,
    1,
    2,
    3,
    4,
    OP.const1u,
    OP.piece,
    OP.const2u,
    OP.piece,
    4,
    OP.const4u,
    1,
    2,
    3,
    OP.piece,
    OP.const8u,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
  ],
  ...[
    OP.constu,
    0x80,
    1,
    OP.bregx,
    0x80,
    1,
    0x80,
    2,
    OP.implicit_value,
    2,
    OP.piece,
    OP.piece,
    OP.const_type,
    0x80,
    1,
    2,
    OP.piece,
    1,
  ],
  ...[OP.deref_type, 4, 0x80, 1, OP.call_ref, 1, 2, 3, 4, OP.implicit_pointer, 1, 2, 3, 4, 0x80, 1, OP.dup, OP.lit0, OP.nop],
];
const u32 = (value: number) => [...new ByteWriter().u32(value).toBytes()];
const { lit0, reg0, breg0 } = OP;
const MINUS_ONE = [OP.const1s, 0xff];
const MINIMUM = [OP.const4u, ...u32(0x8000_0000)];

/** Expression, and the word on top of the stack after it, worked out by hand from DWARF 5, 2.5.1. */
const WORDS: readonly [string, readonly number[], number][] = [
  ['lit0', [lit0], 0],
  ['lit31', [lit0 + 31], 31],
  ['addr', [OP.addr, 0x78, 0x56, 0x34, 0x12], 0x12345678],
  ['const1u', [OP.const1u, 0xff], 255],
  ['const1s', MINUS_ONE, 0xffffffff],
  ['const2u', [OP.const2u, 0xff, 0xff], 0xffff],
  ['const2s', [OP.const2s, 0xfe, 0xff], 0xfffffffe],
  ['const4u', [OP.const4u, 0xff, 0xff, 0xff, 0xff], 0xffffffff],
  ['const4s', [OP.const4s, 0xff, 0xff, 0xff, 0xff], 0xffffffff],
  ['const8u keeps the low word', [OP.const8u, 1, 2, 3, 4, 9, 9, 9, 9], 0x04030201],
  ['const8s keeps the low word', [OP.const8s, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 0xffffffff],
  ['constu', [OP.constu, 0x80, 0x01], 128],
  ['consts', [OP.consts, 0x40], 0xffffffc0],
  ['addrx', [OP.addrx, 1], 0x2000],
  ['constx', [OP.constx, 0], 0x1000],
  ['GNU_addr_index', [OP.GNU_addr_index, 1], 0x2000],
  ['GNU_const_index', [OP.GNU_const_index, 0], 0x1000],
  ['breg', [breg0 + 2, 4], 0x20000006],
  ['breg with a negative offset', [breg0 + 2, 0x7e], 0x20000000],
  ['bregx', [OP.bregx, 3, 0x7f], 0x20000002],
  ['fbreg', [OP.fbreg, 0x70], 0x20000030],
  ['dup', [lit0 + 3, OP.dup, OP.plus], 6],
  ['drop', [lit0 + 3, lit0 + 4, OP.drop], 3],
  ['pick', [lit0 + 3, lit0 + 4, lit0 + 5, OP.pick, 2], 3],
  ['over', [lit0 + 3, lit0 + 4, OP.over], 3],
  ['swap', [lit0 + 3, lit0 + 4, OP.swap, OP.minus], 1],
  // 1 2 3 becomes 3 1 2: 1 - 2 = -1, then 3 - -1 = 4.
  ['rot', [lit0 + 1, lit0 + 2, lit0 + 3, OP.rot, OP.minus, OP.minus], 4],
  ['deref', [breg0, 4, OP.deref], 0x07060504],
  ['deref_size 1', [breg0, 4, OP.deref_size, 1], 4],
  ['deref_size 2', [breg0, 4, OP.deref_size, 2], 0x0504],
  ['deref_size 3', [breg0, 4, OP.deref_size, 3], 0x060504],
  ['deref_size 4', [breg0, 4, OP.deref_size, 4], 0x07060504],
  ['call_frame_cfa', [OP.call_frame_cfa], 0x20000080],
  ['abs', [...MINUS_ONE, OP.abs], 1],
  ['abs of the least number', [...MINIMUM, OP.abs], 0x80000000],
  ['and', [lit0 + 12, lit0 + 10, OP.and], 8],
  ['div is signed', [...MINUS_ONE, lit0 + 1, OP.div], 0xffffffff],
  ['div rounds to zero', [OP.const1s, 0xf9, lit0 + 2, OP.div], 0xfffffffd],
  ['div of the least number by -1 wraps', [...MINIMUM, ...MINUS_ONE, OP.div], 0x80000000],
  ['minus wraps', [lit0, lit0 + 1, OP.minus], 0xffffffff],
  ['mod is unsigned', [...MINUS_ONE, lit0 + 10, OP.mod], 5],
  ['mul keeps the low word', [OP.const4u, ...u32(0xffff_fffd), OP.const4u, ...u32(0xffff_fffb), OP.mul], 15],
  ['neg', [lit0 + 1, OP.neg], 0xffffffff],
  ['neg of 0', [lit0, OP.neg], 0],
  ['not', [lit0, OP.not], 0xffffffff],
  ['or', [lit0 + 12, lit0 + 10, OP.or], 14],
  ['plus wraps', [...MINUS_ONE, lit0 + 2, OP.plus], 1],
  ['plus_uconst wraps', [...MINUS_ONE, OP.plus_uconst, 0x82, 0x01], 129],
  ['shl', [lit0 + 1, lit0 + 31, OP.shl], 0x80000000],
  ['shl by a whole word', [lit0 + 1, OP.const1u, 32, OP.shl], 0],
  ['shr fills with zeros', [...MINIMUM, lit0 + 31, OP.shr], 1],
  ['shr by a whole word', [...MINIMUM, OP.const1u, 32, OP.shr], 0],
  ['shra fills with the sign', [...MINIMUM, lit0 + 4, OP.shra], 0xf8000000],
  ['shra by more than a word', [...MINIMUM, OP.const1u, 99, OP.shra], 0xffffffff],
  ['xor', [lit0 + 12, lit0 + 10, OP.xor], 6],
  ['eq', [lit0 + 2, lit0 + 2, OP.eq], 1],
  ['ne', [lit0 + 2, lit0 + 2, OP.ne], 0],
  ['ge', [lit0 + 2, ...MINUS_ONE, OP.ge], 1],
  ['gt', [...MINUS_ONE, lit0 + 2, OP.gt], 0],
  ['le', [...MINUS_ONE, lit0 + 2, OP.le], 1],
  ['lt', [lit0 + 2, ...MINUS_ONE, OP.lt], 0],
  ['skip', [lit0 + 1, OP.skip, 1, 0, lit0 + 9], 1],
  ['skip to the very end', [lit0 + 1, OP.skip, 0, 0], 1],
  ['bra that is taken', [lit0 + 1, lit0 + 5, OP.bra, 1, 0, lit0 + 9], 1],
  ['bra that is not taken', [lit0 + 1, lit0, OP.bra, 1, 0, lit0 + 9], 9],
  // 3 2 1 0 summed up by a loop over the counter on the stack.
  [
    'bra backwards',
    [lit0, lit0 + 3, OP.swap, OP.over, OP.plus, OP.swap, lit0 + 1, OP.minus, OP.dup, OP.bra, 0xf6, 0xff, OP.drop],
    6,
  ],
  ['nop', [lit0 + 1, OP.nop], 1],
  ['GNU_uninit', [lit0 + 1, OP.GNU_uninit], 1],
  ['convert to the generic type', [lit0 + 1, OP.convert, 0], 1],
  ['reinterpret as the generic type', [lit0 + 1, OP.reinterpret, 0], 1],
  ['entry_value', [OP.entry_value, 1, reg0], 77],
  ['GNU_entry_value', [OP.GNU_entry_value, 1, reg0], 77],
];

describe('an operation', () => {
  it.each(WORDS)('%s', (_name, bytes, expected) => {
    expect(evaluate(bytes)).toEqual(memory(expected));
    expect(evaluate([...bytes, OP.stack_value])).toMatchObject({ kind: 'value', value: expected, size: 4 });
  });

  it('reads memory in the byte order of the target', () => {
    const big = expression([breg0, 4, OP.deref], { littleEndian: false });
    expect(evaluateExpression(big, FRAME)).toEqual(memory(0x04050607));
  });
});

describe('a location description', () => {
  it('names a register', () => {
    expect(evaluate([reg0 + 31])).toEqual({ kind: 'register', register: 31 });
    expect(evaluate([OP.regx, 0x80, 0x02])).toEqual({ kind: 'register', register: 256 });
  });

  it('holds the value itself', () => {
    expect(evaluate([OP.implicit_value, 2, 7, 8])).toEqual({ kind: 'bytes', bytes: fromHex('0708') });
  });

  it('is put together from pieces, of which some may be gone', () => {
    const bytes = [reg0 + 4, OP.piece, 4, OP.piece, 2, breg0, 8, OP.piece, 1, lit0 + 5, OP.stack_value, OP.bit_piece, 3, 2];
    expect(evaluate(bytes)).toEqual({
      kind: 'pieces',
      pieces: [
        { location: { kind: 'register', register: 4 }, bitSize: 32, bitOffset: 0 },
        { location: { kind: 'unknown', why: 'optimized-out', detail: 'optimized out' }, bitSize: 16, bitOffset: 0 },
        { location: memory(0x20000008), bitSize: 8, bitOffset: 0 },
        { location: { kind: 'value', value: 5, size: 4, literal: 5n }, bitSize: 3, bitOffset: 2 },
      ],
    });
  });
});

describe('a piece that cannot be told', () => {
  const rest = [OP.piece, 4, reg0 + 4, OP.piece, 4];

  it.each([
    ['an unknown register', [breg0 + 20, 8, OP.stack_value], 'register-not-recovered'],
    ['memory that was not captured', [lit0, OP.deref, OP.stack_value], 'not-captured'],
    ['an unknown value at entry', [lit0 + 3, OP.entry_value, 1, reg0 + 9, OP.plus, OP.stack_value], 'optimized-out'],
    ['thread-local storage', [lit0, OP.form_tls_address], 'thread-local'],
    ['operands of every kind', [breg0 + 20, 0, ...EVERY_OPERAND, OP.stack_value], 'register-not-recovered'],
  ] as const)('for %s leaves the others alone', (_name, bytes, expected) => {
    expect(evaluate([reg0 + 3, OP.piece, 4, ...bytes, ...rest])).toMatchObject({
      kind: 'pieces',
      pieces: [
        { location: { kind: 'register', register: 3 } },
        { location: { kind: 'unknown', why: expected }, bitSize: 32 },
        { location: { kind: 'register', register: 4 } },
      ],
    });
  });

  it('takes the whole value with it where the expression is wrong or branches', () => {
    expect(why(evaluate([OP.drop, ...rest]))).toBe('malformed-debug-info');
    expect(why(evaluate([breg0 + 20, 0, OP.skip, 0, 0, ...rest]))).toBe('register-not-recovered');
    expect(why(evaluate([breg0 + 20, 0, 0xff, ...rest]))).toBe('unsupported');
  });
});

/** What cannot be told is told with its reason. */
const UNKNOWN: readonly [string, readonly number[], string][] = [
  ['an empty expression', [], 'optimized-out'],
  ['a register that was not recovered', [breg0 + 20, 0], 'register-not-recovered'],
  ['memory that was not captured', [lit0, OP.deref], 'not-captured'],
  ['an entry value that no caller tells', [OP.entry_value, 1, reg0 + 1], 'optimized-out'],
  ['a parameter that was removed and no caller tells', [OP.GNU_parameter_ref, 1, 0, 0, 0], 'optimized-out'],
  ['thread-local storage', [lit0, OP.form_tls_address], 'thread-local'],
  ['thread-local storage of GNU', [lit0, OP.GNU_push_tls_address], 'thread-local'],
  ['an object nobody named', [OP.push_object_address], 'unsupported'],
  ['another address space', [lit0, lit0, OP.xderef], 'unsupported'],
  ['a call', [OP.call4, 0, 0, 0, 0], 'unsupported'],
  ['a typed constant', [OP.const_type, 1, 1, 0], 'malformed-debug-info'],
  ['a conversion to a base type', [lit0, OP.convert, 9], 'malformed-debug-info'],
  ['an operation nobody has defined', [0xff], 'unsupported'],
  ['a division by zero', [lit0, lit0, OP.div], 'malformed-debug-info'],
  ['a remainder by zero', [lit0, lit0, OP.mod], 'malformed-debug-info'],
  ['an empty stack', [OP.drop], 'malformed-debug-info'],
  ['a stack too short to rotate', [lit0, lit0, OP.rot], 'malformed-debug-info'],
  ['a stack too short to pick', [lit0, OP.pick, 1], 'malformed-debug-info'],
  ['a branch out of the expression', [OP.skip, 0, 1], 'malformed-debug-info'],
  ['a branch before the expression', [OP.skip, 0, 0xff], 'malformed-debug-info'],
  ['an operand that is cut', [OP.addr, 1, 2], 'malformed-debug-info'],
  ['a memory operand of 5 bytes', [lit0, OP.deref_size, 5], 'malformed-debug-info'],
  ['a memory operand of no bytes', [lit0, OP.deref_size, 0], 'malformed-debug-info'],
  ['an address the table does not have', [OP.addrx, 9], 'malformed-debug-info'],
  ['two registers without a piece', [reg0, reg0], 'malformed-debug-info'],
  ['an endless loop', [OP.skip, 0xfd, 0xff], 'too-large'],
];

describe('an unknown location', () => {
  it.each(UNKNOWN)('%s', (_name, bytes, expected) => {
    expect(why(evaluate(bytes))).toBe(expected);
  });

  it('says so where the frame has neither frame base nor canonical frame address', () => {
    expect(why(evaluate([OP.fbreg, 0], NOWHERE))).toBe('register-not-recovered');
    expect(why(evaluate([OP.call_frame_cfa], NOWHERE))).toBe('register-not-recovered');
  });

  it('ends after the limit of operations and not before', () => {
    const long = new Uint8Array(MAX_EXPRESSION_STEPS).fill(OP.nop);
    long[0] = lit0 + 1;
    expect(evaluate(long)).toEqual(memory(1));
    expect(why(evaluate([...long, OP.nop]))).toBe('too-large');
  });
});

it('gives a location for any bytes and any frame, and never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(FRAME, NOWHERE), (bytes, context) => {
      expect(evaluate(bytes, context)).toHaveProperty('kind');
    }),
    { numRuns: 2000 },
  );
});

describe('a call', () => {
  const procedures: { readonly [entry: number]: readonly number[] } = {
    16: [lit0 + 5],
    17: [OP.call2, 7, 0],
    18: [OP.skip, 0xfd, 0xff],
  };
  const calling = (...bytes: readonly number[]): Expression =>
    expression(bytes, {
      unit: 10,
      procedureAt: (entry) => {
        const found = procedures[entry];
        if (!found) return entry > 90 ? { kind: 'empty' } : { kind: 'unknown', detail: 'no entry begins there' };
        return { kind: 'expression', expression: calling(...found) };
      },
    });

  it.each([
    ['of 2 bytes', [OP.call2, 6, 0]],
    ['of 4 bytes', [OP.call4, 6, 0, 0, 0]],
    ['by reference', [OP.call_ref, 16, 0, 0, 0]],
  ])('%s goes on with the same stack and comes back', (_name, bytes) => {
    expect(evaluateExpression(calling(lit0 + 2, ...bytes, OP.plus), FRAME)).toEqual(memory(7));
  });

  it('of an entry without a location does nothing', () => {
    expect(evaluateExpression(calling(lit0 + 2, OP.call2, 100, 0), FRAME)).toEqual(memory(2));
  });

  it('ends where it has no end', () => {
    expect(why(evaluateExpression(calling(OP.call_ref, 17, 0, 0, 0), FRAME))).toBe('too-large');
    expect(why(evaluateExpression(calling(OP.call_ref, 18, 0, 0, 0), FRAME))).toBe('too-large');
    expect(why(evaluateExpression(calling(OP.call2, 20, 0), FRAME))).toBe('malformed-debug-info');
  });
});

describe('before DWARF 4, LLVM', () => {
  const old = (...bytes: readonly number[]) => {
    const written = expression(bytes, { version: 3, hasNoStackValue: true });
    return evaluateExpression(written, { ...FRAME, isStackRegister: (register) => register === 13 });
  };

  it('writes the value of a constant as if it were an address', () => {
    expect(old(OP.constu, 0x71)).toMatchObject({ kind: 'value', value: 0x71 });
    expect(old(OP.consts, 0x7f)).toMatchObject({ kind: 'value', literal: -1n });
    expect(old(lit0 + 3, OP.piece, 4, reg0, OP.piece, 4)).toMatchObject({ pieces: [{ location: { kind: 'value' } }, {}] });
  });

  it('leaves places in the image and on the stack what they are', () => {
    expect(old(OP.addr, 0, 1, 0, 0)).toEqual(memory(0x100));
    expect(old(OP.fbreg, 4)).toEqual(memory(0x2000_0044));
    expect(old(breg0 + 13, 4)).toEqual(memory(0x2000_0011));
  });

  it('does not tell what a computation from another register is', () => {
    expect(why(old(breg0 + 2, 4))).toBe('unsupported');
  });
});

it('names the variable and the place that an optimized-out pointer leads to', () => {
  expect(evaluate([OP.implicit_pointer, 0x34, 0x12, 0, 0, 0x7c])).toEqual({
    kind: 'implicit-pointer',
    entry: 0x1234,
    offset: -4,
  });
  const old = expression([OP.GNU_implicit_pointer, 1, 0, 0, 0, 0, 0, 0, 0, 4], { version: 2, addressSize: 8 });
  expect(evaluateExpression(old, FRAME)).toEqual({ kind: 'implicit-pointer', entry: 1, offset: 4 });
});

it('says of a thread-local variable that its thread is missing', () => {
  expect(evaluate([OP.const4u, 8, 0, 0, 0, OP.GNU_push_tls_address])).toMatchObject({
    why: 'thread-local',
    detail: expect.stringContaining('thread pointer'),
  });
});
