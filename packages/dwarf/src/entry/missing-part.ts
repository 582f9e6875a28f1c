/** Debug information that a file only points to: split DWARF (DWARF 5, 7.3.2) and supplementary files (7.3.6). */
import { ByteReader, stringAt, toHex } from '@noinit/bytes';
import { AT } from '../code/attribute.ts';
import { unlessDamaged } from '../damage.ts';
import type { SectionLookup } from '../sections.ts';
import type { Unit } from './unit.ts';

/** Parts of one file that are named. A firmware has a `.dwo` file for each of its sources. */
export const MAX_MISSING_PARTS = 10_000;

/** What lies there is absent from all answers; the rest of the file is used. */
export type MissingPart =
  /** The entries of a unit. Its lines are here. `directory` is that of the compilation, `id` what both files name. */
  | { readonly kind: 'split'; readonly file: string; readonly directory?: string; readonly id?: string }
  /** Entries and strings that several files share. `id` is the build id or checksum of that file in hex. */
  | { readonly kind: 'supplementary'; readonly file: string; readonly id?: string };

export function findMissingParts(units: readonly Unit[], lookup: SectionLookup, littleEndian: boolean): readonly MissingPart[] {
  const supplementary = unlessDamaged(
    () => findSupplementary(lookup, littleEndian),
    () => undefined,
  );
  const parts: MissingPart[] = supplementary ? [supplementary] : [];
  for (const unit of units) {
    if (parts.length >= MAX_MISSING_PARTS) break;
    if (!mayBeSplit(unit, lookup)) continue;
    const part = unlessDamaged(
      () => splitPart(unit),
      () => undefined,
    );
    if (part) parts.push(part);
  }
  return parts;
}

/** The headers tell of nearly all units, without their entries. The GNU extension has its addresses in a section of their own. */
function mayBeSplit({ header }: Unit, lookup: SectionLookup): boolean {
  return header.version >= 5 ? header.kind === 'skeleton' : header.kind === 'compile' && lookup('.debug_addr') !== undefined;
}

/** Until DWARF 5 a GNU extension, which has the id in an attribute. */
function splitPart({ root, header }: Unit): MissingPart | undefined {
  const file = root.text(AT.dwo_name) ?? root.text(AT.GNU_dwo_name);
  if (file === undefined) return undefined;
  const directory = root.text(AT.comp_dir);
  const value = root.value(AT.GNU_dwo_id);
  const id = header.splitId ?? (value?.kind === 'constant' ? value.value : undefined);
  return {
    kind: 'split',
    file,
    ...(directory === undefined ? {} : { directory }),
    ...(id === undefined ? {} : { id: id.toString(16).padStart(16, '0') }),
  };
}

/** `.gnu_debugaltlink`: a name and the other file's build id; `.debug_sup`: the same as DWARF 5 has it. */
function findSupplementary(lookup: SectionLookup, littleEndian: boolean): MissingPart | undefined {
  const link = lookup('.gnu_debugaltlink');
  if (link) {
    const end = link.indexOf(0);
    return named(stringAt(link, 0), end < 0 ? new Uint8Array() : link.subarray(end + 1));
  }
  const sup = lookup('.debug_sup');
  if (!sup) return undefined;
  const reader = new ByteReader(sup, { littleEndian });
  reader.skip(2);
  const isSupplementary = reader.u8() !== 0;
  const file = reader.cstring();
  return isSupplementary ? undefined : named(file, reader.take(reader.uleb()));
}

function named(file: string, id: Uint8Array): MissingPart {
  return id.length === 0 ? { kind: 'supplementary', file } : { kind: 'supplementary', file, id: toHex(id) };
}
