/**
 * Address to functions and lines, in columns: of one unit, read when an address first falls into it, or of a whole image,
 * as the symbol cache holds it. Every number taken from a column is checked before it is used as an index: the columns of
 * a cache file may hold anything.
 */
import type { Address } from '@noinit/model';
import { addressOrZero, type Column } from '../columns/column.ts';
import type { PaletteColumn } from '../columns/palette-column.ts';
import type { StepColumn } from '../columns/step-column.ts';
import type { TextTable } from '../columns/text-table.ts';
import type { CodeScope } from '../symbols.ts';

/**
 * Functions first, then inlined copies, each behind the scope it was inlined into. `entries` and `names` are of both; of the
 * others the first two have a number for each function, the rest one for each copy.
 */
export interface ScopeColumns {
  /** In `.debug_info`. */
  readonly entries: Column;
  /** Text. */
  readonly names: Column;
  /** Where the function begins. */
  readonly starts: Column;
  /** 1 where a function symbol begins where the function does: dropped code has none. */
  readonly symbols: Column;
  /** Number of the scope that the copy was inlined into. */
  readonly parents: Column;
  /** Where it was inlined: text, line, column; 0 where unknown. */
  readonly callFiles: Column;
  readonly callLines: Column;
  readonly callColumns: Column;
}

/** Where another scope becomes the innermost one, and its number plus one; 0 where none covers. */
export interface SegmentColumns {
  readonly starts: StepColumn;
  readonly scopes: Column;
}

/** Where another line begins. File 0: no row is in force. Line 0: the compiler says that no line made the code. */
export interface LineColumns {
  readonly starts: StepColumn;
  /** Texts. */
  readonly files: PaletteColumn;
  /** Line / 256, and what is left. */
  readonly lineHighs: PaletteColumn;
  readonly lineLows: Uint8Array;
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
    const { scopes, lines, texts } = this.columns;
    let index = this.innermost(pc);
    if (index < 0) return [];
    const located: CodeScope[] = [];
    const functions = scopes.starts.length;
    const row = lines.starts.lastAtOrBelow(pc);
    let file = texts.text(lines.files.at(row));
    let line = lineAt(lines, row);
    let column = lines.columns[row] ?? 0;
    while (index >= functions) {
      located.push(this.describe(index, undefined, file, line, column));
      const copy = index - functions;
      file = texts.text(scopes.callFiles[copy] ?? 0);
      line = scopes.callLines[copy] ?? 0;
      column = scopes.callColumns[copy] ?? 0;
      index = this.parentOf(index);
    }
    located.push(this.describe(index, addressOrZero(scopes.starts[index]), file, line, column));
    return located;
  }

  /** Whether the function at `pc`, if there is one, begins where a function symbol does. */
  hasSymbol(pc: Address): boolean {
    const { starts, symbols } = this.columns.scopes;
    let index = this.innermost(pc);
    while (index >= starts.length) index = this.parentOf(index);
    return symbols[index] === 1;
  }

  /** The source line of `pc`, whether a function covers it or not. */
  placeAt(pc: Address): SourcePlace {
    const { lines, texts } = this.columns;
    const row = lines.starts.lastAtOrBelow(pc);
    const file = texts.text(lines.files.at(row));
    if (file === undefined) return {};
    const [line, column] = [lineAt(lines, row), lines.columns[row] ?? 0];
    return { file, ...(line > 0 && { line }), ...(line > 0 && column > 0 && { column }) };
  }

  private innermost(pc: Address): number {
    const { segments, scopes } = this.columns;
    const index = (segments.scopes[segments.starts.lastAtOrBelow(pc)] ?? 0) - 1;
    return index < scopes.entries.length ? index : -1;
  }

  /** Of an inlined copy. Parents go before their children: a number that does not is damage, would be a circle, and is -1. */
  private parentOf(index: number): number {
    const { starts, parents } = this.columns.scopes;
    const parent = parents[index - starts.length] ?? -1;
    return parent < index ? parent : -1;
  }

  /** `entry` is undefined for an inlined copy; 0 is no line and no column. */
  private describe(index: number, entry: Address | undefined, file: string | undefined, line: number, column: number): CodeScope {
    const { scopes, texts } = this.columns;
    const name = texts.text(scopes.names[index] ?? 0);
    const handle = scopes.entries[index] ?? 0;
    const inlined = entry === undefined;
    if (name !== undefined && file !== undefined && line > 0 && column > 0) {
      // Nearly always: one literal is several times faster than the fields one by one.
      if (entry === undefined) return { inlined, handle, function: name, file, line, column };
      return { inlined, handle, function: name, file, line, column, entry };
    }
    const scope: { -readonly [Key in keyof CodeScope]: CodeScope[Key] } = { inlined, handle };
    if (name !== undefined) scope.function = name;
    if (file !== undefined) scope.file = file;
    if (file !== undefined && line > 0) scope.line = line;
    if (file !== undefined && line > 0 && column > 0) scope.column = column;
    if (entry !== undefined) scope.entry = entry;
    return scope;
  }
}

/** 0 where no row is in force, and where the compiler says that no line made the code. */
function lineAt(lines: LineColumns, row: number): number {
  return lines.lineHighs.at(row) * 256 + (lines.lineLows[row] ?? 0);
}
