/** What each operation does (DWARF 5, 2.5.1 and 2.6.1). An operation that is not here is not supported. */
import { wideLeb } from '../entry/form-reader.ts';
import type { InfoOffset } from '../sections.ts';
import type { Evaluation } from './evaluation.ts';
import type { BaseType } from './expression.ts';
import type { StackEntry } from './expression-stack.ts';
import { OP, operationName } from './opcode.ts';
import { applyTyped, applyTypedUnary, convertValue, fromInteger, integerOf, reinterpretValue } from './typed-value.ts';
import { malformed, threadLocal, unsupported } from './unevaluable.ts';
import { BINARY, toWord, UNARY } from './word32.ts';
import { BINARY64, UNARY64 } from './word64.ts';

export type Operation = (evaluation: Evaluation) => void;

export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // 2.5.1.1 literals
  ...range(OP.lit0, OP.lit31, (e, value) => e.stack.pushLiteral(value)),
  [OP.addr, pushAddress],
  [OP.const1u, (e) => e.stack.pushLiteral(e.reader.u8())],
  [OP.const1s, (e) => e.stack.pushLiteral(e.reader.i8())],
  [OP.const2u, (e) => e.stack.pushLiteral(e.reader.u16())],
  [OP.const2s, (e) => e.stack.pushLiteral(e.reader.i16())],
  [OP.const4u, (e) => e.stack.pushLiteral(e.reader.u32())],
  [OP.const4s, (e) => e.stack.pushLiteral(e.reader.i32())],
  [OP.const8u, (e) => e.stack.pushLiteral(e.reader.u64Big())],
  [OP.const8s, (e) => e.stack.pushLiteral(BigInt.asIntN(64, e.reader.u64Big()))],
  [OP.constu, (e) => e.stack.pushLiteral(wideLeb(e.reader, false))],
  [OP.consts, (e) => e.stack.pushLiteral(wideLeb(e.reader, true))],
  ...both(OP.addrx, OP.GNU_addr_index, (e) => e.stack.push(e.indexedAddress(e.reader.uleb()))),
  ...both(OP.constx, OP.GNU_const_index, (e) => e.stack.push(e.indexedAddress(e.reader.uleb()))),
  ...both(OP.const_type, OP.GNU_const_type, constantOfType),
  // 2.5.1.2 register values
  ...range(OP.breg0, OP.breg31, (e, register) => pushSum(e, e.target.register(register))),
  [OP.bregx, (e) => pushSum(e, e.target.register(e.reader.uleb()))],
  [OP.fbreg, (e) => pushSum(e, e.target.frameBase())],
  ...both(OP.regval_type, OP.GNU_regval_type, (e) => {
    const register = e.reader.uleb();
    e.stack.pushEntry(e.target.typedRegister(register, e.baseType(e.reader.uleb())));
  }),
  // 2.5.1.3 stack operations
  [OP.dup, (e) => e.stack.pushEntry(e.stack.peek(0))],
  [OP.drop, (e) => void e.stack.pop()],
  [OP.pick, (e) => e.stack.pushEntry(e.stack.peek(e.reader.u8()))],
  [OP.over, (e) => e.stack.pushEntry(e.stack.peek(1))],
  [OP.swap, (e) => e.stack.rotate(2)],
  [OP.rot, (e) => e.stack.rotate(3)],
  [OP.deref, (e) => dereference(e, e.expression.addressSize)],
  [OP.deref_size, (e) => dereference(e, e.reader.u8())],
  ...both(OP.deref_type, OP.GNU_deref_type, dereferenceType),
  [OP.xderef, otherAddressSpace],
  [OP.xderef_size, otherAddressSpace],
  [OP.xderef_type, otherAddressSpace],
  [OP.push_object_address, (e) => e.stack.push(e.target.objectAddress())],
  [OP.call_frame_cfa, (e) => e.stack.push(e.target.callFrameAddress())],
  ...both(OP.form_tls_address, OP.GNU_push_tls_address, (e) => {
    e.stack.pop();
    throw threadLocal();
  }),
  // 2.5.1.4 arithmetic and logic, 2.5.1.5 comparisons
  ...[...BINARY.keys()].map((code): [number, Operation] => [code, binary(code)]),
  ...[...UNARY.keys()].map((code): [number, Operation] => [code, unary(code)]),
  [OP.plus_uconst, plusConstant],
  // 2.5.1.5 control flow
  [OP.skip, (e) => e.branch(e.reader.i16())],
  [OP.bra, branchIfNotZero],
  [OP.call2, (e) => e.call(e.expression.unit + e.reader.u16())],
  [OP.call4, (e) => e.call(e.expression.unit + e.reader.u32())],
  [OP.call_ref, (e) => e.call(entryReference(e))],
  // 2.5.1.6 type conversions
  ...both(OP.convert, OP.GNU_convert, (e) => changeType(e, convertValue)),
  ...both(OP.reinterpret, OP.GNU_reinterpret, (e) => changeType(e, reinterpretValue)),
  // 2.5.1.7 special operations
  [OP.nop, () => {}],
  // The program had not written the variable yet: what stands there is still what stands there.
  [OP.GNU_uninit, () => {}],
  ...both(OP.entry_value, OP.GNU_entry_value, (e) => e.stack.pushEntry(e.entryValue(e.reader.take(e.reader.uleb())))),
  [OP.GNU_parameter_ref, (e) => e.stack.pushEntry(e.parameterValue(e.expression.unit + e.reader.u32()))],
  [OP.GNU_variable_value, (e) => e.stack.pushEntry(e.variableValue(entryReference(e)))],
  // 2.6.1 location descriptions
  ...range(OP.reg0, OP.reg31, (e, register) => e.finish({ kind: 'register', register })),
  [OP.regx, (e) => e.finish({ kind: 'register', register: e.reader.uleb() })],
  [OP.stack_value, (e) => e.finishValue()],
  [OP.implicit_value, (e) => e.finish({ kind: 'bytes', bytes: e.reader.take(e.reader.uleb()) })],
  ...both(OP.implicit_pointer, OP.GNU_implicit_pointer, implicitPointer),
  [OP.piece, (e) => e.addPiece(e.reader.uleb() * 8, 0)],
  [OP.bit_piece, (e) => e.addPiece(e.reader.uleb(), e.reader.uleb())],
]);

