/** Location lists: `.debug_loc` to DWARF 4 (2.6.2), `.debug_loclists` since DWARF 5 (7.29). */
import { ByteReader } from '@noinit/bytes';
import type { Address } from '@noinit/model';
import { MalformedError } from '../damage.ts';
import { readAddress } from '../entry/form-reader.ts';
import type { Unit } from '../entry/unit.ts';
import type { LocationsOffset } from '../sections.ts';

/** The expression for `pc`: of the first entry that covers it, else of the list's default. */
export function readLocation(unit: Unit, offset: LocationsOffset, pc: Address): Uint8Array | undefined {
  const { sections, header } = unit;
  const bytes = header.version >= 5 ? sections.loclists : sections.loc;
  const reader = new ByteReader(bytes, { offset, littleEndian: sections.littleEndian });
  const readNext = header.version >= 5 ? readEntry5 : readEntry2;
  const state: State = { unit, reader, base: unit.baseAddress };
  let fallback: Uint8Array | undefined;
  for (;;) {
    unit.info.listWork.spend();
    const entry = readNext(state);
    if (entry === 'end') return fallback;
    if (entry === 'base') continue;
    if (entry.start === undefined) fallback = entry.bytes;
    else if (pc >= entry.start && pc < entry.end) return entry.bytes;
  }
}

interface State {
  readonly unit: Unit;
  readonly reader: ByteReader;
  base: number;
}

type ListEntry =
  | 'end'
  | 'base'
  | { readonly start: number; readonly end: number; readonly bytes: Uint8Array }
  /** DW_LLE_default_location */
  | { readonly start: undefined; readonly bytes: Uint8Array };

function readEntry2(state: State): ListEntry {
  const { reader, unit } = state;
  const start = readWord(state);
  const end = readWord(state);
  if (start === 0 && end === 0) return 'end';
  if (start === (unit.header.addressSize === 4 ? 0xffff_ffff : Number.MAX_SAFE_INTEGER)) {
    state.base = end;
    return 'base';
  }
  return { start: state.base + start, end: state.base + end, bytes: reader.take(reader.u16()) };
}

function readEntry5(state: State): ListEntry {
  const { reader } = state;
  const kind = reader.u8();
  switch (kind) {
    case LLE.end_of_list:
      return 'end';
    case LLE.base_addressx:
      state.base = indexed(state);
      return 'base';
    case LLE.startx_endx:
      return counted(reader, indexed(state), indexed(state));
    case LLE.startx_length: {
      const start = indexed(state);
      return counted(reader, start, start + reader.uleb());
    }
    case LLE.offset_pair:
      return counted(reader, state.base + reader.uleb(), state.base + reader.uleb());
    case LLE.default_location:
      return { start: undefined, bytes: reader.take(reader.uleb()) };
    case LLE.base_address:
      state.base = readWord(state);
      return 'base';
    case LLE.start_end:
      return counted(reader, readWord(state), readWord(state));
    case LLE.start_length: {
      const start = readWord(state);
      return counted(reader, start, start + reader.uleb());
    }
    case LLE.GNU_view_pair:
      // Numbers of views at one address, for steppers.
      reader.uleb();
      reader.uleb();
      return 'base';
    default:
      throw new MalformedError(`location list entries of kind ${kind} are not known`);
  }
}

function counted(reader: ByteReader, start: number, end: number): ListEntry {
  return { start, end, bytes: reader.take(reader.uleb()) };
}

function indexed({ unit, reader }: State): Address {
  const found = unit.indexedAddress(reader.uleb());
  if (found === undefined) throw new MalformedError('a list names an address that the unit does not have');
  return found;
}

function readWord({ reader, unit }: State): number {
  return readAddress(reader, unit.header.addressSize);
}

const LLE = {
  end_of_list: 0,
  base_addressx: 1,
  startx_endx: 2,
  startx_length: 3,
  offset_pair: 4,
  default_location: 5,
  base_address: 6,
  start_end: 7,
  start_length: 8,
  GNU_view_pair: 9,
} as const;
