/** The sections of debug information, by name, and the kinds of offsets into them. */
import { concatBytes } from '@noinit/bytes';
import type { Brand } from '@noinit/model';

/** Contents of a section, decompressed; undefined where the file has none of this name. Asked once a name. */
export type SectionLookup = (name: string) => Uint8Array | undefined;

/**
 * Names an entry in all of a file: bytes from the start of `.debug_info`. Entries of `.debug_types` count on behind it,
 * as if the sections were one: nothing but signatures leads there, so that no offset of the file means another entry.
 */
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
  '.debug_info.dwo',
  '.debug_line',
  '.debug_line_str',
  '.debug_loc',
  '.debug_loclists',
  '.debug_ranges',
  '.debug_rnglists',
  '.debug_str',
  '.debug_str_offsets',
  '.debug_sup',
  '.debug_types',
  '.gnu_debugaltlink',
] as const;

export interface DwarfSections {
  readonly littleEndian: boolean;
  readonly abbrev: Uint8Array;
  readonly addr: Uint8Array;
  /** `.debug_info` with `.debug_types` behind it. */
  readonly info: Uint8Array;
  /** Where in `info` the type units of DWARF 4 begin. */
  readonly typesStart: number;
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
  const info = section('.debug_info');
  const types = section('.debug_types');
  return {
    littleEndian,
    abbrev: section('.debug_abbrev'),
    addr: section('.debug_addr'),
    info: types.length === 0 ? info : concatBytes([info, types]),
    typesStart: info.length,
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
