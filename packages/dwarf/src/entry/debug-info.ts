/** All of `.debug_info`: its units, and any entry by its offset. */
import { ByteReader } from '@noinit/bytes';
import { overLimit, unlessDamaged } from '../damage.ts';
import { ListWork } from '../list/list-work.ts';
import { type DwarfSections, findDwarfSections, type InfoOffset, type SectionLookup } from '../sections.ts';
import { Abbreviations } from './abbreviation.ts';
import { Entry } from './entry.ts';
import { readUnitHeader, Unit } from './unit.ts';

/** Units of one file: an object each. */
export const MAX_UNITS = 500_000;

export class DebugInfo {
  readonly sections: DwarfSections;
  /** By offset, ascending. Units that are not read (unknown version, split DWARF) are left out. */
  readonly units: readonly Unit[];
  /** Why units were left out, one sentence each kind. */
  readonly skipped: ReadonlySet<string>;
  readonly listWork = new ListWork();
  private readonly reader: ByteReader;
  private signatures: Map<bigint, InfoOffset> | undefined;

  /** Reads the headers of all units; their entries when they are asked for. */
  constructor(lookup: SectionLookup, littleEndian: boolean) {
    this.sections = findDwarfSections(lookup, littleEndian);
    const abbreviations = new Abbreviations(this.sections.abbrev);
    this.reader = new ByteReader(this.sections.info, { littleEndian });
    const { reader } = this;
    const units: Unit[] = [];
    const skipped = new Set<string>();
    const readNext = () => {
      const header = readUnitHeader(reader);
      if (header instanceof Error) skipped.add(header.message);
      else units.push(new Unit(header, this, abbreviations));
      return true;
    };
    // Behind a header that cannot be read no other can be found.
    while (!reader.atEnd && unlessDamaged(readNext, (error) => !skipped.add(error.message))) {
      if (units.length > MAX_UNITS) throw overLimit(`more than ${MAX_UNITS} units`);
    }
    this.units = units;
    this.skipped = skipped;
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

  /** The type that a type unit defines under this signature. */
  typeBySignature(signature: bigint): Entry | undefined {
    this.signatures ??= new Map(
      this.units.flatMap(({ header }) =>
        header.signature !== undefined && header.typeEntry !== undefined ? [[header.signature, header.typeEntry]] : [],
      ),
    );
    const offset = this.signatures.get(signature);
    return offset === undefined ? undefined : this.entryAt(offset);
  }
}
