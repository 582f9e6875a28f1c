/** Runs a line number program (DWARF 5, 6.2.5) and hands out its rows. */
import { ByteReader } from '@noinit/bytes';
import { MalformedError } from '../damage.ts';
import { readAddress } from '../entry/form-reader.ts';
import type { DwarfSections } from '../sections.ts';
import { addFile, type LineHeader, takeFile } from './line-header.ts';

/** Receives rows in the program's order. The numbers are those of the state machine's registers. */
export interface LineSink {
  row(address: number, file: number, line: number, column: number): void;
  /** The sequence ends; `address` is behind its last byte. */
  endSequence(address: number): void;
}

export function runLineProgram(sections: DwarfSections, header: LineHeader, sink: LineSink): void {
  new Machine(sections, header, sink).run();
}

class Machine {
  private readonly header: LineHeader;
  private readonly sink: LineSink;
  private readonly reader: ByteReader;
  private readonly opcodeBase: number;
  private address = 0;
  private operation = 0;
  private file = 1;
  private line = 1;
  private column = 0;

  constructor(sections: DwarfSections, header: LineHeader, sink: LineSink) {
    this.header = header;
    this.sink = sink;
    const bytes = sections.line.subarray(0, header.end);
    this.reader = new ByteReader(bytes, { offset: header.program, littleEndian: sections.littleEndian });
    this.opcodeBase = header.operandCounts.length;
  }

  run(): void {
    const { reader, opcodeBase } = this;
    while (!reader.atEnd) {
      const opcode = reader.u8();
      if (opcode >= opcodeBase) this.special(opcode - opcodeBase);
      else if (opcode === 0) this.extended();
      else this.standard(opcode);
    }
  }

  /** One opcode that moves address and line and gives a row (6.2.5.1). */
  private special(adjusted: number): void {
    const { lineBase, lineRange } = this.header;
    this.advance(Math.floor(adjusted / lineRange));
    this.line += lineBase + (adjusted % lineRange);
    this.emit();
  }

  private standard(opcode: number): void {
    const { reader } = this;
    switch (opcode) {
      case LNS.copy:
        this.emit();
        return;
      case LNS.advance_pc:
        this.advance(reader.uleb());
        return;
      case LNS.advance_line:
        this.line += reader.sleb();
        return;
      case LNS.set_file:
        this.file = reader.uleb();
        return;
      case LNS.set_column:
        this.column = reader.uleb();
        return;
      case LNS.const_add_pc:
        this.advance(Math.floor((255 - this.opcodeBase) / this.header.lineRange));
        return;
      case LNS.fixed_advance_pc:
        this.address += reader.u16();
        this.operation = 0;
        return;
      case LNS.negate_stmt:
      case LNS.set_basic_block:
      case LNS.set_prologue_end:
      case LNS.set_epilogue_begin:
        return;
      case LNS.set_isa:
        reader.uleb();
        return;
      default:
        // An opcode of a later version: its operands are LEB128 numbers (6.2.5.2).
        for (let count = this.header.operandCounts[opcode] ?? 0; count > 0; count--) reader.uleb();
    }
  }

  private extended(): void {
    const { reader } = this;
    const length = reader.uleb();
    const end = reader.offset + length;
    if (length > reader.remaining) throw new MalformedError('an extended line opcode ends behind its program');
    if (length === 0) return;
    const opcode = reader.u8();
    if (opcode === LNE.end_sequence) this.endSequence();
    else if (opcode === LNE.set_address) this.setAddress(length - 1);
    else if (opcode === LNE.define_file) this.defineFile();
    reader.offset = end;
  }

  /** Dropped in DWARF 5. */
  private defineFile(): void {
    const file = takeFile(this.reader);
    if (file) addFile(this.header.files, file);
  }

  private setAddress(size: number): void {
    if (size !== 4 && size !== 8) throw new MalformedError(`a line address of ${size} bytes`);
    this.address = readAddress(this.reader, size);
    this.operation = 0;
  }

  /** Several operations share an address on VLIW machines only; on others `maximumOperations` is 1. */
  private advance(operations: number): void {
    const { minimumInstructionLength, maximumOperations } = this.header;
    const total = this.operation + operations;
    this.address += minimumInstructionLength * Math.floor(total / maximumOperations);
    this.operation = total % maximumOperations;
  }

  private emit(): void {
    this.sink.row(this.address, this.file, this.line, this.column);
  }

  private endSequence(): void {
    this.sink.endSequence(this.address);
    this.address = 0;
    this.operation = 0;
    this.file = 1;
    this.line = 1;
    this.column = 0;
  }
}

const LNS = {
  copy: 1,
  advance_pc: 2,
  advance_line: 3,
  set_file: 4,
  set_column: 5,
  negate_stmt: 6,
  set_basic_block: 7,
  const_add_pc: 8,
  fixed_advance_pc: 9,
  set_prologue_end: 10,
  set_epilogue_begin: 11,
  set_isa: 12,
} as const;
const LNE = { end_sequence: 1, set_address: 2, define_file: 3 } as const;
