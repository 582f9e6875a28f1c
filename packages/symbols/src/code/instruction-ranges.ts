/** Which addresses hold instructions, whether or not anything names them: executable sections without their literal pools. */
import { type ElfFile, MAPPING_KIND, type MappingSymbols } from '@noinit/elf';
import type { Address } from '@noinit/model';
import { lastAtOrBelow } from '../columns/column.ts';
import { executableRanges } from './live-code.ts';

export class InstructionRanges {
  private readonly ranges: readonly (readonly [number, number])[];
  private readonly mapping: MappingSymbols;

  constructor(elf: ElfFile, mapping: MappingSymbols) {
    this.ranges = executableRanges(elf);
    this.mapping = mapping;
  }

  has(at: Address): boolean {
    const range = this.ranges.find(([from, to]) => at >= from && at < to);
    return range !== undefined && !this.isData(at, range[0]);
  }

  /** A `$d` holds up to the next mapping symbol; one before this range says nothing about it (AAELF32, 5.5.5). */
  private isData(at: number, from: number): boolean {
    const index = lastAtOrBelow(this.mapping.addresses, at);
    const start = this.mapping.addresses[index];
    return start !== undefined && start >= from && this.mapping.kinds[index] === MAPPING_KIND.data;
  }
}
