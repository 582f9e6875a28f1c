/** Address to functions and lines by the debug information itself. Units are decoded when an address first falls into them. */
import { type DebugInfo, type Unit, unlessDamaged } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import type { CodeScope } from '../symbols.ts';
import { buildCodeTable } from './build-code.ts';
import type { CodeTable, SourcePlace } from './code-table.ts';
import type { LiveCode } from './live-code.ts';
import { UnitIndex } from './unit-index.ts';

/** Whether read from a cache or from debug information: what an address means. */
export interface CodeLookup {
  /** The functions that cover `pc`, innermost first; empty where none does. */
  locate(pc: Address): readonly CodeScope[];
  /** The source line of `pc`, whether a function covers it or not. */
  placeAt(pc: Address): SourcePlace;
}

export class CodeIndex implements CodeLookup {
  private readonly live: LiveCode;
  private readonly units: UnitIndex;
  private readonly tables = new Map<Unit, CodeTable | undefined>();

  constructor(info: DebugInfo, live: LiveCode) {
    this.live = live;
    this.units = new UnitIndex(info, live);
  }

  /** Where several units claim the address, the function that begins where a symbol does. */
  locate(pc: Address): readonly CodeScope[] {
    let found: readonly CodeScope[] = [];
    for (const unit of this.units.candidates(pc)) {
      const table = this.table(unit);
      const scopes = table?.locate(pc) ?? [];
      if (scopes.length === 0) continue;
      if (table?.hasSymbol(pc)) return scopes;
      if (found.length === 0) found = scopes;
    }
    return found;
  }

  placeAt(pc: Address): SourcePlace {
    for (const unit of this.units.candidates(pc)) {
      const place = this.table(unit)?.placeAt(pc);
      if (place?.file !== undefined) return place;
    }
    return {};
  }

  /** The same of all units at once. */
  wholeTable(): CodeTable {
    return buildCodeTable(this.units.all(), this.live);
  }

  private table(unit: Unit): CodeTable | undefined {
    if (!this.tables.has(unit)) {
      const table = unlessDamaged(
        () => buildCodeTable([unit], this.live),
        () => undefined,
      );
      this.tables.set(unit, table);
    }
    return this.tables.get(unit);
  }
}
