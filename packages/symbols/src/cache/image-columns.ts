/** All that a symbol cache holds (docs/formats/symbol-cache.md), and the order its columns stand in. */
import type { InfoOffset } from '@noinit/dwarf';
import type { CodeColumns } from '../code/code-table.ts';
import { AddressColumn } from '../columns/address-column.ts';
import { addressOrZero, type Column, narrow } from '../columns/column.ts';
import { PaletteColumn } from '../columns/palette-column.ts';
import { StepColumn } from '../columns/step-column.ts';
import { TextTable, TextTableBuilder } from '../columns/text-table.ts';
import type { SymbolColumns } from '../symbol-index.ts';
import type { GlobalEntry } from '../variables/globals.ts';
import type { FrameColumns } from './frame-columns.ts';

export interface ImageColumns {
  readonly hasDebugInfo: boolean;
  readonly code: CodeColumns;
  readonly frames: FrameColumns;
  readonly symbols: SymbolColumns;
  readonly globals: GlobalColumns;
}

/** Variables with static storage, in the order of `.debug_info`. */
export interface GlobalColumns {
  readonly entries: Column;
  readonly addresses: Column;
  /** Texts. */
  readonly names: Column;
  readonly texts: TextTable;
}

export function globalColumns(globals: readonly GlobalEntry[]): GlobalColumns {
  const texts = new TextTableBuilder();
  return {
    entries: narrow(globals.map(({ entry }) => entry)),
    addresses: narrow(globals.map(({ address }) => address)),
    names: narrow(globals.map(({ name }) => texts.add('', name))),
    texts: texts.finish(),
  };
}

export function globalEntries({ entries, addresses, names, texts }: GlobalColumns): readonly GlobalEntry[] {
  return Array.from(entries, (entry, index) => ({
    name: texts.text(names[index] ?? 0) ?? '',
    address: addressOrZero(addresses[index]),
    entry: entry as InfoOffset,
  }));
}

/** Gives the columns of a file one after the other. */
export interface ColumnSource {
  /** Numbers below 2^32, of any width. */
  numbers(): Column;
  /** The same or larger, up to 2^53. */
  wide(): Column;
  bytes(): Uint8Array;
  halves(): Uint16Array;
}

/** In the order in which `takeColumns` takes them. */
export function listColumns({ code, frames, symbols, globals }: ImageColumns): readonly Column[] {
  const { scopes, segments, lines } = code;
  return [
    ...[scopes.entries, scopes.names, scopes.starts, scopes.symbols],
    ...[scopes.parents, scopes.callFiles, scopes.callLines, scopes.callColumns],
    ...[...listSteps(segments.starts), segments.scopes],
    ...[...listSteps(lines.starts), ...listPalettes(lines.files)],
    ...[...listPalettes(lines.lineHighs), lines.lineLows, lines.columns],
    ...listTexts(code.texts),
    ...[...listSteps(frames.starts), frames.rows, ...listAddresses(frames.functions), frames.offsets, frames.bytes],
    ...[...listAddresses(symbols.addresses), symbols.sizes, symbols.kinds, symbols.names],
    ...[...listAddresses(symbols.mapping.addresses), symbols.mapping.kinds],
    ...[globals.entries, globals.addresses, globals.names, ...listTexts(globals.texts)],
  ];
}

/** Properties are taken in the order they are written here: that of `listColumns`. */
export function takeColumns(source: ColumnSource, hasDebugInfo: boolean): ImageColumns {
  const scopes = {
    entries: source.numbers(),
    names: source.numbers(),
    starts: source.wide(),
    symbols: source.numbers(),
    parents: source.numbers(),
    callFiles: source.numbers(),
    callLines: source.numbers(),
    callColumns: source.numbers(),
  };
  const segments = { starts: takeSteps(source), scopes: source.numbers() };
  const lines = {
    starts: takeSteps(source),
    files: takePalettes(source),
    lineHighs: takePalettes(source),
    lineLows: source.bytes(),
    columns: source.numbers(),
  };
  const code = { scopes, segments, lines, texts: takeTexts(source) };
  const frames = {
    starts: takeSteps(source),
    rows: source.numbers(),
    functions: takeAddresses(source),
    offsets: source.numbers(),
    bytes: source.bytes(),
  };
  const symbols = {
    addresses: takeAddresses(source),
    sizes: source.numbers(),
    kinds: source.bytes(),
    names: source.numbers(),
    mapping: { addresses: takeAddresses(source), kinds: source.bytes() },
  };
  const globals = {
    entries: source.numbers(),
    addresses: source.wide(),
    names: source.numbers(),
    texts: takeTexts(source),
  };
  return { hasDebugInfo, code, frames, symbols, globals };
}

function listAddresses({ pages, firsts, lows }: AddressColumn): readonly Column[] {
  return [pages, firsts, lows];
}

function takeAddresses(source: ColumnSource): AddressColumn {
  return new AddressColumn(source.wide(), source.numbers(), source.halves());
}

function listSteps({ blocks, firsts, steps }: StepColumn): readonly Column[] {
  return [...listAddresses(blocks), firsts, steps];
}

function takeSteps(source: ColumnSource): StepColumn {
  return new StepColumn(takeAddresses(source), source.numbers(), source.bytes());
}

function listPalettes({ palettes, values, picks }: PaletteColumn): readonly Column[] {
  return [palettes, values, picks];
}

function takePalettes(source: ColumnSource): PaletteColumn {
  return new PaletteColumn(source.numbers(), source.numbers(), source.bytes());
}

function listTexts({ heads, tails, offsets, bytes }: TextTable): readonly Column[] {
  return [heads, tails, offsets, bytes];
}

function takeTexts(source: ColumnSource): TextTable {
  return new TextTable(source.numbers(), source.numbers(), source.numbers(), source.bytes());
}
