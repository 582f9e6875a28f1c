/** What stands at an address of the code: instructions of one kind or another, or data between them. */
import type { Address } from '@noinit/model';
import { type ElfFile, type ElfSection, SHF } from './elf-file.ts';
import { MAPPING_KIND, type MappingSymbols } from './symbol-table.ts';

/** `code`: the instructions that the machine has one kind of, or those of ARM where Thumb is the other. */
export type CodeKind = 'code' | 'thumb' | 'data';

export class CodeMap {
  private readonly mapping: MappingSymbols;
  private readonly sections: readonly ElfSection[];

  constructor(elf: ElfFile, mapping: MappingSymbols) {
    this.mapping = mapping;
    this.sections = elf.sections.filter(({ flags, size }) => flags & SHF.alloc && size > 0);
  }

  /**
   * What the last mapping symbol at or below the address says, if it stands in the same section. Undefined where none
   * does: the file was stripped, or the code comes from a tool that writes none.
   */
  kindAt(wanted: Address): CodeKind | undefined {
    const { addresses, kinds } = this.mapping;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((addresses[middle] ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    const at = addresses[low - 1];
    if (at === undefined) return undefined;
    const isTogether = this.sections.some(
      ({ address, size }) => at >= address && wanted >= address && at < address + size && wanted < address + size,
    );
    return isTogether ? NAMES[kinds[low - 1] ?? MAPPING_KIND.data] : undefined;
  }
}

/** By MAPPING_KIND. */
const NAMES = ['code', 'thumb', 'data'] as const;
