/** Reads the headers of an ELF file (System V gABI, chapters 4 and 5). */
import { ByteReader, stringAt } from '@noinit/bytes';
import { address, NoinitError } from '@noinit/model';
import { findBuildId } from './build-id.ts';
import type { ElfFile, ElfMachine, ElfSection, ElfSegment, ElfType } from './elf-file.ts';
import { contentsOf, type FileContents } from './file-contents.ts';
import { refusing, unsupported } from './refusal.ts';

/** Sections and segments together: real firmware has below a hundred, each header becomes an object. */
export const MAX_HEADERS = 70_000;

/**
 * The file's headers, tables and build id. Contents of sections are not touched.
 * Throws NoinitError 'not-an-elf' without the magic number, 'unsupported-elf' where a table lies outside the file or is
 * of a kind that is not read, 'parser-limit' above MAX_HEADERS.
 */
export function parseElf(file: Uint8Array | FileContents): ElfFile {
  const contents = file instanceof Uint8Array ? contentsOf(file) : file;
  const start = contents.read(0, Math.min(contents.size, LARGEST_HEADER));
  if (!MAGIC.every((byte, index) => start[index] === byte)) {
    throw new NoinitError('not-an-elf', `the file of ${contents.size} bytes does not begin with the ELF magic number`);
  }
  return refusing('the ELF file', () => {
    const header = readHeader(start);
    const { sectionTable, sectionCount, sectionHeaderSize, nameSection } = countSections(contents, header);
    checkCount(header.segmentCount + sectionCount);
    const table: Table = { contents, addressSize: header.addressSize, littleEndian: header.littleEndian };
    const segments = readTable(table, header.segmentTable, header.segmentCount, header.segmentHeaderSize, readSegment);
    const raw = readTable(table, sectionTable, sectionCount, sectionHeaderSize, readSection);
    const { addressSize, littleEndian, type, machine, flags, entry } = header;
    const sections = nameSections(contents, raw, nameSection);
    const file = { contents, addressSize, littleEndian, type, machine, flags, entry, sections, segments };
    const buildId = findBuildId(file);
    return buildId === undefined ? file : { ...file, buildId };
  });
}

type Header = ReturnType<typeof readHeader>;
type Table = Pick<ElfFile, 'contents' | 'addressSize' | 'littleEndian'>;
type RawSection = Omit<ElfSection, 'name' | 'contents'> & { readonly nameOffset: number };

function readHeader(bytes: Uint8Array) {
  const [elfClass, encoding] = [bytes[4], bytes[5]];
  if (elfClass !== 1 && elfClass !== 2) throw unsupported(`ELF class ${elfClass} is neither 32 nor 64 bits`);
  if (encoding !== 1 && encoding !== 2) throw unsupported(`ELF data encoding ${encoding} is neither byte order`);
  const addressSize: 4 | 8 = elfClass === 1 ? 4 : 8;
  const littleEndian = encoding === 1;
  const reader = new ByteReader(bytes, { offset: 16, littleEndian });
  const type = TYPES.get(reader.u16()) ?? ('other' as const);
  const machine = MACHINES.get(reader.u16()) ?? ('other' as const);
  reader.skip(4);
  const entry = address(word(reader, addressSize));
  const segmentTable = word(reader, addressSize);
  const sectionTable = word(reader, addressSize);
  const flags = reader.u32();
  reader.skip(2);
  const segmentHeaderSize = reader.u16();
  const segmentCount = reader.u16();
  const sectionHeaderSize = reader.u16();
  const sectionCount = reader.u16();
  const nameSection = reader.u16();
  return {
    ...{ addressSize, littleEndian, type, machine, flags, entry, segmentTable, segmentCount, segmentHeaderSize },
    ...{ sectionTable, sectionCount, sectionHeaderSize, nameSection },
  };
}

