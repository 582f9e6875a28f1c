/** Collects the functions of units and what was inlined into them. */
import { AT, type Entry, type InfoOffset, TAG, type Unit } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { narrow } from '../columns/column.ts';
import type { TextTableBuilder } from '../columns/text-table.ts';
import type { ScopeColumns } from './code-table.ts';
import { LAST_MARK, type LiveCode } from './live-code.ts';
import { linkageName, splitName } from './qualified-name.ts';
import type { SourceFiles } from './source-files.ts';

/** Entries of range lists that the functions of one unit may have. */
export const MAX_SCOPE_RANGES = 1_000_000;

export class ScopeBuilder {
  readonly entries: number[] = [];
  /** Number of the scope it was inlined into; -1 for a function. */
  readonly parents: number[] = [];
  /** Number of the function that holds the code; its own for a function. */
  readonly roots: number[] = [];
  readonly depths: number[] = [];
  readonly symbols: number[] = [];
  /** Number of the unit, as they were added. */
  readonly units: number[] = [];
  /** Live ranges, three numbers each: start, end, scope. */
  readonly ranges: number[] = [];
  private readonly starts: number[] = [];
  private readonly names: number[] = [];
  private readonly callFiles: number[] = [];
  private readonly callLines: number[] = [];
  private readonly callColumns: number[] = [];
  private readonly live: LiveCode;
  private readonly texts: TextTableBuilder;
  /** By the entry that has the name: many copies are inlined of one function. */
  private readonly knownNames = new Map<InfoOffset, number>();

  constructor(live: LiveCode, texts: TextTableBuilder) {
    this.live = live;
    this.texts = texts;
  }

  get count(): number {
    return this.entries.length;
  }

  /** Throws where the unit is damaged; what was collected of it stays. */
  add(unit: Unit, number: number, files: SourceFiles): void {
    unit.info.listWork.within(MAX_SCOPE_RANGES, () => this.addUnit(unit, number, files));
  }

  /** Columns have functions first. `numbers` says which number each scope got there. */
  finish(): { readonly columns: ScopeColumns; readonly numbers: Uint32Array } {
    const functions: number[] = [];
    const copies: number[] = [];
    this.depths.forEach((depth, scope) => {
      (depth === 0 ? functions : copies).push(scope);
    });
    const order = [...functions, ...copies];
    const numbers = new Uint32Array(order.length);
    order.forEach((scope, number) => {
      numbers[scope] = number;
    });
    const pick = (values: readonly number[], scopes: readonly number[]) => narrow(scopes.map((scope) => values[scope] ?? 0));
    const columns = {
      entries: pick(this.entries, order),
      names: pick(this.names, order),
      starts: pick(this.starts, functions),
      symbols: pick(this.symbols, functions),
      parents: narrow(copies.map((scope) => numbers[this.parents[scope] ?? 0] ?? 0)),
      callFiles: pick(this.callFiles, copies),
      callLines: pick(this.callLines, copies),
      callColumns: pick(this.callColumns, copies),
    };
    return { columns, numbers };
  }

  private addUnit(unit: Unit, number: number, files: SourceFiles): void {
    const { count, tags, parents } = unit.entries;
    /** For each entry the scope its children are in; -1 outside all and in what was dropped. */
    const scopeOf = new Int32Array(count).fill(-1);
    for (let index = 0; index < count; index++) {
      const tag = tags[index];
      const parent = scopeOf[parents[index] ?? -1] ?? -1;
      scopeOf[index] = parent;
      if (tag === TAG.subprogram) scopeOf[index] = this.addFunction(unit.entryAt(index), number);
      else if (tag === TAG.inlined_subroutine && parent >= 0) {
        const added = this.addInlined(unit.entryAt(index), parent, files);
        if (added >= 0) scopeOf[index] = added;
      }
    }
  }

