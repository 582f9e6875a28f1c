/** Finds `.ARM.exidx` in a file: by section type, or by segment where there are no sections. */
import { type ElfFile, sectionBytes } from '@noinit/elf';
import { address } from '@noinit/model';
import type { LiveCode } from '../code/live-code.ts';
import type { ConstantMemory } from '../constant-memory.ts';
import { ExidxTable, type IndexSection } from './exidx-table.ts';

/** SHT_ARM_EXIDX and PT_ARM_EXIDX (AAELF32, 5.3.3 and 6.1). */
const ARM_EXIDX = 0x7000_0001;
/** Longest index that is read through a segment. */
const MAX_INDEX_BYTES = 8 * 1024 * 1024;

/** Undefined where the file has none, or is for another processor. */
export function openExceptionIndex(elf: ElfFile, constants: ConstantMemory, live: LiveCode): ExidxTable | undefined {
  if (elf.machine !== 'arm') return undefined;
  const sections = elf.sections.length > 0 ? fromSections(elf) : fromSegments(elf, constants);
  if (sections.length === 0) return undefined;
  return new ExidxTable(sections, {
    littleEndian: elf.littleEndian,
    isLive: (start) => live.isLiveFunction(start, [start]),
    read: (at, length) => constants.read(at, length),
  });
}

function fromSections(elf: ElfFile): IndexSection[] {
  return elf.sections
    .filter(({ type, size }) => type === ARM_EXIDX && size > 0)
    .map((section) => ({ bytes: sectionBytes(elf, section), address: section.address }));
}

function fromSegments(elf: ElfFile, constants: ConstantMemory): IndexSection[] {
  return elf.segments.flatMap((segment) => {
    if (segment.type !== ARM_EXIDX || segment.memorySize > MAX_INDEX_BYTES) return [];
    const bytes = constants.read(segment.address, segment.memorySize);
    return bytes ? [{ bytes, address: address(segment.address) }] : [];
  });
}
