/** A row of call frame information as bytes (docs/formats/symbol-cache.md); the start of its function is not in it. */
import { type ByteReader, ByteWriter } from '@noinit/bytes';
import type { CfaRule, Expression, RegisterRule, UnwindRow } from '@noinit/dwarf';
import { address } from '@noinit/model';

/** Registers with a rule in one row. */
const MAX_RULES = 1024;

/** Equal for equal rows: most rows repeat one that is known, and are not encoded. */
export function keyOf({ cfa, registers, returnAddressRegister, signalFrame }: UnwindRow): string {
  let key = `${returnAddressRegister}${signalFrame ? 's' : ' '}`;
  key += cfa.kind === 'register' ? `${cfa.register}+${cfa.offset}` : expressionKey(cfa.expression);
  for (const [register, rule] of registers) {
    key += ` ${register}${rule.kind}`;
    if (rule.kind === 'offset' || rule.kind === 'value-offset') key += rule.offset;
    else if (rule.kind === 'register') key += rule.register;
    else if (rule.kind === 'expression' || rule.kind === 'value-expression') key += expressionKey(rule.expression);
  }
  return key;
}

function expressionKey({ addressSize, offsetSize, version, bytes }: Expression): string {
  return `x${addressSize} ${offsetSize} ${version} ${bytes.join()}`;
}

export function encodeRow({ cfa, registers, returnAddressRegister, signalFrame }: UnwindRow): Uint8Array {
  const writer = new ByteWriter();
  writer.uleb(returnAddressRegister).u8(signalFrame ? 1 : 0);
  if (cfa.kind === 'register') writer.u8(0).uleb(cfa.register).sleb(cfa.offset);
  else writeExpression(writer.u8(1), cfa.expression);
  writer.uleb(registers.size);
  for (const [register, rule] of registers) {
    writer.uleb(register).u8(RULE_KINDS.indexOf(rule.kind));
    switch (rule.kind) {
      case 'offset':
      case 'value-offset':
        writer.sleb(rule.offset);
        break;
      case 'register':
        writer.uleb(rule.register);
        break;
      case 'expression':
      case 'value-expression':
        writeExpression(writer, rule.expression);
        break;
      default:
    }
  }
  return writer.toBytes();
}

function writeExpression(writer: ByteWriter, { addressSize, offsetSize, version, bytes }: Expression): void {
  writer.u8(addressSize).u8(offsetSize).u8(version).uleb(bytes.length).bytes(bytes);
}

/** Undefined where it has too many rules or one of an unknown kind. Throws where the bytes end too soon. */
export function decodeRow(reader: ByteReader, littleEndian: boolean): UnwindRow | undefined {
  const returnAddressRegister = reader.uleb();
  const signalFrame = reader.u8() !== 0;
  const cfa: CfaRule =
    reader.u8() === 0
      ? { kind: 'register', register: reader.uleb(), offset: reader.sleb() }
      : { kind: 'expression', expression: readExpression(reader, littleEndian) };
  const count = reader.uleb();
  if (count > MAX_RULES) return undefined;
  const registers = new Map<number, RegisterRule>();
  for (let index = 0; index < count; index++) {
    const register = reader.uleb();
    const rule = readRule(reader, littleEndian);
    if (!rule) return undefined;
    registers.set(register, rule);
  }
  return { start: address(0), cfa, registers, returnAddressRegister, signalFrame };
}

function readRule(reader: ByteReader, littleEndian: boolean): RegisterRule | undefined {
  const kind = RULE_KINDS[reader.u8()];
  switch (kind) {
    case 'undefined':
    case 'same-value':
      return { kind };
    case 'offset':
    case 'value-offset':
      return { kind, offset: reader.sleb() };
    case 'register':
      return { kind, register: reader.uleb() };
    case 'expression':
    case 'value-expression':
      return { kind, expression: readExpression(reader, littleEndian) };
    default:
      return undefined;
  }
}

function readExpression(reader: ByteReader, littleEndian: boolean): Expression {
  const addressSize = reader.u8() === 8 ? 8 : 4;
  const offsetSize = reader.u8() === 8 ? 8 : 4;
  const version = reader.u8();
  return { bytes: reader.take(reader.uleb()), addressSize, offsetSize, version, littleEndian, unit: 0 };
}

/** By their number in the file. */
const RULE_KINDS = [
  'undefined',
  'same-value',
  'offset',
  'value-offset',
  'register',
  'expression',
  'value-expression',
] as const satisfies readonly RegisterRule['kind'][];
