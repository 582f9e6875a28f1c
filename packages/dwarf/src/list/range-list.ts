/** Range lists: `.debug_ranges` to DWARF 4 (2.17.3), `.debug_rnglists` since DWARF 5 (7.25). */
import { ByteReader } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { MalformedError } from '../damage.ts';
import { clampAddress, readAddress } from '../entry/form-reader.ts';
import type { Unit } from '../entry/unit.ts';
import type { RangesOffset } from '../sections.ts';

export interface AddressRange {
  readonly start: Address;
  /** Behind the last byte. */
  readonly end: Address;
  /**
   * The base address that an entry of the list itself set, where one did. Linkers mark the base of what they drop,
   * which leaves ranges that begin at small, plausible numbers.
   */
  readonly base?: Address;
}

/** The ranges of a list that are not empty, in its order. */
export function readRangeList(unit: Unit, offset: RangesOffset): readonly AddressRange[] {
  const { sections, header } = unit;
  const bytes = header.version >= 5 ? sections.rnglists : sections.ranges;
  const list = new List(unit, new ByteReader(bytes, { offset, littleEndian: sections.littleEndian }));
  const readNext = header.version >= 5 ? readEntry5 : readEntry2;
  while (readNext(list)) unit.info.listWork.spend();
  return list.ranges;
}

/** A list while it is read. */
class List {
  readonly unit: Unit;
  readonly reader: ByteReader;
  readonly ranges: AddressRange[] = [];
  private base: Address | undefined;
  private unitBase: Address | undefined;

  constructor(unit: Unit, reader: ByteReader) {
    this.unit = unit;
    this.reader = reader;
  }

  address(): Address {
    return readAddress(this.reader, this.unit.header.addressSize);
  }

  indexed(): Address {
    const found = this.unit.indexedAddress(this.reader.uleb());
    if (found === undefined) throw new MalformedError('a list names an address that the unit does not have');
    return found;
  }

  setBase(base: Address): void {
    this.base = base;
  }

  addFromBase(start: number, end: number): void {
    this.unitBase ??= this.unit.baseAddress;
    const origin = this.base ?? this.unitBase;
    if (end <= start) return;
    const { base } = this;
    const found = range(origin + start, origin + end);
    // A firmware has tens of thousands of ranges: spreading would take most of the time.
    this.ranges.push(base === undefined ? found : { start: found.start, end: found.end, base });
  }

  add(start: number, end: number): void {
    if (end > start) this.ranges.push(range(start, end));
  }
}

function readEntry2(list: List): boolean {
  const { reader, unit } = list;
  const { addressSize } = unit.header;
  const largest = addressSize === 4 ? 0xffff_ffffn : 0xffff_ffff_ffff_ffffn;
  const start = addressSize === 4 ? BigInt(reader.u32()) : reader.u64Big();
  const end = addressSize === 4 ? BigInt(reader.u32()) : reader.u64Big();
  if (start === 0n && end === 0n) return false;
  if (start === largest) list.setBase(clampAddress(end));
  else list.addFromBase(Number(start), Number(end));
  return true;
}

function readEntry5(list: List): boolean {
  const { reader } = list;
  const kind = reader.u8();
  switch (kind) {
    case RLE.end_of_list:
      return false;
    case RLE.base_addressx:
      list.setBase(list.indexed());
      return true;
    case RLE.startx_endx:
      list.add(list.indexed(), list.indexed());
      return true;
    case RLE.startx_length: {
      const start = list.indexed();
      list.add(start, start + reader.uleb());
      return true;
    }
    case RLE.offset_pair:
      list.addFromBase(reader.uleb(), reader.uleb());
      return true;
    case RLE.base_address:
      list.setBase(list.address());
      return true;
    case RLE.start_end:
      list.add(list.address(), list.address());
      return true;
    case RLE.start_length: {
      const start = list.address();
      list.add(start, start + reader.uleb());
      return true;
    }
    default:
      throw new MalformedError(`range list entries of kind ${kind} are not known`);
  }
}

function range(start: number, end: number): AddressRange {
  if (!Number.isSafeInteger(end)) throw new MalformedError('a range ends beyond 2^53');
  return { start: address(start), end: address(end) };
}

const RLE = {
  end_of_list: 0,
  base_addressx: 1,
  startx_endx: 2,
  startx_length: 3,
  offset_pair: 4,
  base_address: 5,
  start_end: 6,
  start_length: 7,
} as const;
