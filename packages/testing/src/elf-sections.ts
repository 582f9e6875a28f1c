/** Sections of an ELF file by name, as the readers of debug information ask for them. */
import { readFileSync } from 'node:fs';
import { type ElfFile, findSection, parseElf, sectionBytes } from '@noinit/elf';

export interface OpenedElf {
  readonly elf: ElfFile;
  readonly lookup: (name: string) => Uint8Array | undefined;
}

export function openElf(path: string): OpenedElf {
  const elf = parseElf(new Uint8Array(readFileSync(path)));
  const lookup = (name: string) => {
    const section = findSection(elf, name);
    return section && sectionBytes(elf, section);
  };
  return { elf, lookup };
}
