/** The header of a line number program: files, directories and the constants of its opcodes (DWARF 5, 6.2.4). */
import { ByteReader, stringAt } from '@noinit/bytes';
import { MalformedError, overLimit } from '../damage.ts';
import { type Encoding, type FormValue, readForm, readOffset } from '../entry/form-reader.ts';
import type { DwarfSections, LineOffset } from '../sections.ts';

/** Files of one program: a unit names the headers it includes. */
export const MAX_FILES = 65_535;

export interface LineHeader extends Encoding {
  readonly minimumInstructionLength: number;
  readonly maximumOperations: number;
  readonly lineBase: number;
  readonly lineRange: number;
  /** Operand counts of the standard opcodes, by opcode; index 0 is unused. */
  readonly operandCounts: Uint8Array;
  /**
   * By the number that the file register holds: counted from 1 to DWARF 4, from 0 since. Index 0 is unused before 5. To
   * DWARF 4 the program itself may define more.
   */
  readonly files: LineFile[];
  readonly directories: readonly FormValue[];
  /** Where the program begins and ends in the section. */
  readonly program: number;
  readonly end: number;
}

/** Names stay where they are until somebody asks: thousands of entries may name one long string. */
export interface LineFile {
  readonly name: FormValue;
  /** Into the directories; 0 is the directory of the compilation. */
  readonly directory: number;
}

export function readLineHeader(sections: DwarfSections, offset: LineOffset, addressSize: 4 | 8): LineHeader {
  const whole = new ByteReader(sections.line, { offset, littleEndian: sections.littleEndian });
  const short = whole.u32();
  const offsetSize: 4 | 8 = short === LONG_LENGTH ? 8 : 4;
  const length = offsetSize === 8 ? whole.u64() : short;
  const end = whole.offset + length;
  if (end > sections.line.length)
    throw new MalformedError(`the line program at 0x${offset.toString(16)} ends behind its section`);
  const reader = new ByteReader(sections.line.subarray(0, end), { offset: whole.offset, littleEndian: sections.littleEndian });
  const version = reader.u16();
  if (version < 2 || version > 5) throw new MalformedError(`line programs of version ${version} are not read`);
  const encoding: Encoding = { version, offsetSize, addressSize: version >= 5 ? readAddressSize(reader) : addressSize };
  const headerLength = readOffset(reader, offsetSize);
  const program = reader.offset + headerLength;
  if (program > end) throw new MalformedError(`the line program at 0x${offset.toString(16)} has a header that leaves no program`);
  const constants = readConstants(reader, version);
  const tables = version >= 5 ? readTables5(reader, encoding) : readTables2(reader);
  return { ...encoding, ...constants, ...tables, program, end };
}

function readAddressSize(reader: ByteReader): 4 | 8 {
  const size = reader.u8();
  const segmentSelectorSize = reader.u8();
  if ((size !== 4 && size !== 8) || segmentSelectorSize !== 0)
    throw new MalformedError(`line program addresses of ${size} bytes`);
  return size;
}

function readConstants(reader: ByteReader, version: number) {
  const minimumInstructionLength = reader.u8();
  const maximumOperations = version >= 4 ? reader.u8() : 1;
  // Whether rows begin statements: for debuggers that set breakpoints.
  reader.u8();
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  if (lineRange === 0 || maximumOperations === 0) throw new MalformedError('a line program that divides by zero');
  const opcodeBase = reader.u8();
  const operandCounts = new Uint8Array(Math.max(opcodeBase, 1));
  for (let opcode = 1; opcode < opcodeBase; opcode++) operandCounts[opcode] = reader.u8();
  return { minimumInstructionLength, maximumOperations, lineBase, lineRange, operandCounts };
}

function readTables2(reader: ByteReader) {
  // Index 0 stands for the directory of the compilation, which is not in the table.
  const directories = [NO_NAME];
  for (let name = takeName(reader); name.bytes.length > 0; name = takeName(reader)) {
    directories.push(name);
    if (directories.length > MAX_FILES) throw overLimit(`a line program with more than ${MAX_FILES} directories`);
  }
  const files: LineFile[] = [{ name: NO_NAME, directory: 0 }];
  for (let file = takeFile(reader); file; file = takeFile(reader)) addFile(files, file);
  return { directories, files };
}

/** Name, directory, time and size of a file; undefined where the name is empty, which ends a table. */
export function takeFile(reader: ByteReader): LineFile | undefined {
  const name = takeName(reader);
  if (name.bytes.length === 0) return undefined;
  const directory = reader.uleb();
  reader.uleb();
  reader.uleb();
  return { name, directory };
}

export function addFile(files: LineFile[], file: LineFile): void {
  if (files.length > MAX_FILES) throw overLimit(`a line program with more than ${MAX_FILES} files`);
  files.push(file);
}

function readTables5(reader: ByteReader, encoding: Encoding) {
  const directories = readEntries(reader, encoding).map(({ name }) => name);
  const files = readEntries(reader, encoding);
  return { directories, files };
}

function readEntries(reader: ByteReader, encoding: Encoding): LineFile[] {
  const format = Array.from({ length: reader.u8() }, () => ({ content: reader.uleb(), form: reader.uleb() }));
  const count = reader.uleb();
  if (count > MAX_FILES) throw overLimit(`a line program with more than ${MAX_FILES} files or directories`);
  return Array.from({ length: count }, () => {
    let name: FormValue = NO_NAME;
    let directory = 0;
    for (const { content, form } of format) {
      const value = readForm(reader, form, encoding, 0, undefined);
      if (content === LNCT.path) name = value;
      else if (content === LNCT.directory_index && value.kind === 'constant') directory = Number(value.value);
    }
    return { name, directory };
  });
}

/** The text of a name. String indices would need a unit and are written by nobody here. */
export function lineText(value: FormValue | undefined, sections: DwarfSections): string {
  if (value?.kind === 'text') return stringAt(value.bytes, 0, MAX_PATH_BYTES);
  return value?.kind === 'text-offset' ? stringAt(sections[value.section], value.offset, MAX_PATH_BYTES) : '';
}

function takeName(reader: ByteReader): { readonly kind: 'text'; readonly bytes: Uint8Array } {
  const end = reader.bytes.indexOf(0, reader.offset);
  const bytes = reader.take((end < 0 ? reader.bytes.length : end) - reader.offset);
  reader.skip(1);
  return { kind: 'text', bytes };
}

/** As long as paths of Linux may be. */
const MAX_PATH_BYTES = 4096;
const NO_NAME: FormValue = { kind: 'text', bytes: new Uint8Array() };
const LONG_LENGTH = 0xffff_ffff;
const LNCT = { path: 1, directory_index: 2 } as const;
