/** The sections of debug information, by name, and the kinds of offsets into them. */
import type { Brand } from '@noinit/model';

/** Contents of a section, decompressed; undefined where the file has none of this name. Asked once a name. */
export type SectionLookup = (name: string) => Uint8Array | undefined;

/** Bytes from the start of `.debug_info`: names an entry in all of a file. */
export type InfoOffset = Brand<number, 'InfoOffset'>;
/** Bytes from the start of `.debug_line`. */
export type LineOffset = Brand<number, 'LineOffset'>;
/** Bytes from the start of `.debug_abbrev`. */
export type AbbreviationOffset = Brand<number, 'AbbreviationOffset'>;
/** Bytes from the start of `.debug_ranges` (to DWARF 4) or `.debug_rnglists`. */
export type RangesOffset = Brand<number, 'RangesOffset'>;
/** Bytes from the start of `.debug_loc` (to DWARF 4) or `.debug_loclists`. */
export type LocationsOffset = Brand<number, 'LocationsOffset'>;

/** Names of the sections that are asked for. */
export const DEBUG_SECTIONS = [
  '.debug_abbrev',
  '.debug_addr',
  '.debug_info',
  '.debug_line',
  '.debug_line_str',
  '.debug_loc',
  '.debug_loclists',
  '.debug_ranges',
  '.debug_rnglists',
  '.debug_str',
  '.debug_str_offsets',
] as const;

export interface DwarfSections {
  readonly littleEndian: boolean;
  readonly abbrev: Uint8Array;
  readonly addr: Uint8Array;
  readonly info: Uint8Array;
  readonly line: Uint8Array;
  readonly lineStr: Uint8Array;
  readonly loc: Uint8Array;
  readonly loclists: Uint8Array;
  readonly ranges: Uint8Array;
  readonly rnglists: Uint8Array;
  readonly str: Uint8Array;
  readonly strOffsets: Uint8Array;
}

/** The sections; a missing one is empty. */
export function findDwarfSections(lookup: SectionLookup, littleEndian: boolean): DwarfSections {
  const section = (name: (typeof DEBUG_SECTIONS)[number]) => lookup(name) ?? EMPTY;
  return {
    littleEndian,
    abbrev: section('.debug_abbrev'),
    addr: section('.debug_addr'),
    info: section('.debug_info'),
    line: section('.debug_line'),
    lineStr: section('.debug_line_str'),
    loc: section('.debug_loc'),
    loclists: section('.debug_loclists'),
    ranges: section('.debug_ranges'),
    rnglists: section('.debug_rnglists'),
    str: section('.debug_str'),
    strOffsets: section('.debug_str_offsets'),
  };
}

const EMPTY = new Uint8Array();
