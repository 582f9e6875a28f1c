/**
 * Address to functions and lines, in columns: of one unit, read when an address first falls into it, or of a whole image,
 * as the symbol cache holds it. Every number taken from a column is checked before it is used as an index: the columns of
 * a cache file may hold anything.
 */
import type { Address } from '@noinit/model';
import type { AddressColumn } from '../columns/address-column.ts';
import { addressOrZero, type Column } from '../columns/column.ts';
import type { TextTable } from '../columns/text-table.ts';
import type { CodeScope } from '../symbols.ts';

/** A function or an inlined copy of one, each with its entry in `.debug_info`. A scope stands behind the one around it. */
export interface ScopeColumns {
  readonly entries: Column;
  /** Number of the scope it was inlined into, plus one; 0 for a function. */
  readonly parents: Column;
  /** Text. */
  readonly names: Column;
  /** Where it was inlined: text, line, column; 0 where unknown. */
  readonly callFiles: Column;
  readonly callLines: Column;
  readonly callColumns: Column;
  /** Of a function, where it begins; 0 of an inlined copy. */
  readonly starts: Column;
  /** 1 where a function symbol begins where the function does: dropped code has none. */
  readonly symbols: Column;
}

/** Where another scope becomes the innermost one, and its number plus one; 0 where none covers. */
export interface SegmentColumns {
  readonly starts: AddressColumn;
  readonly scopes: Column;
}

/** Where another line begins. File 0: no row is in force. Line 0: the compiler says that no line made the code. */
export interface LineColumns {
  readonly starts: AddressColumn;
  /** Texts. */
  readonly files: Column;
  readonly lines: Column;
  readonly columns: Column;
}

export interface CodeColumns {
  readonly scopes: ScopeColumns;
  readonly segments: SegmentColumns;
  readonly lines: LineColumns;
  readonly texts: TextTable;
}

/** A place in the source; empty where unknown. */
export interface SourcePlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export class CodeTable {
  readonly columns: CodeColumns;

  constructor(columns: CodeColumns) {
    this.columns = columns;
  }

  /** The functions that cover `pc`, innermost first; empty where none does. */
  locate(pc: Address): readonly CodeScope[] {
    const { scopes, texts } = this.columns;
    let index = this.innermost(pc);
    if (index < 0) return [];
    const located: CodeScope[] = [];
    let place = this.placeAt(pc);
    do {
      const parent = this.parentOf(index);
      located.push(this.describe(index, parent < 0, place));
      place = makePlace(texts.text(scopes.callFiles[index] ?? 0), scopes.callLines[index] ?? 0, scopes.callColumns[index] ?? 0);
      index = parent;
    } while (index >= 0);
    return located;
  }

  /** Whether the function at `pc`, if there is one, begins where a function symbol does. */
  hasSymbol(pc: Address): boolean {
    let index = this.innermost(pc);
    if (index < 0) return false;
    for (let parent = this.parentOf(index); parent >= 0; parent = this.parentOf(index)) index = parent;
    return this.columns.scopes.symbols[index] === 1;
  }

  /** The source line of `pc`, whether a function covers it or not. */
  placeAt(pc: Address): SourcePlace {
    const { lines, texts } = this.columns;
    const row = lines.starts.lastAtOrBelow(pc);
    return makePlace(texts.text(lines.files[row] ?? 0), lines.lines[row] ?? 0, lines.columns[row] ?? 0);
  }

  private innermost(pc: Address): number {
    const { segments, scopes } = this.columns;
    const index = (segments.scopes[segments.starts.lastAtOrBelow(pc)] ?? 0) - 1;
    return index < scopes.entries.length ? index : -1;
  }

  /** -1 for a function. Parents go before their children: a number that does not is damage, and would be a circle. */
  private parentOf(index: number): number {
    const parent = (this.columns.scopes.parents[index] ?? 0) - 1;
    return parent < index ? parent : -1;
  }

  private describe(index: number, isFunction: boolean, place: SourcePlace): CodeScope {
    const { scopes, texts } = this.columns;
    const name = texts.text(scopes.names[index] ?? 0);
    const handle = scopes.entries[index] ?? 0;
    const { file, line, column } = place;
    const entry = isFunction ? addressOrZero(scopes.starts[index]) : undefined;
    // Put together field by field: what is unknown is left out, and spreading would take most of the time.
    const scope: { -readonly [Key in keyof CodeScope]: CodeScope[Key] } = { inlined: !isFunction, handle };
    if (name !== undefined) scope.function = name;
    if (file !== undefined) scope.file = file;
    if (line !== undefined) scope.line = line;
    if (column !== undefined) scope.column = column;
    if (entry !== undefined) scope.entry = entry;
    return scope;
  }
}

function makePlace(file: string | undefined, line: number, column: number): SourcePlace {
  if (file === undefined) return NOWHERE;
  if (line === 0) return { file };
  return column === 0 ? { file, line } : { file, line, column };
}

const NOWHERE: SourcePlace = {};
