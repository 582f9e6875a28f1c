/** The symbol table as columns: a firmware has thousands of symbols and most are never looked at. */
import { ByteReader, stringAt } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';
import { type ElfFile, type ElfSection, SHF, SHT } from './elf-file.ts';
import { refusing, unsupported } from './refusal.ts';
import { sectionBytes } from './section-bytes.ts';

/** Symbols that are read from one file. */
export const MAX_SYMBOLS = 4_000_000;

/** Defined symbols, sorted by address; the Thumb bit is removed. Symbols of equal address keep the file's order. */
export interface ElfSymbolTable {
  readonly count: number;
  readonly addresses: Float64Array;
  readonly sizes: Float64Array;
  /** One of SYMBOL_KIND. */
  readonly kinds: Uint8Array;
  /** Of each name in the string table of the symbols (`symbolStrings`). */
  readonly nameOffsets: Uint32Array;
  readonly name: (index: number) => string;
  /** The first symbol of exactly this name. */
  readonly find: (name: string) => number | undefined;
  /** Where code turns into data or, on ARM, into Thumb code (AAELF32, 5.5.5), sorted by address. `CodeMap` answers from it. */
  readonly mapping: MappingSymbols;
}

export const SYMBOL_KIND = { other: 0, object: 1, function: 2 } as const;

export interface MappingSymbols {
  readonly addresses: Float64Array;
  /** One of MAPPING_KIND. */
  readonly kinds: Uint8Array;
}

export const MAPPING_KIND = { code: 0, thumb: 1, data: 2 } as const;

/** The symbols of `.symtab`, else of `.dynsym`; an empty table where the file was stripped of both. Throws as `sectionBytes` does. */
export function readSymbolTable(elf: ElfFile): ElfSymbolTable {
  const section = findSymbols(elf);
  if (!section) return makeTable([], new Uint8Array());
  const names = symbolStrings(elf);
  return makeTable(
    refusing('the symbol table', () => readEntries(elf, sectionBytes(elf, section), names)),
    names,
  );
}

/** The string table that the names of the symbols stand in; empty without symbols. Throws as `sectionBytes` does. */
export function symbolStrings(elf: ElfFile): Uint8Array {
  const section = findSymbols(elf);
  if (!section) return new Uint8Array();
  const strings = elf.sections[section.link];
  if (strings?.type !== SHT.strtab) throw unsupported('the symbol table names no string table');
  return sectionBytes(elf, strings);
}

/** `.symtab`; where it was stripped what is left for the dynamic linker, a part of it. */
function findSymbols(elf: ElfFile): ElfSection | undefined {
  const ofType = (wanted: number) => elf.sections.find(({ type }) => type === wanted);
  return ofType(SHT.symtab) ?? ofType(SHT.dynsym);
}

interface Entry {
  readonly nameOffset: number;
  readonly address: number;
  readonly size: number;
  readonly kind: number;
  /** One of MAPPING_KIND, or -1 for an ordinary symbol. */
  readonly mapping: number;
}

function readEntries(elf: ElfFile, bytes: Uint8Array, names: Uint8Array): Entry[] {
  const entrySize = elf.addressSize === 4 ? 16 : 24;
  const count = Math.floor(bytes.length / entrySize);
  if (count > MAX_SYMBOLS) throw new NoinitError('parser-limit', `${count} symbols, at most ${MAX_SYMBOLS} are read`);
  const reader = new ByteReader(bytes, { littleEndian: elf.littleEndian });
  const entries: Entry[] = [];
  // The first entry is the null symbol.
  for (let index = 1; index < count; index++) {
    reader.offset = index * entrySize;
    const { nameOffset, value, size, info, section } = elf.addressSize === 4 ? readEntry32(reader) : readEntry64(reader);
    const type = info & 0xf;
    if (section === UNDEFINED_SECTION || type === STT.section || type === STT.file || type === STT.tls) continue;
    // In debug sections and in a log's dictionary a value is an offset and no address; with flash at 0 it would look like one.
    if (!isInMemory(elf, section)) continue;
    const mapping = type === STT.none ? mappingKind(names, nameOffset) : -1;
    const kind =
      type === STT.function || type === STT.indirectFunction
        ? SYMBOL_KIND.function
        : type === STT.object
          ? SYMBOL_KIND.object
          : SYMBOL_KIND.other;
    const isThumb = elf.machine === 'arm' && type === STT.function;
    entries.push({ nameOffset, address: isThumb ? value - (value % 2) : value, size, kind, mapping });
  }
  return entries.sort((left, right) => left.address - right.address);
}