/** One operation a code from `first` to `last`; it is told how far its code is from the first. */
function range(first: number, last: number, operation: (e: Evaluation, index: number) => void): [number, Operation][] {
  return Array.from({ length: last - first + 1 }, (_, index) => [first + index, (e) => operation(e, index)]);
}

/** An operation of DWARF 5 and the GNU one that came before it. */
function both(code: number, forerunner: number, operation: Operation): [number, Operation][] {
  return [
    [code, operation],
    [forerunner, operation],
  ];
}

function pushAddress(e: Evaluation): void {
  e.target.source = 'place';
  if (e.expression.addressSize === 4) e.stack.push(e.reader.u32());
  else e.stack.pushWide(e.reader.u64Big());
}

/** A base and the signed LEB128 that follows. */
function pushSum(e: Evaluation, base: number | bigint): void {
  const offset = wideLeb(e.reader, true);
  if (typeof base === 'number' && typeof offset === 'number' && e.expression.addressSize === 4)
    e.stack.push(base + toWord(offset));
  else e.stack.pushWide(BigInt(base) + BigInt(offset));
}

function constantOfType(e: Evaluation): void {
  const type = e.baseType(e.reader.uleb());
  const bytes = e.reader.take(e.reader.u8());
  if (bytes.length !== type.size) throw malformed(`a constant of ${bytes.length} bytes for a type of ${type.size}`);
  e.stack.pushEntry({ type, bits: e.target.number(bytes) });
}

function dereference(e: Evaluation, size: number): void {
  const at = e.stack.popInteger();
  if (size > e.expression.addressSize) throw malformed(`a memory operand of ${size} bytes`);
  if (typeof at === 'number' && size > 0 && e.expression.addressSize === 4) e.stack.push(e.target.loadWord(at, size));
  else e.stack.pushWide(e.target.load(at, size));
}

