/** The sections of a file that hold debug information. */
import { DEBUG_SECTIONS, DebugInfo, type FrameSection } from '@noinit/dwarf';
import { type ElfFile, findSection, sectionBytes } from '@noinit/elf';
import { address } from '@noinit/model';

/** Reads all of them now. Throws what `sectionBytes` throws. */
export function openDebugInfo(elf: ElfFile): DebugInfo {
  const found = DEBUG_SECTIONS.flatMap((name): [string, Uint8Array][] => {
    const section = findSection(elf, name);
    return section ? [[name, sectionBytes(elf, section)]] : [];
  });
  const sections = new Map(found);
  return new DebugInfo((name) => sections.get(name), elf.littleEndian);
}

export function frameSections(elf: ElfFile): readonly FrameSection[] {
  return (['debug_frame', 'eh_frame'] as const).flatMap((kind) => {
    const section = findSection(elf, `.${kind}`);
    if (!section) return [];
    const { addressSize, littleEndian } = elf;
    return [{ kind, bytes: sectionBytes(elf, section), address: address(section.address), addressSize, littleEndian }];
  });
}