/** Whether the section of that number is in the target's memory; numbers that name no section say nothing. */
function isInMemory(elf: ElfFile, section: number): boolean {
  const found = elf.sections[section];
  return found === undefined || (found.flags & SHF.alloc) !== 0;
}

function readEntry32(reader: ByteReader) {
  const nameOffset = reader.u32();
  const value = reader.u32();
  const size = reader.u32();
  const info = reader.u8();
  reader.skip(1);
  return { nameOffset, value, size, info, section: reader.u16() };
}

function readEntry64(reader: ByteReader) {
  const nameOffset = reader.u32();
  const info = reader.u8();
  reader.skip(1);
  const section = reader.u16();
  return { nameOffset, info, section, value: reader.u64(), size: reader.u64() };
}

/** `$a`, `$t`, `$d` and `$x` alone or followed by a dot; RISC-V's `$x` also by the name of an instruction set (`$xrv32i`). */
function mappingKind(names: Uint8Array, offset: number): number {
  if (names[offset] !== DOLLAR) return -1;
  const end = names[offset + 2];
  const namesInstructions = names[offset + 1] === 0x78 && end === 0x72 && names[offset + 3] === 0x76;
  if (end !== 0 && end !== DOT && !namesInstructions) return -1;
  switch (names[offset + 1]) {
    case 0x61: // a
    case 0x78: // x
      return MAPPING_KIND.code;
    case 0x74: // t
      return MAPPING_KIND.thumb;
    case 0x64: // d
      return MAPPING_KIND.data;
    default:
      return -1;
  }
}

function makeTable(entries: readonly Entry[], names: Uint8Array): ElfSymbolTable {
  const symbols = entries.filter(({ mapping }) => mapping < 0);
  const marks = entries.filter(({ mapping }) => mapping >= 0);
  const nameOffsets = Uint32Array.from(symbols, (symbol) => symbol.nameOffset);
  return {
    count: symbols.length,
    addresses: Float64Array.from(symbols, (symbol) => symbol.address),
    sizes: Float64Array.from(symbols, (symbol) => symbol.size),
    kinds: Uint8Array.from(symbols, (symbol) => symbol.kind),
    nameOffsets,
    name: (index) => stringAt(names, nameOffsets[index] ?? names.length),
    find: (name) => findName(name, names, nameOffsets),
    mapping: {
      addresses: Float64Array.from(marks, (mark) => mark.address),
      kinds: Uint8Array.from(marks, (mark) => mark.mapping),
    },
  };
}

/** Looks for the name's bytes in the string table first: no name is decoded, and no index of all names is kept. */
function findName(name: string, names: Uint8Array, nameOffsets: Uint32Array): number | undefined {
  const wanted = Buffer.from(`${name}\0`);
  const table = Buffer.from(names.buffer, names.byteOffset, names.byteLength);
  const places = new Set<number>();
  for (let at = table.indexOf(wanted); at >= 0; at = table.indexOf(wanted, at + 1)) places.add(at);
  if (name === '' || places.size === 0) return undefined;
  const index = nameOffsets.findIndex((offset) => places.has(offset));
  return index < 0 ? undefined : index;
}

const UNDEFINED_SECTION = 0;
const STT = { none: 0, object: 1, function: 2, section: 3, file: 4, tls: 6, indirectFunction: 10 } as const;
const DOLLAR = 0x24;
const DOT = 0x2e;
