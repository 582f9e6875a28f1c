/**
 * Call frame information evaluated for every address of an image: where another row begins, and each distinct row once.
 * A firmware has some hundred distinct rows.
 */
import { ByteReader, ByteWriter } from '@noinit/bytes';
import { type CfaRule, type Expression, type FrameTable, type RegisterRule, type UnwindRow, unlessDamaged } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import { AddressColumn } from '../columns/address-column.ts';
import { type Column, narrow } from '../columns/column.ts';
import { StepColumn } from '../columns/step-column.ts';

export interface FrameColumns {
  readonly starts: StepColumn;
  /** Number of the row plus one; 0 where none holds. */
  readonly rows: Column;
  /** First addresses of functions. */
  readonly functions: AddressColumn;
  /** Where each distinct row begins in `bytes`; it ends where the next one begins. */
  readonly offsets: Column;
  readonly bytes: Uint8Array;
}

/** Registers with a rule in one row. */
const MAX_RULES = 1024;

export function frameColumns(frames: FrameTable): FrameColumns {
  const builder = new Builder();
  frames.eachRow((start, end, row) => builder.add(start, end, row));
  return builder.finish();
}

/** Address to row. */
export class FrameIndex {
  private readonly columns: FrameColumns;
  private readonly littleEndian: boolean;
  /** Rows without the start of their function, by number. */
  private readonly known = new Map<number, UnwindRow | undefined>();

  constructor(columns: FrameColumns, littleEndian: boolean) {
    this.columns = columns;
    this.littleEndian = littleEndian;
  }

  rowAt(pc: Address): UnwindRow | undefined {
    const { starts, rows, functions } = this.columns;
    const row = (rows[starts.lastAtOrBelow(pc)] ?? 0) - 1;
    if (row < 0) return undefined;
    if (!this.known.has(row)) this.known.set(row, this.read(row));
    const known = this.known.get(row);
    const start = functions.lastAtOrBelow(pc);
    return known && start >= 0 ? { ...known, start: functions.addressAt(start) } : undefined;
  }

  private read(row: number): UnwindRow | undefined {
    const { offsets, bytes } = this.columns;
    const [start, end] = [offsets[row], offsets[row + 1]];
    if (start === undefined || end === undefined || end > bytes.length || start > end) return undefined;
    return unlessDamaged(
      () => decodeRow(new ByteReader(bytes.subarray(start, end)), this.littleEndian),
      () => undefined,
    );
  }
}

class Builder {
  private readonly starts: number[] = [];
  private readonly rows: number[] = [];
  private readonly functions: number[] = [];
  private readonly offsets: number[] = [0];
  private readonly known = new Map<string, number>();
  private readonly encoded: Uint8Array[] = [];
  private covered = 0;

  add(start: number, end: number, row: UnwindRow): void {
    if (start < this.covered || end <= start) return;
    if (this.functions[this.functions.length - 1] !== row.start) this.functions.push(row.start);
    if (start > this.covered) this.mark(this.covered, 0);
    this.mark(start, this.number(row) + 1);
    this.covered = end;
  }

  finish(): FrameColumns {
    this.mark(this.covered, 0);
    const bytes = new Uint8Array(this.offsets[this.encoded.length] ?? 0);
    this.encoded.forEach((row, index) => {
      bytes.set(row, this.offsets[index] ?? 0);
    });
    return {
      starts: StepColumn.from(this.starts),
      rows: narrow(this.rows),
      functions: AddressColumn.from(this.functions),
      offsets: narrow(this.offsets),
      bytes,
    };
  }

  private mark(start: number, row: number): void {
    if (this.rows[this.rows.length - 1] === row) return;
    this.starts.push(start);
    this.rows.push(row);
  }

  private number(row: UnwindRow): number {
    const key = keyOf(row);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const bytes = encodeRow(row);
    const number = this.encoded.length;
    this.known.set(key, number);
    this.encoded.push(bytes);
    this.offsets.push((this.offsets[number] ?? 0) + bytes.length);
    return number;
  }
}

/** Equal for equal rows: most rows repeat one that is known, and are not encoded. */
function keyOf({ cfa, registers, returnAddressRegister, signalFrame }: UnwindRow): string {
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

function encodeRow({ cfa, registers, returnAddressRegister, signalFrame }: UnwindRow): Uint8Array {
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

function decodeRow(reader: ByteReader, littleEndian: boolean): UnwindRow | undefined {
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
