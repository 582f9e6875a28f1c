/** The GNU build id: note `GNU`, type 3, in a note segment or section. */
import { ByteReader, toHex } from '@noinit/bytes';
import { type BuildId, buildId } from '@noinit/model';
import { type ElfFile, PT, SHT } from './elf-file.ts';

/** Bytes of notes that are searched, all places together. Core files hold some hundred kilobytes. */
export const MAX_NOTE_BYTES = 16 * 1024 * 1024;

/** The build id, from segments first: a stripped image has no sections. Undefined without a readable one. */
export function findBuildId(elf: Omit<ElfFile, 'buildId'>): BuildId | undefined {
  const places = [
    ...elf.segments.filter((segment) => segment.type === PT.note).map(({ offset, fileSize }) => ({ offset, size: fileSize })),
    ...elf.sections.filter((section) => section.type === SHT.note),
  ];
  // Places may overlap: without a common budget each of them could cost the whole file.
  let budget = MAX_NOTE_BYTES;
  for (const { offset, size } of places) {
    const { contents } = elf;
    const bytes = contents.read(Math.min(offset, contents.size), Math.min(size, budget, Math.max(0, contents.size - offset)));
    const found = scanNotes(bytes, elf.littleEndian);
    if (found) return found;
    budget -= bytes.length;
  }
  return undefined;
}

/** Notes that do not lie whole inside `bytes` end the scan: nothing behind them can be found. */
function scanNotes(bytes: Uint8Array, littleEndian: boolean): BuildId | undefined {
  const reader = new ByteReader(bytes, { littleEndian });
  while (reader.remaining >= NOTE_HEADER) {
    const nameSize = reader.u32();
    const size = reader.u32();
    const type = reader.u32();
    if (aligned(nameSize) + size > reader.remaining) return undefined;
    const name = reader.take(aligned(nameSize));
    const content = reader.take(size);
    if (type === BUILD_ID && GNU.every((byte, index) => name[index] === byte)) return buildId(toHex(content));
    reader.skip(Math.min(aligned(size) - size, reader.remaining));
  }
  return undefined;
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}

const NOTE_HEADER = 12;
const BUILD_ID = 3;
const GNU = [0x47, 0x4e, 0x55, 0];
