// An ELF file as its sections, taken apart and put together again: one section can be bent and the file stays one that `readelf` opens.
import { ByteWriter } from '@noinit/bytes';
import { parseElf, sectionBytes } from '@noinit/elf';

const HEADER_SIZE = { 4: 52, 8: 64 };
const SECTION_SIZE = { 4: 40, 8: 64 };
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;

/** @param {Uint8Array} bytes of an ELF file that can be read */
export function takeApart(bytes) {
  const elf = parseElf(bytes);
  return {
    bytes,
    elf,
    sections: elf.sections.map((section) => ({ ...section, bytes: contentOf(elf, section) })),
  };
}

function contentOf(elf, section) {
  return section.type === 0 || section.type === SHT_NOBITS ? new Uint8Array() : sectionBytes(elf, section);
}

/** The file with the contents of some sections replaced, by index. Segments are left out: nothing that is bent needs them. */
export function putTogether({ bytes, elf, sections }, replaced) {
  const { addressSize, littleEndian } = elf;
  const contents = sections.map(({ bytes, index }) => replaced.get(index) ?? bytes);
  const writer = new ByteWriter({ littleEndian });
  const word = (value) => (addressSize === 8 ? writer.u64(value) : writer.u32(value));
  const tableAt = HEADER_SIZE[addressSize] + contents.reduce((sum, { length }) => sum + length, 0);
  writer.bytes(bytes.subarray(0, 20)).u32(1);
  for (const value of [elf.entry, 0, tableAt]) word(value);
  writer.u32(elf.flags).u16(HEADER_SIZE[addressSize]).u16(0).u16(0);
  writer.u16(SECTION_SIZE[addressSize]).u16(sections.length).u16(namesIndex(bytes, elf));
  for (const content of contents) writer.bytes(content);
  let offset = HEADER_SIZE[addressSize];
  sections.forEach((section, position) => {
    const size = contents[position].length;
    writer.u32(nameOffset(bytes, elf, position)).u32(section.type);
    const isStored = section.type !== 0 && section.type !== SHT_NOBITS;
    for (const value of [withoutCompression(section.flags), section.address, offset, isStored ? size : section.size]) word(value);
    writer.u32(section.link).u32(0);
    word(1);
    word(section.entrySize);
    offset += size;
  });
  return writer.toBytes();
}

/** Removes SHF_COMPRESSED: contents are stored as they are. */
function withoutCompression(flags) {
  return flags & SHF_COMPRESSED ? flags - SHF_COMPRESSED : flags;
}

/** sh_name: where the section's name stands. */
function nameOffset(bytes, { addressSize, littleEndian }, position) {
  const view = viewOf(bytes);
  const table = addressSize === 8 ? Number(view.getBigUint64(40, littleEndian)) : view.getUint32(32, littleEndian);
  return view.getUint32(table + position * SECTION_SIZE[addressSize], littleEndian);
}

/** e_shstrndx */
function namesIndex(bytes, { addressSize, littleEndian }) {
  return viewOf(bytes).getUint16(HEADER_SIZE[addressSize] - 2, littleEndian);
}

function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
