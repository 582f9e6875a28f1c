/**
 * DWARF expressions in the plainest way (DWARF 5, 2.5.1): operations as a list, numbers as what they mean and not as bits.
 * The evaluator is compared with it.
 */
export type Type = 'generic' | { readonly kind: 'signed' | 'unsigned' | 'float'; readonly size: number };

/** An integer by its mathematical value, a floating-point number as a double. */
export interface Value {
  readonly type: Type;
  readonly number: bigint | number;
}

export type Step =
  | { readonly op: 'literal'; readonly value: bigint }
  | { readonly op: 'constant'; readonly type: Type; readonly number: bigint | number }
  | { readonly op: 'register'; readonly register: number; readonly offset: bigint }
  | { readonly op: 'typed-register'; readonly register: number; readonly type: Type }
  | { readonly op: 'frame' | 'cfa' | 'entry'; readonly offset: bigint }
  | { readonly op: 'dup' | 'drop' | 'over' | 'swap' | 'rot' | 'nop' | 'abs' | 'neg' | 'not' }
  | { readonly op: 'pick'; readonly depth: number }
  | { readonly op: 'load'; readonly size: number }
  | { readonly op: 'typed-load'; readonly type: Type }
  | { readonly op: 'convert' | 'reinterpret'; readonly type: Type }
  | { readonly op: 'add'; readonly value: bigint }
  | { readonly op: 'binary'; readonly name: BinaryName }
  /** Goes over the next `over` steps; `if` only where the top is not 0. */
  | { readonly op: 'skip'; readonly over: number }
  | { readonly op: 'if'; readonly over: number };

export type BinaryName = (typeof BINARY_NAMES)[number];
export const BINARY_NAMES = [
  ...(['and', 'div', 'minus', 'mod', 'mul', 'or', 'plus', 'shl', 'shr', 'shra', 'xor'] as const),
  ...(['eq', 'ge', 'gt', 'le', 'lt', 'ne'] as const),
] as const;

/** What the machine of the tests holds. */
export interface Machine {
  readonly addressSize: 4 | 8;
  readonly littleEndian: boolean;
  readonly register: (register: number) => bigint | undefined;
  readonly byte: (at: bigint) => number | undefined;
  readonly frameBase: bigint;
  readonly cfa: bigint;
  readonly entryValue: bigint;
}

/** Nothing comes of the program. */
export class Stop extends Error {}

/** What is on top at the end. */
export function interpret(program: readonly Step[], machine: Machine): Value {
  const stack: Value[] = [];
  for (let at = 0; at < program.length; at++) {
    const step = program[at];
    if (!step) break;
    if (step.op === 'skip' || (step.op === 'if' && isTrue(pop(stack)))) at += step.over;
    else if (step.op !== 'if') carryOut(step, stack, machine);
  }
  return pop(stack);
}

function carryOut(step: Exclude<Step, { op: 'skip' | 'if' }>, stack: Value[], machine: Machine): void {
  const generic = (number: bigint) => stack.push({ type: 'generic', number: BigInt.asUintN(8 * machine.addressSize, number) });
  switch (step.op) {
    case 'literal':
      return void generic(step.value);
    case 'constant':
      return void stack.push({ type: step.type, number: step.number });
    case 'register': {
      const value = machine.register(step.register);
      if (value === undefined) throw new Stop('register');
      return void generic(value + step.offset);
    }
    case 'typed-register': {
      const value = machine.register(step.register);
      if (value === undefined || sizeOf(step.type, machine) > machine.addressSize) throw new Stop('register');
      return void stack.push(ofBits(value, step.type, machine));
    }
    case 'frame':
      return void generic(machine.frameBase + step.offset);
    case 'cfa':
      return void generic(machine.cfa);
    case 'entry':
      return void generic(machine.entryValue);
    case 'dup':
      return void stack.push(peek(stack, 0));
    case 'drop':
      return void pop(stack);
    case 'over':
      return void stack.push(peek(stack, 1));
    case 'pick':
      return void stack.push(peek(stack, step.depth));
    case 'swap': {
      const [first, second] = [pop(stack), pop(stack)];
      return void stack.push(first, second);
    }
    case 'rot': {
      const [first, second, third] = [pop(stack), pop(stack), pop(stack)];
      return void stack.push(first, third, second);
    }
    case 'nop':
      return;
    case 'load':
      return void generic(load(integer(pop(stack)), step.size, machine));
    case 'typed-load':
      return void stack.push(ofBits(load(integer(pop(stack)), sizeOf(step.type, machine), machine), step.type, machine));
    case 'convert':
      return void stack.push(convert(pop(stack), step.type, machine));
    case 'reinterpret': {
      const from = pop(stack);
      if (sizeOf(from.type, machine) !== sizeOf(step.type, machine)) throw new Stop('size');
      return void stack.push(ofBits(bitsOf(from, machine), step.type, machine));
    }
    case 'add': {
      const operand = pop(stack);
      if (typeof operand.number === 'number') throw new Stop('float');
      return void stack.push(wrapped(operand.number + step.value, operand.type, machine));
    }
    case 'abs':
    case 'neg':
    case 'not':
      return void stack.push(unary(step.op, pop(stack), machine));
    case 'binary': {
      const right = pop(stack);
      return void stack.push(binary(step.name, pop(stack), right, machine));
    }
  }
}

