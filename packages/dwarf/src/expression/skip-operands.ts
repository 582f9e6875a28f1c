/** Goes over the operands of an operation that is not carried out (DWARF 5, 7.7.1). */
import type { ByteReader } from '@noinit/bytes';
import type { Expression } from './expression.ts';
import { OP } from './opcode.ts';
import { unsupported } from './unevaluable.ts';

/** `code` has been read. */
export function skipOperands(reader: ByteReader, code: number, expression: Expression): void {
  for (const operand of operandsOf(code)) {
    if (typeof operand === 'number') reader.skip(operand);
    else SKIPS[operand](reader, expression);
  }
}

/** A number of bytes, or what says how many there are. */
type Operand = number | 'address' | 'leb' | 'reference' | 'block' | 'short-block';

function operandsOf(code: number): readonly Operand[] {
  if (code >= OP.breg0 && code <= OP.breg31) return ['leb'];
  if (code >= OP.lit0 && code <= OP.reg31) return [];
  const operands = OPERANDS.get(code);
  if (!operands && !WITHOUT.has(code)) throw unsupported('an operation of unknown length');
  return operands ?? [];
}

function skipLeb(reader: ByteReader): void {
  while (reader.u8() >= 0x80);
}

const SKIPS: { readonly [operand in Exclude<Operand, number>]: (reader: ByteReader, expression: Expression) => void } = {
  address: (reader, { addressSize }) => reader.skip(addressSize),
  leb: skipLeb,
  reference: (reader, { version, offsetSize, addressSize }) => reader.skip(version > 2 ? offsetSize : addressSize),
  block: (reader) => reader.skip(reader.uleb()),
  'short-block': (reader) => reader.skip(reader.u8()),
};

const each = (codes: readonly number[], ...operands: readonly Operand[]) =>
  codes.map((code): [number, readonly Operand[]] => [code, operands]);
const OPERANDS: ReadonlyMap<number, readonly Operand[]> = new Map([
  ...each([OP.addr], 'address'),
  ...each([OP.const1u, OP.const1s, OP.pick, OP.deref_size, OP.xderef_size], 1),
  ...each([OP.const2u, OP.const2s, OP.bra, OP.skip, OP.call2], 2),
  ...each([OP.const4u, OP.const4s, OP.call4, OP.GNU_parameter_ref], 4),
  ...each([OP.const8u, OP.const8s], 8),
  ...each([OP.constu, OP.consts, OP.plus_uconst, OP.regx, OP.fbreg, OP.piece, OP.addrx, OP.constx], 'leb'),
  ...each([OP.GNU_addr_index, OP.GNU_const_index, OP.convert, OP.reinterpret, OP.GNU_convert, OP.GNU_reinterpret], 'leb'),
  ...each([OP.bregx, OP.bit_piece, OP.regval_type, OP.GNU_regval_type], 'leb', 'leb'),
  ...each([OP.implicit_value, OP.entry_value, OP.GNU_entry_value], 'block'),
  ...each([OP.const_type, OP.GNU_const_type], 'leb', 'short-block'),
  ...each([OP.deref_type, OP.GNU_deref_type, OP.xderef_type], 1, 'leb'),
  ...each([OP.call_ref, OP.GNU_variable_value], 'reference'),
  ...each([OP.implicit_pointer, OP.GNU_implicit_pointer], 'reference', 'leb'),
]);
/** Named operations without operands. */
const WITHOUT: ReadonlySet<number> = new Set(Object.values(OP).filter((code) => !OPERANDS.has(code)));
