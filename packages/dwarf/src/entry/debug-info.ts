/** All of `.debug_info` and `.debug_types`: their units, and any entry by its offset. */
import { ByteReader } from '@noinit/bytes';
import { overLimit, unlessDamaged } from '../damage.ts';
import { ListWork } from '../list/list-work.ts';
import { type DwarfSections, findDwarfSections, type InfoOffset, type SectionLookup } from '../sections.ts';
import { Abbreviations } from './abbreviation.ts';
import { Entry } from './entry.ts';
import type { KnownSkips } from './entry-table.ts';
import type { Encoding } from './form-reader.ts';
import { LongNames } from './long-names.ts';
import { findMissingParts, type MissingPart } from './missing-part.ts';
import { Unit } from './unit.ts';
import { readUnitHeader } from './unit-header.ts';

/** Units of one file: an object each. */
export const MAX_UNITS = 500_000;

/** Walked entries of all units that are kept, at 14 bytes each: of a file of 24 MB all, of one of 300 MB two thirds. */
export const MAX_KEPT_ENTRIES = 8_000_000;

export class DebugInfo {
  readonly sections: DwarfSections;
  /** By offset, ascending. Units that are not read (unknown version, damaged) are left out. */
  readonly units: readonly Unit[];
  /** Why units were left out, one sentence each kind. */
  readonly skipped: ReadonlySet<string>;
  readonly listWork = new ListWork();
  readonly longNames = new LongNames();
  private readonly lookup: SectionLookup;
  private readonly reader: ByteReader;
  private signatures: Map<bigint, InfoOffset> | undefined;
  private readonly kept = new Map<Unit, number>();
  private keptEntries = 0;
  private readonly skips = new Map<number, KnownSkips>();
  private missingParts: readonly MissingPart[] | undefined;

  /** Reads the headers of all units; their entries when they are asked for. */
  constructor(lookup: SectionLookup, littleEndian: boolean) {
    this.lookup = lookup;
    this.sections = findDwarfSections(lookup, littleEndian);
    const { info, typesStart, abbrev } = this.sections;
    this.reader = new ByteReader(info, { littleEndian });
    const abbreviations = new Abbreviations(abbrev);
    const found: Found = { units: [], skipped: new Set() };
    this.findUnits('info', typesStart, abbreviations, found);
    this.reader.offset = typesStart;
    this.findUnits('types', info.length, abbreviations, found);
    if (found.units.length === 0 && lookup('.debug_info.dwo'))
      found.skipped.add('the file is one part of split DWARF (.dwo, .dwp)');
    this.units = found.units;
    this.skipped = found.skipped;
  }

  /** How entries of one encoding are passed over. */
  skipsOf({ version, addressSize, offsetSize }: Encoding): KnownSkips {
    const key = version * 256 + addressSize * 16 + offsetSize;
    const known = this.skips.get(key) ?? new Map();
    this.skips.set(key, known);
    return known;
  }

  /** Told by a unit whose entries were walked: those that were walked first are dropped when too many are kept. */
  keep(unit: Unit, entries: number): void {
    this.kept.set(unit, entries);
    this.keptEntries += entries;
    for (const [oldest, count] of this.kept) {
      if (this.keptEntries <= MAX_KEPT_ENTRIES || oldest === unit) return;
      this.kept.delete(oldest);
      this.keptEntries -= count;
      oldest.forget();
    }
  }

  /** What this file points to and does not hold. */
  get missing(): readonly MissingPart[] {
    this.missingParts ??= findMissingParts(this.units, this.lookup, this.sections.littleEndian);
    return this.missingParts;
  }

  private findUnits(section: 'info' | 'types', end: number, abbreviations: Abbreviations, { units, skipped }: Found): void {
    const { reader } = this;
    const readNext = () => {
      const header = readUnitHeader(reader, end, section);
      if (header instanceof Error) skipped.add(header.message);
      else units.push(new Unit(header, this, abbreviations));
      return true;
    };
    // Behind a length that cannot be right no other unit can be found.
    while (reader.offset < end && unlessDamaged(readNext, (error) => !skipped.add(error.message))) {
      if (units.length > MAX_UNITS) throw overLimit(`more than ${MAX_UNITS} units`);
    }
  }

  /**
   * A reader of `.debug_info` that stands at `offset`. There is one for all entries, because most read a few bytes:
   * whoever asks is done with it before anybody asks again.
   */
  readerAt(offset: number): ByteReader {
    this.reader.offset = offset;
    return this.reader;
  }

  /** The entry at `offset`, if a unit covers it. Whether an entry begins there shows when it is read. */
  entryAt(offset: InfoOffset): Entry | undefined {
    const unit = this.unitAt(offset);
    return unit && offset >= unit.header.root ? new Entry(unit, offset) : undefined;
  }

  unitAt(offset: InfoOffset): Unit | undefined {
    let low = 0;
    let high = this.units.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const unit = this.units[middle];
      if (!unit) return undefined;
      if (offset < unit.header.offset) high = middle - 1;
      else if (offset >= unit.header.end) low = middle + 1;
      else return unit;
    }
    return undefined;
  }

  /** The type that a type unit defines under this signature: of copies that the linker left, the first. */
  typeBySignature(signature: bigint): Entry | undefined {
    this.signatures ??= this.readSignatures();
    const offset = this.signatures.get(signature);
    return offset === undefined ? undefined : this.entryAt(offset);
  }

  private readSignatures(): Map<bigint, InfoOffset> {
    const found = new Map<bigint, InfoOffset>();
    for (const { header } of this.units) {
      const { signature, typeEntry, root, end } = header;
      if (signature === undefined || typeEntry === undefined || typeEntry < root || typeEntry >= end) continue;
      if (!found.has(signature)) found.set(signature, typeEntry);
    }
    return found;
  }
}

/** Units while they are searched. */
interface Found {
  readonly units: Unit[];
  readonly skipped: Set<string>;
}
