/** Address to functions and lines. Units are decoded when an address first falls into them. */
import {
  AT,
  type DebugInfo,
  type Entry,
  type InfoOffset,
  type LineTable,
  readLineTable,
  type Unit,
  unlessDamaged,
} from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import type { CodeScope } from '../symbols.ts';
import type { LiveCode } from './live-code.ts';
import { qualifiedName } from './qualified-name.ts';
import { readScopeTable, type Scope, type ScopeTable } from './scope-table.ts';
import { UnitIndex } from './unit-index.ts';

export class CodeIndex {
  private readonly info: DebugInfo;
  private readonly live: LiveCode;
  private readonly units: UnitIndex;
  private readonly scopeTables = new Map<Unit, ScopeTable | undefined>();
  private readonly lineTables = new Map<number, LineTable | undefined>();
  private readonly names = new Map<InfoOffset, string | undefined>();

  constructor(info: DebugInfo, live: LiveCode) {
    this.info = info;
    this.live = live;
    this.units = new UnitIndex(info, live);
  }

  /** The functions of the debug information that cover `pc`, innermost first. */
  locate(pc: Address): readonly CodeScope[] {
    let found: { readonly unit: Unit; readonly chain: readonly Scope[] } | undefined;
    for (const unit of this.units.candidates(pc)) {
      const chain = this.scopeTable(unit)?.chainAt(pc) ?? [];
      const root = chain.at(-1);
      if (!root) continue;
      found ??= { unit, chain };
      if (!root.hasSymbol) continue;
      found = { unit, chain };
      break;
    }
    if (!found) return [];
    const { unit, chain } = found;
    return unlessDamaged(
      () => this.describe(unit, chain, pc),
      () => [],
    );
  }

  /** The source line of code that no function entry covers: assembly. */
  lineAt(pc: Address) {
    for (const unit of this.units.candidates(pc)) {
      const place = this.lineTable(unit)?.find(pc);
      if (place) return place;
    }
    return undefined;
  }

  lineTable(unit: Unit): LineTable | undefined {
    const offset = unlessDamaged(
      () => unit.lineOffset,
      () => undefined,
    );
    if (offset === undefined) return undefined;
    if (!this.lineTables.has(offset)) {
      const table = unlessDamaged(
        () => readLineTable(unit.sections, offset, unit.header.addressSize, (start) => this.live.isLive(start)),
        () => undefined,
      );
      this.lineTables.set(offset, table);
    }
    return this.lineTables.get(offset);
  }

  private scopeTable(unit: Unit): ScopeTable | undefined {
    if (!this.scopeTables.has(unit)) {
      const table = unlessDamaged(
        () => readScopeTable(unit, this.live),
        () => undefined,
      );
      this.scopeTables.set(unit, table);
    }
    return this.scopeTables.get(unit);
  }

  private describe(unit: Unit, chain: readonly Scope[], pc: Address): CodeScope[] {
    const lines = this.lineTable(unit);
    const root = chain.at(-1);
    const frameBase = root && this.info.entryAt(root.entry)?.location(AT.frame_base, pc);
    let place: Place = lines?.find(pc) ?? {};
    return chain.map((scope) => {
      const entry = this.info.entryAt(scope.entry);
      const name = entry && this.nameOf(entry);
      const described = {
        ...(name === undefined ? {} : { function: name }),
        inlined: scope.depth > 0,
        ...place,
        ...(scope.depth > 0 ? {} : { entry: scope.start }),
        ...(frameBase?.kind === 'expression' ? { frameBase: frameBase.expression } : {}),
        handle: scope.entry,
      };
      if (entry && scope.depth > 0) place = callPlace(entry, lines);
      return described;
    });
  }

  private nameOf(entry: Entry): string | undefined {
    if (!this.names.has(entry.offset)) this.names.set(entry.offset, qualifiedName(entry));
    return this.names.get(entry.offset);
  }
}

interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Where the function around an inlined one stands: at the call. */
function callPlace(inlined: Entry, lines: LineTable | undefined): Place {
  const file = lines?.file(inlined.number(AT.call_file) ?? 0);
  const line = inlined.number(AT.call_line) ?? 0;
  const column = inlined.number(AT.call_column) ?? 0;
  if (file === undefined || line === 0) return {};
  return column === 0 ? { file, line } : { file, line, column };
}
