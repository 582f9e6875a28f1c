/** Runs call frame instructions up to an address (DWARF 5, 6.4.2). */
import { ByteReader } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { MalformedError, overLimit } from '../damage.ts';
import { readAddress } from '../entry/form-reader.ts';
import type { Expression } from '../expression/expression.ts';
import type { CfaRule, RegisterRule, UnwindRow } from '../unwind-row.ts';
import type { CommonFrame, FrameSection, FunctionFrame } from './frame-section.ts';
import { readPointer } from './pointer.ts';

/** Instructions that are run for one row. */
export const MAX_FRAME_STEPS = 100_000;
/** Rows that DW_CFA_remember_state may put aside. */
export const MAX_REMEMBERED_ROWS = 64;
/** Registers with a rule; no target has more than some hundred. */
export const MAX_RULES = 1024;

/** The row in force at `pc`, which lies in `frame`. Throws where the instructions cannot be read. */
export function runUnwindProgram(section: FrameSection, frame: FunctionFrame, pc: Address): UnwindRow {
  const machine = new UnwindMachine(section, frame.common, pc);
  machine.run(frame.common.start, frame.common.end, frame.begin);
  machine.keepInitialRules();
  machine.run(frame.instructions.start, frame.instructions.end, frame.begin);
  return machine.row(frame.begin);
}

/** Takes the rows of a function in address order; what it gets may change afterwards. */
export type RowSink = (start: number, end: number, row: UnwindRow) => void;

/** All rows of `frame` that are not empty. Throws where the instructions cannot be read; the rows before are right. */
export function runWholeUnwindProgram(section: FrameSection, frame: FunctionFrame, sink: RowSink): void {
  const machine = new UnwindMachine(section, frame.common, address(frame.end - 1));
  machine.run(frame.common.start, frame.common.end, frame.begin);
  machine.keepInitialRules();
  let from: number = frame.begin;
  machine.beforeMove = (to) => {
    if (to > from) sink(from, Math.min(to, frame.end), machine.row(frame.begin));
    from = to;
  };
  machine.run(frame.instructions.start, frame.instructions.end, frame.begin);
  if (from < frame.end) sink(from, frame.end, machine.row(frame.begin));
}

type Rules = Map<number, RegisterRule>;

class UnwindMachine {
  private readonly section: FrameSection;
  private readonly common: CommonFrame;
  private readonly pc: Address;
  /** Told of each new location before it holds. */
  beforeMove: ((to: number) => void) | undefined;
  private reader: ByteReader;
  private location = 0;
  private steps = 0;
  private cfa: CfaRule | undefined;
  private rules: Rules = new Map();
  private initial: Rules = new Map();
  private readonly remembered: { readonly cfa: CfaRule | undefined; readonly rules: Rules }[] = [];

  constructor(section: FrameSection, common: CommonFrame, pc: Address) {
    this.section = section;
    this.common = common;
    this.pc = pc;
    this.reader = new ByteReader(section.bytes);
  }

  /** Runs until the instructions end or a row begins behind the pc. */
  run(start: number, end: number, begin: Address): void {
    const { bytes, littleEndian } = this.section;
    this.reader = new ByteReader(bytes.subarray(0, end), { offset: start, littleEndian });
    this.location = begin;
    while (!this.reader.atEnd && this.location <= this.pc) {
      if (++this.steps > MAX_FRAME_STEPS) throw overLimit(`more than ${MAX_FRAME_STEPS} call frame instructions`);
      const byte = this.reader.u8();
      if (byte >= 0x40) this.packed(byte & 0xc0, byte & 0x3f);
      else if (!this.advance(byte) && !this.defineCfa(byte)) this.defineRegister(byte);
      if (this.rules.size > MAX_RULES) throw overLimit(`rules for more than ${MAX_RULES} registers`);
    }
  }

  keepInitialRules(): void {
    this.initial = new Map(this.rules);
  }

  row(start: Address): UnwindRow {
    if (!this.cfa) throw new MalformedError('call frame instructions define no canonical frame address');
    const { returnAddressRegister, signalFrame } = this.common;
    return { start, cfa: this.cfa, registers: this.rules, returnAddressRegister, signalFrame };
  }

  /** Instructions that have their operand in the opcode. */
  private packed(operation: number, operand: number): void {
    if (operation === CFA.advance_loc) this.move(operand);
    else if (operation === CFA.offset) this.rules.set(operand, this.offsetRule(this.reader.uleb()));
    else this.restore(operand);
  }

  private advance(opcode: number): boolean {
    switch (opcode) {
      case CFA.nop:
        return true;
      case CFA.set_loc:
        this.moveTo(this.readLocation());
        return true;
      case CFA.advance_loc1:
        this.move(this.reader.u8());
        return true;
      case CFA.advance_loc2:
        this.move(this.reader.u16());
        return true;
      case CFA.advance_loc4:
        this.move(this.reader.u32());
        return true;
      case CFA.MIPS_advance_loc8:
        this.move(this.reader.u64());
        return true;
      default:
        return false;
    }
  }