  private addFunction(entry: Entry, unit: number): number {
    if (!entry.has(AT.low_pc) && !entry.has(AT.ranges)) return -1;
    const { live } = this;
    const ranges = liveRanges(entry, live);
    const pieces = ranges.map(({ start }) => start);
    const kept = ranges.filter(({ start }) => live.isLiveFunction(start, pieces) && this.isMeant(entry, start));
    const [first] = kept;
    if (!first) return -1;
    const scope = this.push(entry, -1, unit, kept);
    this.starts[scope] = live.codeAddress(entry.address(AT.low_pc) ?? first.start);
    this.symbols[scope] = kept.some(({ start }) => live.startsFunction(start)) ? 1 : 0;
    return scope;
  }

  /** Where linkers put dropped code and a function begins nevertheless, only the name tells whose entry is alive. */
  private isMeant(entry: Entry, start: Address): boolean {
    return start > LAST_MARK || this.live.isNamedAt(start, [entry.name, linkageName(entry)]);
  }

  /** -1 without live code. */
  private addInlined(entry: Entry, parent: number, files: SourceFiles): number {
    const ranges = liveRanges(entry, this.live);
    if (ranges.length === 0) return -1;
    const scope = this.push(entry, parent, this.units[parent] ?? 0, ranges);
    const line = entry.number(AT.call_line) ?? 0;
    const file = line > 0 ? files.text(entry.number(AT.call_file) ?? 0) : 0;
    this.callFiles[scope] = file;
    this.callLines[scope] = file === 0 ? 0 : line;
    this.callColumns[scope] = file === 0 ? 0 : Math.max(0, entry.number(AT.call_column) ?? 0);
    return scope;
  }

  private push(entry: Entry, parent: number, unit: number, ranges: readonly Range[]): number {
    const scope = this.count;
    this.entries.push(entry.offset);
    this.parents.push(parent);
    this.roots.push(parent < 0 ? scope : (this.roots[parent] ?? scope));
    this.depths.push(parent < 0 ? 0 : (this.depths[parent] ?? 0) + 1);
    this.units.push(unit);
    this.symbols.push(0);
    this.starts.push(0);
    this.names.push((parent < 0 ? this.nameBySymbol(entry, ranges[0]?.start) : undefined) ?? this.nameOf(entry));
    this.callFiles.push(0);
    this.callLines.push(0);
    this.callColumns.push(0);
    for (const { start, end } of ranges) this.ranges.push(start, end, scope);
    return scope;
  }

  /** Where nothing tells what is around a function (DWARF 2 has no namespaces), the symbol at its entry does. */
  private nameBySymbol(entry: Entry, start: Address | undefined): number | undefined {
    if (start === undefined || linkageName(entry) !== undefined) return undefined;
    const name = splitName(entry);
    if (name === undefined || name.around !== '') return undefined;
    const around = this.live.aroundFunction(start, name.own);
    return around === undefined ? undefined : this.texts.add(around, name.own);
  }

  private nameOf(entry: Entry): number {
    const origin = entry.value(AT.abstract_origin);
    const source = origin?.kind === 'entry' ? origin.offset : entry.offset;
    const known = this.knownNames.get(source);
    if (known !== undefined) return known;
    const name = splitName(entry);
    const text = name === undefined ? 0 : this.texts.add(name.around, name.own);
    this.knownNames.set(source, text);
    return text;
  }
}

interface Range {
  readonly start: Address;
  readonly end: Address;
}

/**
 * The entry's ranges without those of dropped code. Where a list of ranges sets a base for itself, the base has to be
 * live too: it is what the linker marked. Assemblers leave the Thumb bit in the addresses of functions.
 */
export function liveRanges(entry: Entry, live: LiveCode): readonly Range[] {
  const found: Range[] = [];
  for (const range of entry.ranges()) {
    const { start, end, base } = range;
    if (!live.isLive(start) || (base !== undefined && !live.isLive(base))) continue;
    const from = live.codeAddress(start);
    found.push(from === start ? range : { start: from, end: live.codeAddress(end) });
  }
  return found;
}