function unary(op: 'abs' | 'neg' | 'not', { type, number }: Value, machine: Machine): Value {
  if (typeof number === 'number') {
    if (op === 'not') throw new Stop('float');
    return rounded(op === 'neg' ? -number : Math.abs(number), type);
  }
  const value = type === 'generic' ? BigInt.asIntN(8 * machine.addressSize, number) : number;
  if (op === 'not') return wrapped(~value, type, machine);
  return wrapped(op === 'neg' || value < 0n ? -value : value, type, machine);
}

function binary(name: BinaryName, left: Value, right: Value, machine: Machine): Value {
  const isShift = name === 'shl' || name === 'shr' || name === 'shra';
  if (!isShift && !isSame(left.type, right.type)) throw new Stop('types');
  if (typeof left.number === 'number' || typeof right.number === 'number') return binaryFloat(name, left, right);
  const bits = 8 * sizeOf(left.type, machine);
  const signed = (value: bigint) => (left.type === 'generic' ? BigInt.asIntN(bits, value) : value);
  const [a, b] = [left.number, right.number];
  const whole = (value: bigint) => wrapped(value, left.type, machine);
  const truth = (value: boolean): Value => ({ type: 'generic', number: value ? 1n : 0n });
  switch (name) {
    case 'and':
      return whole(a & b);
    case 'or':
      return whole(a | b);
    case 'xor':
      return whole(a ^ b);
    case 'plus':
      return whole(a + b);
    case 'minus':
      return whole(a - b);
    case 'mul':
      return whole(a * b);
    case 'div':
      if (b === 0n) throw new Stop('zero');
      return whole(signed(a) / signed(b));
    case 'mod':
      if (b === 0n) throw new Stop('zero');
      return whole(a % b);
    case 'shl':
    case 'shr':
    case 'shra': {
      if (b < 0n) throw new Stop('negative count');
      const count = b > 200n ? 200n : b;
      if (name === 'shl') return whole(BigInt.asUintN(bits, a) << count);
      return whole(name === 'shr' ? BigInt.asUintN(bits, a) >> count : BigInt.asIntN(bits, a) >> count);
    }
    case 'eq':
      return truth(a === b);
    case 'ne':
      return truth(a !== b);
    case 'ge':
      return truth(signed(a) >= signed(b));
    case 'gt':
      return truth(signed(a) > signed(b));
    case 'le':
      return truth(signed(a) <= signed(b));
    case 'lt':
      return truth(signed(a) < signed(b));
  }
}

function binaryFloat(name: BinaryName, left: Value, right: Value): Value {
  const [a, b] = [left.number, right.number];
  if (typeof a !== 'number' || typeof b !== 'number') throw new Stop('types');
  const results: Partial<Record<BinaryName, number | boolean>> = {
    ...{ plus: a + b, minus: a - b, mul: a * b, div: a / b },
    ...{ eq: a === b, ne: a !== b, ge: a >= b, gt: a > b, le: a <= b, lt: a < b },
  };
  const result = results[name];
  if (result === undefined) throw new Stop('float');
  return typeof result === 'number' ? rounded(result, left.type) : { type: 'generic', number: result ? 1n : 0n };
}

