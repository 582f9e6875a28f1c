/** Address to functions and lines. Units are decoded when an address first falls into them. */
import {
  AT,
  type DebugInfo,
  type Entry,
  type Expression,
  type InfoOffset,
  type LineOffset,
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
  private readonly lineTables = new Map<Unit, LineTable | undefined>();
  private readonly linePrograms = new Map<LineOffset, LineTable>();
  private readonly details = new Map<InfoOffset, Details>();

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
    if (!this.lineTables.has(unit)) {
      const table = unlessDamaged(
        () => this.readLines(unit),
        () => undefined,
      );
      this.lineTables.set(unit, table);
    }
    return this.lineTables.get(unit);
  }

  /** Units of one compilation may share a line program. */
  private readLines(unit: Unit): LineTable | undefined {
    const offset = unit.lineOffset;
    if (offset === undefined) return undefined;
    const known = this.linePrograms.get(offset);
    if (known) return known;
    const table = readLineTable(unit.sections, offset, unit.header.addressSize, (start) => this.live.isLive(start));
    this.linePrograms.set(offset, table);
    return table;
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
    const frameBase = root && this.frameBase(root, pc);
    let place: Place = lines?.find(pc) ?? {};
    return chain.map((scope) => {
      const { name, call } = this.detailsOf(scope, lines);
      const described: Described = { inlined: scope.depth > 0, handle: scope.entry, ...place };
      if (name !== undefined) described.function = name;
      if (scope.depth === 0) described.entry = scope.start;
      if (frameBase !== undefined) described.frameBase = frameBase;
      place = call;
      return described;
    });
  }

  private frameBase(root: Scope, pc: Address): Expression | undefined {
    const details = this.details.get(root.entry);
    if (details?.frameBase) return details.frameBase;
    const chosen = this.info.entryAt(root.entry)?.location(AT.frame_base, pc);
    return chosen?.kind === 'expression' ? chosen.expression : undefined;
  }

  /** What does not depend on the pc, read once for each scope. */
  private detailsOf(scope: Scope, lines: LineTable | undefined): Details {
    const known = this.details.get(scope.entry);
    if (known) return known;
    const entry = this.info.entryAt(scope.entry);
    const base = entry?.value(AT.frame_base);
    const details = {
      name: entry && qualifiedName(entry),
      call: entry && scope.depth > 0 ? callPlace(entry, lines) : {},
      frameBase: base?.kind === 'bytes' ? entry?.unit.expression(base.bytes) : undefined,
    };
    this.details.set(scope.entry, details);
    return details;
  }
}

/** A scope while it is put together: optional fields are set or left out, which spreading would make slow. */
type Described = { -readonly [Key in keyof CodeScope]: CodeScope[Key] };

interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

interface Details {
  readonly name: string | undefined;
  /** Where it was inlined; empty for a function. */
  readonly call: Place;
  /** Undefined where it is chosen by pc. */
  readonly frameBase: Expression | undefined;
}

/** Where the function around an inlined one stands: at the call. */
function callPlace(inlined: Entry, lines: LineTable | undefined): Place {
  const file = lines?.file(inlined.number(AT.call_file) ?? 0);
  const line = inlined.number(AT.call_line) ?? 0;
  const column = inlined.number(AT.call_column) ?? 0;
  if (file === undefined || line === 0) return {};
  return column === 0 ? { file, line } : { file, line, column };
}