/** Counts that do not fit 16 bits stand in the first section header (gABI, "ELF header", e_shnum and e_shstrndx). */
function countSections(contents: FileContents, header: Header) {
  const { sectionTable, sectionHeaderSize, sectionCount, nameSection } = header;
  if (header.segmentCount === EXTENDED_SEGMENTS) throw unsupported('the file has more than 65,534 segments');
  if (sectionTable === 0 || (sectionCount > 0 && nameSection !== EXTENDED_INDEX)) {
    return { sectionTable, sectionHeaderSize, sectionCount: sectionTable === 0 ? 0 : sectionCount, nameSection };
  }
  const [first] = readTable({ contents, ...header }, sectionTable, 1, sectionHeaderSize, readSection);
  return {
    sectionTable,
    sectionHeaderSize,
    sectionCount: sectionCount || (first?.size ?? 0),
    nameSection: nameSection === EXTENDED_INDEX ? (first?.link ?? 0) : nameSection,
  };
}

function checkCount(count: number): void {
  if (count > MAX_HEADERS) {
    throw new NoinitError('parser-limit', `the file has ${count} sections and segments, at most ${MAX_HEADERS} are read`);
  }
}

/** `count` rows of `rowSize` bytes. That all of them are in the file is checked before the first is read. */
function readTable<Row>(
  { contents, addressSize, littleEndian }: Table,
  offset: number,
  count: number,
  rowSize: number,
  readRow: (reader: ByteReader, addressSize: 4 | 8, index: number) => Row,
): Row[] {
  if (count === 0) return [];
  const table = contents.read(offset, count * rowSize);
  return Array.from({ length: count }, (_, index) => {
    const row = table.subarray(index * rowSize, (index + 1) * rowSize);
    return readRow(new ByteReader(row, { littleEndian }), addressSize, index);
  });
}

function readSection(reader: ByteReader, addressSize: 4 | 8, index: number): RawSection {
  const nameOffset = reader.u32();
  const type = reader.u32();
  const flags = word(reader, addressSize);
  const at = address(word(reader, addressSize));
  const offset = word(reader, addressSize);
  const size = word(reader, addressSize);
  const link = reader.u32();
  reader.skip(4 + addressSize);
  return { index, nameOffset, type, flags, address: at, offset, size, link, entrySize: word(reader, addressSize) };
}

function readSegment(reader: ByteReader, addressSize: 4 | 8): ElfSegment {
  const type = reader.u32();
  const flags64 = addressSize === 8 ? reader.u32() : 0;
  const offset = word(reader, addressSize);
  const at = address(word(reader, addressSize));
  const loadAddress = address(word(reader, addressSize));
  const fileSize = word(reader, addressSize);
  const memorySize = word(reader, addressSize);
  const flags = addressSize === 8 ? flags64 : reader.u32();
  return { type, flags, offset, address: at, loadAddress, fileSize, memorySize };
}

function nameSections(contents: FileContents, sections: readonly RawSection[], nameSection: number): ElfSection[] {
  const names = sections[nameSection];
  const table = names && names.size > 0 ? contents.read(names.offset, names.size) : new Uint8Array();
  return sections.map(({ nameOffset, ...section }) => ({
    ...section,
    name: stringAt(table, nameOffset, MAX_SECTION_NAME_BYTES),
    contents,
  }));
}

function word(reader: ByteReader, addressSize: 4 | 8): number {
  return addressSize === 4 ? reader.u32() : reader.u64();
}

/** Names may overlap in their table, so that a small file could name each section with all of it. */
const MAX_SECTION_NAME_BYTES = 256;
/** Of ELF64. */
const LARGEST_HEADER = 64;
const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const EXTENDED_INDEX = 0xffff;
const EXTENDED_SEGMENTS = 0xffff;
const TYPES: ReadonlyMap<number, ElfType> = new Map([
  [1, 'relocatable'],
  [2, 'executable'],
  [3, 'shared'],
  [4, 'core'],
]);
const MACHINES: ReadonlyMap<number, ElfMachine> = new Map([
  [3, 'x86'],
  [40, 'arm'],
  [62, 'x86-64'],
  [94, 'xtensa'],
  [183, 'aarch64'],
  [243, 'riscv'],
]);