function convert({ type, number }: Value, to: Type, machine: Machine): Value {
  const isFloat = to !== 'generic' && to.kind === 'float';
  if (typeof number === 'number') {
    if (isFloat) return rounded(number, to);
    if (!Number.isFinite(number)) throw new Stop('range');
    const whole = BigInt(Math.trunc(number));
    const bits = 8 * sizeOf(to, machine);
    const fits = to !== 'generic' && to.kind === 'unsigned' ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole);
    if (fits !== whole) throw new Stop('range');
    return wrapped(whole, to, machine);
  }
  const isUnsigned = to !== 'generic' && to.kind === 'unsigned';
  const value = type === 'generic' && !isUnsigned ? BigInt.asIntN(8 * machine.addressSize, number) : number;
  return isFloat ? nearest(value, to) : wrapped(value, to, machine);
}

/** The number of a floating-point type that is nearest to an integer, the even one of two. */
function nearest(value: bigint, type: Type): Value {
  if (type === 'generic' || type.size === 8) return { type, number: Number(value) };
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, Number(value));
  const middle = view.getUint32(0);
  const candidates = [middle - 1, middle, middle + 1].flatMap((bits) => {
    view.setUint32(0, bits >>> 0);
    const number = view.getFloat32(0);
    if (!Number.isFinite(number) || !Number.isInteger(number)) return [];
    const distance = BigInt(number) - value;
    return [{ number, distance: distance < 0n ? -distance : distance, isEven: bits % 2 === 0 }];
  });
  candidates.sort((a, b) => (a.distance === b.distance ? Number(b.isEven) - Number(a.isEven) : a.distance < b.distance ? -1 : 1));
  return { type, number: candidates[0]?.number ?? 0 };
}

function rounded(number: number, type: Type): Value {
  return { type, number: type !== 'generic' && type.size === 4 ? Math.fround(number) : number };
}

function wrapped(number: bigint, type: Type, machine: Machine): Value {
  const bits = 8 * sizeOf(type, machine);
  const isSigned = type !== 'generic' && type.kind === 'signed';
  return { type, number: isSigned ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number) };
}

export function bitsOf({ type, number }: Value, machine: Machine): bigint {
  const size = sizeOf(type, machine);
  if (typeof number === 'bigint') return BigInt.asUintN(8 * size, number);
  const view = new DataView(new ArrayBuffer(8));
  if (size === 4) view.setFloat32(4, number);
  else view.setFloat64(0, number);
  return view.getBigUint64(0);
}

function ofBits(bits: bigint, type: Type, machine: Machine): Value {
  if (type === 'generic' || type.kind !== 'float') return wrapped(bits, type, machine);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(8 * type.size, bits));
  return { type, number: type.size === 4 ? view.getFloat32(4) : view.getFloat64(0) };
}

function load(at: bigint, size: number, { byte, littleEndian }: Machine): bigint {
  let value = 0n;
  for (let index = 0; index < size; index++) {
    const found = byte(at + BigInt(littleEndian ? size - 1 - index : index));
    if (found === undefined) throw new Stop('memory');
    value = value * 256n + BigInt(found);
  }
  return value;
}

function integer({ number }: Value): bigint {
  if (typeof number === 'number') throw new Stop('float');
  return number;
}

function isTrue({ number }: Value): boolean {
  return typeof number === 'number' ? number !== 0 : number !== 0n;
}

export function sizeOf(type: Type, { addressSize }: Pick<Machine, 'addressSize'>): number {
  return type === 'generic' ? addressSize : type.size;
}

function isSame(left: Type, right: Type): boolean {
  if (left === 'generic' || right === 'generic') return left === right;
  return left.kind === right.kind && left.size === right.size;
}

function peek(stack: readonly Value[], depth: number): Value {
  const value = stack[stack.length - 1 - depth];
  if (value === undefined) throw new Stop('stack');
  return value;
}

function pop(stack: Value[]): Value {
  const value = stack.pop();
  if (value === undefined) throw new Stop('stack');
  return value;
}
