/** Target memory that no program changes, read from the file. */
import { type ElfFile, PF, PT, SHF, SHT } from '@noinit/elf';
import type { Address } from '@noinit/model';

/** Bytes of one read; what a caller shows of constants is far below. */
export const MAX_CONSTANT_READ = 16 * 1024 * 1024;

export class ConstantMemory {
  private readonly parts: readonly Part[];

  constructor(elf: ElfFile) {
    this.parts = constantParts(elf).sort((left, right) => left.start - right.start);
  }

  /** `length` bytes, which may lie in several sections side by side. Undefined if one is missing. */
  read(at: Address, length: number): Uint8Array | undefined {
    if (length < 0 || length > MAX_CONSTANT_READ) return undefined;
    const first = this.partAt(at);
    if (!first) return undefined;
    if (at + length <= first.end) {
      const bytes = first.read(at - first.start, length);
      return bytes.length === length ? bytes : undefined;
    }
    const whole = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const part = this.partAt(at + filled);
      if (!part) return undefined;
      const from = at + filled - part.start;
      const bytes = part.read(from, Math.min(length - filled, part.end - part.start - from));
      // A section whose contents are not what its header says would be asked for ever.
      if (bytes.length === 0) return undefined;
      whole.set(bytes, filled);
      filled += bytes.length;
    }
    return whole;
  }

  private partAt(at: number): Part | undefined {
    return this.parts.find(({ start, end }) => at >= start && at < end);
  }
}

interface Part {
  readonly start: number;
  readonly end: number;
  /** `length` bytes from `offset` bytes behind the start; fewer where the file has fewer. */
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** Bytes of a part that are kept once they were read: code is asked for a few bytes at a time, and often. */
const MAX_KEPT = 16 * 1024 * 1024;

function keeping(size: number, read: (offset: number, length: number) => Uint8Array): Part['read'] {
  if (size > MAX_KEPT) return read;
  let kept: Uint8Array | undefined;
  return (offset, length) => {
    kept ??= read(0, size);
    return kept.subarray(offset, offset + length);
  };
}

/** Sections say exactly what is writable; a segment of bare metal firmware is often all of read, write and execute. */
function constantParts(elf: ElfFile): Part[] {
  if (elf.sections.length > 0) {
    return elf.sections
      .filter(({ type, flags }) => flags & SHF.alloc && !(flags & SHF.write) && type !== SHT.nobits && type !== SHT.null)
      .filter(({ offset, size, flags, contents }) => size > 0 && offset + size <= contents.size && !(flags & SHF.compressed))
      .map((section) => ({
        start: section.address,
        end: section.address + section.size,
        read: keeping(section.size, (offset, length) => section.contents.read(section.offset + offset, length)),
      }));
  }
  return elf.segments
    .filter(({ type, flags }) => type === PT.load && !(flags & PF.write))
    .filter(({ offset, fileSize }) => fileSize > 0 && offset + fileSize <= elf.contents.size)
    .map(({ address, offset, fileSize }) => ({
      start: address,
      end: address + fileSize,
      read: keeping(fileSize, (from, length) => elf.contents.read(offset + from, length)),
    }));
}
