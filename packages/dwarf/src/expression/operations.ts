/** What each operation does (DWARF 5, 2.5.1 and 2.6.1). An operation that is not here is not supported. */
import type { Evaluation } from './evaluation.ts';
import { OP, operationName } from './opcode.ts';
import { malformed, unsupported } from './unevaluable.ts';
import { BINARY, toWord, UNARY } from './word32.ts';

export type Operation = (evaluation: Evaluation) => void;

export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // 2.5.1.1 literals
  ...range(OP.lit0, OP.lit31, (e, value) => e.push(value)),
  [OP.addr, (e) => e.push(e.reader.u32())],
  [OP.const1u, (e) => e.push(e.reader.u8())],
  [OP.const1s, (e) => e.push(e.reader.i8())],
  [OP.const2u, (e) => e.push(e.reader.u16())],
  [OP.const2s, (e) => e.push(e.reader.i16())],
  [OP.const4u, (e) => e.push(e.reader.u32())],
  [OP.const4s, (e) => e.push(e.reader.i32())],
  [OP.const8u, (e) => e.push(Number(BigInt.asUintN(32, e.reader.u64Big())))],
  [OP.const8s, (e) => e.push(Number(BigInt.asUintN(32, e.reader.u64Big())))],
  [OP.constu, (e) => e.push(e.reader.uleb())],
  [OP.consts, (e) => e.push(e.reader.sleb())],
  [OP.addrx, (e) => e.push(e.indexedAddress(e.reader.uleb()))],
  [OP.constx, (e) => e.push(e.indexedAddress(e.reader.uleb()))],
  [OP.GNU_addr_index, (e) => e.push(e.indexedAddress(e.reader.uleb()))],
  [OP.GNU_const_index, (e) => e.push(e.indexedAddress(e.reader.uleb()))],
  // 2.5.1.2 register values
  ...range(OP.breg0, OP.breg31, (e, register) => e.push(e.register(register) + toWord(e.reader.sleb()))),
  [OP.bregx, (e) => e.push(e.register(e.reader.uleb()) + toWord(e.reader.sleb()))],
  [OP.fbreg, (e) => e.push(e.frameBase() + toWord(e.reader.sleb()))],
  // 2.5.1.3 stack operations
  [OP.dup, (e) => e.push(e.peek(0))],
  [OP.drop, (e) => void e.pop()],
  [OP.pick, (e) => e.push(e.peek(e.reader.u8()))],
  [OP.over, (e) => e.push(e.peek(1))],
  [OP.swap, (e) => e.rotate(2)],
  [OP.rot, (e) => e.rotate(3)],
  [OP.deref, (e) => e.push(e.load(e.pop(), e.expression.addressSize))],
  [OP.deref_size, (e) => e.push(e.load(e.pop(), e.reader.u8()))],
  [OP.call_frame_cfa, (e) => e.push(e.callFrameAddress())],
  [OP.form_tls_address, threadLocal],
  [OP.GNU_push_tls_address, threadLocal],
  // 2.5.1.4 arithmetic and logic, 2.5.1.5 comparisons
  ...[...BINARY].map(([code, compute]): [number, Operation] => [code, (e) => applyBinary(e, code, compute)]),
  ...[...UNARY].map(([code, compute]): [number, Operation] => [code, (e) => e.push(compute(e.pop()))]),
  [OP.plus_uconst, (e) => e.push(e.pop() + toWord(e.reader.uleb()))],
  // 2.5.1.5 control flow
  [OP.skip, (e) => e.branch(e.reader.i16())],
  [OP.bra, branchIfNotZero],
  // 2.5.1.6 type conversions: to the generic type (0) only, where nothing changes
  [OP.convert, convert],
  [OP.reinterpret, convert],
  [OP.GNU_convert, convert],
  [OP.GNU_reinterpret, convert],
  // 2.5.1.7 special operations
  [OP.nop, () => {}],
  // The value may be uninitialised: it is still the value that was there.
  [OP.GNU_uninit, () => {}],
  [OP.entry_value, (e) => e.push(e.entryValue(e.reader.take(e.reader.uleb())))],
  [OP.GNU_entry_value, (e) => e.push(e.entryValue(e.reader.take(e.reader.uleb())))],
  // 2.6.1 location descriptions
  ...range(OP.reg0, OP.reg31, (e, register) => e.finish({ kind: 'register', register })),
  [OP.regx, (e) => e.finish({ kind: 'register', register: e.reader.uleb() })],
  [OP.stack_value, (e) => e.finish({ kind: 'value', value: e.pop() })],
  [OP.implicit_value, (e) => e.finish({ kind: 'bytes', bytes: e.reader.take(e.reader.uleb()) })],
  [OP.implicit_pointer, implicitPointer],
  [OP.GNU_implicit_pointer, implicitPointer],
  [OP.piece, (e) => e.addPiece(e.reader.uleb() * 8, 0)],
  [OP.bit_piece, (e) => e.addPiece(e.reader.uleb(), e.reader.uleb())],
]);

/** One operation a code from `first` to `last`; it is told how far its code is from the first. */
function range(first: number, last: number, operation: (e: Evaluation, index: number) => void): [number, Operation][] {
  return Array.from({ length: last - first + 1 }, (_, index) => [first + index, (e) => operation(e, index)]);
}

function applyBinary(e: Evaluation, code: number, compute: (left: number, right: number) => number | undefined): void {
  const right = e.pop();
  const result = compute(e.pop(), right);
  if (result === undefined) throw malformed(`${operationName(code)} divides by zero`);
  e.push(result);
}

function branchIfNotZero(e: Evaluation): void {
  const distance = e.reader.i16();
  if (e.pop() !== 0) e.branch(distance);
}

function convert(e: Evaluation): void {
  if (e.reader.uleb() !== 0) throw unsupported('a conversion to a base type');
  e.peek(0);
}

function threadLocal(): never {
  throw unsupported('thread-local storage');
}

function implicitPointer(e: Evaluation): void {
  e.reader.skip(e.expression.version > 2 ? e.expression.offsetSize : e.expression.addressSize);
  e.reader.sleb();
  e.finish({
    kind: 'unknown',
    why: 'optimized-out',
    detail: 'the pointer was optimized out: what it points to has no address',
  });
}
