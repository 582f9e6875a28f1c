/** Writes sections of debug information entry by entry, the way the DWARF standard draws them. */
import { ByteWriter, concatBytes } from '@noinit/bytes';

export interface MadeAbbreviation {
  readonly code: number;
  readonly tag: number;
  readonly children?: boolean;
  /** Name and form of each attribute, and the value of DW_FORM_implicit_const. */
  readonly attributes: readonly (readonly [name: number, form: number, constant?: number])[];
}

/** One table of `.debug_abbrev`, its terminator included. */
export function makeAbbreviations(abbreviations: readonly MadeAbbreviation[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { code, tag, children = false, attributes } of abbreviations) {
    writer
      .uleb(code)
      .uleb(tag)
      .u8(children ? 1 : 0);
    for (const [name, form, constant] of attributes) {
      writer.uleb(name).uleb(form);
      if (constant !== undefined) writer.sleb(constant);
    }
    writer.u8(0).u8(0);
  }
  return writer.u8(0).toBytes();
}

export interface MadeUnit {
  readonly version?: number;
  /** DW_UT of DWARF 5. */
  readonly type?: number;
  readonly addressSize?: number;
  /** 8 for the 64-bit format. */
  readonly offsetSize?: 4 | 8;
  readonly abbreviations?: number;
  /** What stands between header and entries of a type unit. */
  readonly typeHeader?: Uint8Array;
  /** The entries: codes and values. */
  readonly entries: Uint8Array;
}

/** One unit of `.debug_info`. */
export function makeUnit(unit: MadeUnit): Uint8Array {
  const { version = 5, type = 1, addressSize = 4, offsetSize = 4, abbreviations = 0, typeHeader, entries } = unit;
  const body = new ByteWriter().u16(version);
  if (version >= 5) body.u8(type).u8(addressSize);
  writeOffset(body, abbreviations, offsetSize);
  if (version < 5) body.u8(addressSize);
  return withLength(concatBytes([body.toBytes(), typeHeader ?? new Uint8Array(), entries]), offsetSize);
}

export interface MadeLineProgram {
  readonly version?: number;
  /** Include directories, without the one of the compilation to DWARF 4, with it since. */
  readonly directories?: readonly string[];
  readonly files?: readonly (readonly [name: string, directory: number])[];
  readonly lineBase?: number;
  readonly lineRange?: number;
  readonly minimumInstructionLength?: number;
  /** Above 1 on VLIW machines; since DWARF 4. */
  readonly maximumOperations?: number;
  readonly operations: Uint8Array;
}

/** One program of `.debug_line`, with the thirteen standard opcodes' usual operand counts. */
export function makeLineProgram(program: MadeLineProgram): Uint8Array {
  const { version = 5, lineBase = -5, lineRange = 14, minimumInstructionLength = 2, operations } = program;
  const rest = new ByteWriter().u8(minimumInstructionLength);
  if (version >= 4) rest.u8(program.maximumOperations ?? 1);
  rest
    .u8(1)
    .u8(lineBase & 0xff)
    .u8(lineRange)
    .u8(13)
    .bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]);
  if (version >= 5) writeTables5(rest, program);
  else writeTables2(rest, program);
  const header = new ByteWriter().u16(version);
  if (version >= 5) header.u8(4).u8(0);
  header.u32(rest.length).bytes(rest.toBytes()).bytes(operations);
  return withLength(header.toBytes(), 4);
}

function writeTables2(writer: ByteWriter, { directories = [], files = [] }: MadeLineProgram): void {
  for (const directory of directories) writer.cstring(directory);
  writer.u8(0);
  for (const [name, directory] of files) writer.cstring(name).uleb(directory).uleb(0).uleb(0);
  writer.u8(0);
}

/** Both tables with strings in place (DW_FORM_string) and directories as DW_FORM_udata. */
function writeTables5(writer: ByteWriter, { directories = [], files = [] }: MadeLineProgram): void {
  writer.u8(1).uleb(1).uleb(0x08).uleb(directories.length);
  for (const directory of directories) writer.cstring(directory);
  writer.u8(2).uleb(1).uleb(0x08).uleb(2).uleb(0x0f).uleb(files.length);
  for (const [name, directory] of files) writer.cstring(name).uleb(directory);
}

export interface MadeFrames {
  readonly version?: number;
  readonly augmentation?: string;
  readonly codeAlignment?: number;
  readonly dataAlignment?: number;
  readonly returnAddressRegister?: number;
  readonly initial: readonly number[];
  readonly functions: readonly {
    readonly begin: number;
    readonly size: number;
    readonly instructions: Uint8Array | readonly number[];
  }[];
}

/** A `.debug_frame` of one common entry and its functions. */
export function makeDebugFrame(frames: MadeFrames): Uint8Array {
  const { version = 4, codeAlignment = 2, dataAlignment = -4, returnAddressRegister = 14, initial, functions } = frames;
  const common = new ByteWriter()
    .u32(0xffff_ffff)
    .u8(version)
    .cstring(frames.augmentation ?? '');
  if (version >= 4) common.u8(4).u8(0);
  common.uleb(codeAlignment).sleb(dataAlignment).uleb(returnAddressRegister).bytes(initial);
  const parts = [withLength(common.toBytes(), 4)];
  for (const { begin, size, instructions } of functions) {
    parts.push(withLength(new ByteWriter().u32(0).u32(begin).u32(size).bytes(instructions).toBytes(), 4));
  }
  return concatBytes(parts);
}

function withLength(body: Uint8Array, offsetSize: 4 | 8): Uint8Array {
  const writer = new ByteWriter();
  if (offsetSize === 8) writer.u32(0xffff_ffff);
  return writeOffset(writer, body.length, offsetSize).bytes(body).toBytes();
}

function writeOffset(writer: ByteWriter, value: number, size: 4 | 8): ByteWriter {
  return size === 4 ? writer.u32(value) : writer.u64(value);
}