function dereferenceType(e: Evaluation): void {
  const size = e.reader.u8();
  const type = e.baseType(e.reader.uleb());
  if (size !== type.size) throw malformed(`a memory operand of ${size} bytes for a type of ${type.size}`);
  e.stack.pushEntry({ type, bits: e.target.load(e.stack.popInteger(), size) });
}

function otherAddressSpace(): never {
  throw unsupported('memory of another address space');
}

function binary(code: number): Operation {
  const words = BINARY.get(code);
  const wideWords = BINARY64.get(code);
  return (e) => {
    const right = e.stack.pop();
    const left = e.stack.pop();
    let result: number | bigint | undefined;
    if (typeof left === 'number' && typeof right === 'number') result = words?.(left, right);
    else if (typeof left === 'bigint' && typeof right === 'bigint') result = wideWords?.(left, right);
    else return applyBinaryTyped(e, code, left, right);
    if (result === undefined) throw malformed(`${operationName(code)} divides by zero`);
    e.stack.pushEntry(result);
  };
}

/** Where one operand has a type the other has the same. Only a count of bits to shift by may be generic. */
function applyBinaryTyped(e: Evaluation, code: number, left: StackEntry, right: StackEntry): void {
  const generic: BaseType = { kind: 'unsigned', size: e.expression.addressSize };
  const typed = (entry: StackEntry) => (typeof entry === 'object' ? entry : { type: generic, bits: BigInt(entry) });
  const isShift = code === OP.shl || code === OP.shr || code === OP.shra;
  if (!isShift && typeof left !== typeof right) throw malformed(`${operationName(code)} of operands of two types`);
  const result = applyTyped(code, typed(left), typed(right));
  if (typeof result === 'boolean') e.stack.push(Number(result));
  else if (typeof left === 'object') e.stack.pushEntry(result);
  else e.stack.pushWide(result.bits);
}

function unary(code: number): Operation {
  const word = UNARY.get(code);
  const wideWord = UNARY64.get(code);
  return (e) => {
    const operand = e.stack.pop();
    if (typeof operand === 'number') e.stack.pushEntry(word?.(operand) ?? 0);
    else if (typeof operand === 'bigint') e.stack.pushEntry(wideWord?.(operand) ?? 0n);
    else e.stack.pushEntry(applyTypedUnary(code, operand));
  };
}

function plusConstant(e: Evaluation): void {
  const operand = e.stack.pop();
  const constant = wideLeb(e.reader, false);
  if (typeof operand === 'number') e.stack.push(operand + toWord(Number(BigInt.asUintN(32, BigInt(constant)))));
  else if (typeof operand === 'bigint') e.stack.pushWide(operand + BigInt(constant));
  else e.stack.pushEntry(fromInteger(integerOf(operand) + BigInt(constant), operand.type));
}

function branchIfNotZero(e: Evaluation): void {
  const distance = e.reader.i16();
  if (e.stack.popIsNotZero()) e.branch(distance);
}

/** To a base type, or to the generic type (0). */
function changeType(e: Evaluation, change: typeof convertValue): void {
  const offset = e.reader.uleb();
  if (offset === 0) {
    const entry = e.stack.peek(0);
    if (typeof entry !== 'object') return;
    e.stack.pop();
    const kind = entry.type.kind === 'float' ? 'signed' : 'unsigned';
    e.stack.pushWide(change(entry, { kind, size: e.expression.addressSize }).bits);
    return;
  }
  const type = e.baseType(offset);
  // Wider than an address, the generic type is read with the sign of what it becomes.
  e.stack.pushEntry(change(e.stack.popTyped(type.kind === 'unsigned' ? 'unsigned' : 'signed'), type));
}

/** The offset of an entry in `.debug_info`: in DWARF 2 of the size of an address. */
function entryReference(e: Evaluation): number {
  const { version, offsetSize, addressSize } = e.expression;
  return (version > 2 ? offsetSize : addressSize) === 4 ? e.reader.u32() : e.reader.u64();
}

function implicitPointer(e: Evaluation): void {
  const entry = entryReference(e) as InfoOffset;
  e.finish({ kind: 'implicit-pointer', entry, offset: e.reader.sleb() });
}
