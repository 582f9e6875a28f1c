/** Contents of sections, decompressed where they were compressed. */
import { inflateSync } from 'node:zlib';
import { ByteReader } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';
import { type ElfFile, type ElfSection, SHF, SHT } from './elf-file.ts';
import { refusing, unsupported } from './refusal.ts';
import { decompressZstd } from './zstd/decompress-zstd.ts';

/** Bytes one section may decompress to. */
export const MAX_SECTION_BYTES = 256 * 1024 * 1024;
/**
 * Bytes that one compressed byte may stand for, above SMALL_SECTION_BYTES: as many as zlib can make of it. zstd can make
 * thirty times more, so that a file of some kilobytes could ask for gigabytes in its many sections.
 */
export const MAX_EXPANSION = 1032;

/** The first section of this name. `.debug_x` finds `.zdebug_x` too, the older way to compress. */
export function findSection(elf: ElfFile, name: string): ElfSection | undefined {
  const older = name.startsWith('.debug_') ? `.zdebug_${name.slice('.debug_'.length)}` : undefined;
  return (
    elf.sections.find((section) => section.name === name) ??
    elf.sections.find((section) => older !== undefined && section.name === older)
  );
}

/**
 * What the section holds; a view of the file unless it was compressed. Empty for a section without bytes in the file.
 * Throws 'unsupported-elf' where it lies outside the file or is compressed in a way that is not read, 'parser-limit'
 * where it would decompress to more than MAX_SECTION_BYTES.
 */
export function sectionBytes(elf: ElfFile, section: ElfSection): Uint8Array {
  if (section.type === SHT.nobits || section.type === SHT.null) return new Uint8Array();
  return refusing(`section ${section.name}`, () => {
    const raw = section.contents.read(section.offset, section.size);
    if (section.flags & SHF.compressed) return decompress(raw, section.name, readCompressionHeader(elf, raw));
    if (section.name.startsWith('.zdebug_')) return decompress(raw, section.name, readOlderHeader(raw));
    return raw;
  });
}

interface Compression {
  readonly kind: number;
  readonly headerSize: number;
  readonly size: number;
}

/** gABI, "Section compression": type, size, alignment; ELF64 pads the type to eight bytes. */
function readCompressionHeader(elf: ElfFile, raw: Uint8Array): Compression {
  const reader = new ByteReader(raw, { littleEndian: elf.littleEndian });
  const kind = reader.u32();
  if (elf.addressSize === 4) return { kind, size: reader.u32(), headerSize: 12 };
  reader.skip(4);
  return { kind, size: reader.u64(), headerSize: 24 };
}

/** `ZLIB` and the size as a big-endian 64-bit number, in either byte order of the file. */
function readOlderHeader(raw: Uint8Array): Compression {
  const reader = new ByteReader(raw, { offset: 4, littleEndian: false });
  return { kind: ZLIB, size: reader.u64(), headerSize: 12 };
}

function decompress(raw: Uint8Array, name: string, { kind, headerSize, size }: Compression): Uint8Array {
  if (kind !== ZLIB && kind !== ZSTD)
    throw unsupported(`section ${name} has compression ${kind}, only zlib (1) and zstd (2) are read`);
  if (size > MAX_SECTION_BYTES) {
    throw new NoinitError('parser-limit', `section ${name} claims ${size} bytes, at most ${MAX_SECTION_BYTES} are read`);
  }
  if (size > SMALL_SECTION_BYTES && size > raw.length * MAX_EXPANSION) {
    throw new NoinitError(
      'parser-limit',
      `section ${name} claims ${size} bytes from ${raw.length}, more than ${MAX_EXPANSION} each`,
    );
  }
  if (size === 0) return new Uint8Array();
  const whole = inflate(raw.subarray(headerSize), kind, size, name);
  if (whole.length !== size) throw unsupported(`section ${name} decompresses to ${whole.length} bytes, not ${size}`);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
}

/** Output beyond what the header claims is an error of both decoders, so the claim also limits memory. */
function inflate(packed: Uint8Array, kind: number, size: number, name: string): Uint8Array {
  try {
    return kind === ZSTD ? decompressZstd(packed, size) : inflateSync(packed, { maxOutputLength: size });
  } catch (error) {
    throw unsupported(`section ${name} does not decompress: ${error instanceof Error ? error.message : error}`, error);
  }
}

const SMALL_SECTION_BYTES = 1024 * 1024;
const ZLIB = 1;
const ZSTD = 2;