  private defineCfa(opcode: number): boolean {
    const { reader } = this;
    switch (opcode) {
      case CFA.def_cfa:
        this.cfa = { kind: 'register', register: reader.uleb(), offset: reader.uleb() };
        return true;
      case CFA.def_cfa_sf:
        this.cfa = { kind: 'register', register: reader.uleb(), offset: reader.sleb() * this.common.dataAlignment };
        return true;
      case CFA.def_cfa_register:
        // As the first instruction it leaves the offset at 0: GNU as begins every RISC-V function so.
        this.cfa = { kind: 'register', register: reader.uleb(), offset: this.cfa ? this.registerCfa().offset : 0 };
        return true;
      case CFA.def_cfa_offset:
        this.cfa = { ...this.registerCfa(), offset: reader.uleb() };
        return true;
      case CFA.def_cfa_offset_sf:
        this.cfa = { ...this.registerCfa(), offset: reader.sleb() * this.common.dataAlignment };
        return true;
      case CFA.def_cfa_expression:
        this.cfa = { kind: 'expression', expression: this.expression() };
        return true;
      default:
        return false;
    }
  }

  private defineRegister(opcode: number): void {
    const { reader, rules } = this;
    switch (opcode) {
      case CFA.offset_extended:
        rules.set(reader.uleb(), this.offsetRule(reader.uleb()));
        return;
      case CFA.offset_extended_sf:
        rules.set(reader.uleb(), this.offsetRule(reader.sleb()));
        return;
      case CFA.GNU_negative_offset_extended:
        rules.set(reader.uleb(), this.offsetRule(-reader.uleb()));
        return;
      case CFA.val_offset:
        rules.set(reader.uleb(), { kind: 'value-offset', offset: reader.uleb() * this.common.dataAlignment });
        return;
      case CFA.val_offset_sf:
        rules.set(reader.uleb(), { kind: 'value-offset', offset: reader.sleb() * this.common.dataAlignment });
        return;
      case CFA.register:
        rules.set(reader.uleb(), { kind: 'register', register: reader.uleb() });
        return;
      case CFA.expression:
        rules.set(reader.uleb(), { kind: 'expression', expression: this.expression() });
        return;
      case CFA.val_expression:
        rules.set(reader.uleb(), { kind: 'value-expression', expression: this.expression() });
        return;
      case CFA.undefined:
        rules.set(reader.uleb(), { kind: 'undefined' });
        return;
      case CFA.same_value:
        rules.set(reader.uleb(), { kind: 'same-value' });
        return;
      case CFA.restore_extended:
        this.restore(reader.uleb());
        return;
      default:
        this.keepState(opcode);
    }
  }

  private keepState(opcode: number): void {
    switch (opcode) {
      case CFA.remember_state:
        if (this.remembered.length >= MAX_REMEMBERED_ROWS) throw overLimit(`more than ${MAX_REMEMBERED_ROWS} remembered rows`);
        this.remembered.push({ cfa: this.cfa, rules: new Map(this.rules) });
        return;
      case CFA.restore_state: {
        const row = this.remembered.pop();
        if (!row) throw new MalformedError('a row is restored that was not remembered');
        this.cfa = row.cfa;
        this.rules = row.rules;
        return;
      }
      case CFA.GNU_args_size:
        this.reader.uleb();
        return;
      default:
        throw new MalformedError(`call frame instruction 0x${opcode.toString(16)} is not known`);
    }
  }

  private restore(register: number): void {
    const rule = this.initial.get(register);
    if (rule) this.rules.set(register, rule);
    else this.rules.delete(register);
  }

  private move(delta: number): void {
    this.moveTo(this.location + delta * this.common.codeAlignment);
  }

  /** Locations go up (6.4.2.1). */
  private moveTo(location: number): void {
    if (location < this.location) throw new MalformedError('call frame instructions go back');
    this.beforeMove?.(location);
    this.location = location;
  }

  private readLocation(): number {
    const { addressSize, pointerEncoding } = this.common;
    if (this.section.kind === 'debug_frame') return readAddress(this.reader, addressSize);
    return readPointer(this.reader, pointerEncoding, addressSize, this.section.address);
  }

  private offsetRule(factored: number): RegisterRule {
    return { kind: 'offset', offset: factored * this.common.dataAlignment };
  }

  private registerCfa() {
    if (this.cfa?.kind !== 'register') throw new MalformedError('a canonical frame address is changed that has no register');
    return this.cfa;
  }

  private expression(): Expression {
    const { addressSize, offsetSize } = this.common;
    const bytes = this.reader.take(this.reader.uleb());
    return { bytes, addressSize, offsetSize, version: 5, littleEndian: this.section.littleEndian, unit: 0 };
  }
}

const CFA = {
  advance_loc: 0x40,
  offset: 0x80,
  nop: 0x00,
  set_loc: 0x01,
  advance_loc1: 0x02,
  advance_loc2: 0x03,
  advance_loc4: 0x04,
  offset_extended: 0x05,
  restore_extended: 0x06,
  undefined: 0x07,
  same_value: 0x08,
  register: 0x09,
  remember_state: 0x0a,
  restore_state: 0x0b,
  def_cfa: 0x0c,
  def_cfa_register: 0x0d,
  def_cfa_offset: 0x0e,
  def_cfa_expression: 0x0f,
  expression: 0x10,
  offset_extended_sf: 0x11,
  def_cfa_sf: 0x12,
  def_cfa_offset_sf: 0x13,
  val_offset: 0x14,
  val_offset_sf: 0x15,
  val_expression: 0x16,
  MIPS_advance_loc8: 0x1d,
  GNU_args_size: 0x2e,
  GNU_negative_offset_extended: 0x2f,
} as const;
