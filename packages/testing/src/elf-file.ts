/** Writes small ELF executables: what a linker would give, with every field open to being wrong. */
import { ByteWriter, concatBytes } from '@noinit/bytes';

export interface MadeSection {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly address?: number;
  readonly bytes?: Uint8Array;
  /** The size in the header, where it is not that of `bytes`. */
  readonly size?: number;
  readonly link?: number;
}

export interface MadeSegment {
  readonly type: number;
  readonly flags?: number;
  readonly address?: number;
  readonly bytes: Uint8Array;
}

export interface MadeSymbol {
  readonly name: string;
  readonly value: number;
  readonly size?: number;
  /** st_info: binding in the high four bits, type in the low ones. */
  readonly info?: number;
  readonly section?: number;
}

export interface MadeElf {
  readonly addressSize?: 4 | 8;
  readonly littleEndian?: boolean;
  readonly type?: number;
  readonly machine?: number;
  readonly sections?: readonly MadeSection[];
  readonly segments?: readonly MadeSegment[];
  readonly symbols?: readonly MadeSymbol[];
}

/** Header, segment headers, contents, section headers. The null section and the name tables are added. */
export function makeElf(made: MadeElf): Uint8Array {
  const { addressSize = 4, littleEndian = true, segments = [] } = made;
  const sections = completeSections(made);
  const large = addressSize === 8;
  const segmentTable = large ? 64 : 52;
  let offset = segmentTable + segments.length * (large ? 56 : 32);
  const place = (bytes: Uint8Array) => {
    const at = offset;
    offset += bytes.length;
    return at;
  };
  const placedSegments = segments.map((segment) => ({ ...segment, offset: place(segment.bytes) }));
  const placedSections = sections.map((section) => ({ ...section, offset: place(section.bytes ?? new Uint8Array()) }));

  const writer = new ByteWriter({ littleEndian });
  const word = (value: number) => (large ? writer.u64(value) : writer.u32(value));
  writer.bytes([0x7f, 0x45, 0x4c, 0x46, large ? 2 : 1, littleEndian ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  writer
    .u16(made.type ?? 2)
    .u16(made.machine ?? 40)
    .u32(1);
  word(0);
  word(segmentTable);
  word(offset);
  writer
    .u32(0)
    .u16(segmentTable)
    .u16(large ? 56 : 32)
    .u16(segments.length);
  writer
    .u16(large ? 64 : 40)
    .u16(sections.length)
    .u16(sections.length - 1);
  for (const { type, flags = 4, address = 0, bytes, offset: at } of placedSegments) {
    writer.u32(type);
    if (large) writer.u32(flags);
    for (const value of [at, address, address, bytes.length, bytes.length]) word(value);
    if (!large) writer.u32(flags);
    word(1);
  }
  for (const part of [...segments, ...sections]) writer.bytes(part.bytes ?? new Uint8Array());
  placedSections.forEach((section, index) => {
    const { type = 1, flags = 0, address = 0, bytes, size, link = 0, offset: at } = section;
    writer.u32(nameOffsets(sections)[index] ?? 0).u32(type);
    for (const value of [flags, address, at, size ?? bytes?.length ?? 0]) word(value);
    writer.u32(link).u32(0);
    word(1);
    word(0);
  });
  return writer.toBytes();
}

function completeSections(made: MadeElf): MadeSection[] {
  const own = made.sections ?? [];
  const sections: MadeSection[] = [{ name: '', type: 0 }, ...own];
  if (made.symbols) {
    const strings = nameTable(made.symbols.map(({ name }) => name));
    sections.push({ name: '.symtab', type: 2, bytes: symbolBytes(made), link: sections.length + 1 });
    sections.push({ name: '.strtab', type: 3, bytes: strings.bytes });
  }
  const names = [...sections.map(({ name }) => name), '.shstrtab'];
  return [...sections, { name: '.shstrtab', type: 3, bytes: nameTable(names).bytes }];
}

function symbolBytes({ symbols = [], addressSize = 4, littleEndian = true }: MadeElf): Uint8Array {
  const { offsets } = nameTable(symbols.map(({ name }) => name));
  const writer = new ByteWriter({ littleEndian });
  writer.bytes(new Uint8Array(addressSize === 4 ? 16 : 24));
  symbols.forEach(({ value, size = 0, info = 0x12, section = 1 }, index) => {
    writer.u32(offsets[index] ?? 0);
    if (addressSize === 4) writer.u32(value).u32(size).u8(info).u8(0).u16(section);
    else writer.u8(info).u8(0).u16(section).u64(value).u64(size);
  });
  return writer.toBytes();
}

function nameOffsets(sections: readonly MadeSection[]): readonly number[] {
  return nameTable(sections.map(({ name }) => name)).offsets;
}

function nameTable(names: readonly string[]): { readonly bytes: Uint8Array; readonly offsets: readonly number[] } {
  const parts = [new Uint8Array(1)];
  const offsets: number[] = [];
  let at = 1;
  for (const name of names) {
    const part = new TextEncoder().encode(`${name}\0`);
    offsets.push(at);
    at += part.length;
    parts.push(part);
  }
  return { bytes: concatBytes(parts), offsets };
}

/** A note as in note sections and segments. */
export function makeNote(name: string, type: number, content: Uint8Array, littleEndian = true): Uint8Array {
  const label = new TextEncoder().encode(`${name}\0`);
  const writer = new ByteWriter({ littleEndian }).u32(label.length).u32(content.length).u32(type);
  for (const part of [label, content]) writer.bytes(part).bytes(new Uint8Array(-part.length & 3));
  return writer.toBytes();
}
