/** One debugging information entry: a view on the section, made when somebody looks. */
import { type Address, address } from '@noinit/model';
import { AT } from '../code/attribute.ts';
import { MalformedError } from '../damage.ts';
import type { Expression } from '../expression/expression.ts';
import { readLocation } from '../list/location-list.ts';
import { type AddressRange, readRangeList } from '../list/range-list.ts';
import type { InfoOffset, LocationsOffset, RangesOffset } from '../sections.ts';
import type { Abbreviation } from './abbreviation.ts';
import { indexOfEntry } from './entry-table.ts';
import { type FormValue, readForm, skipForm } from './form-reader.ts';
import type { Unit } from './unit.ts';

/** Where a variable lives at some pc: an expression, or why there is none. */
export type ChosenLocation =
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** The attribute is there and says that no place holds the value at this pc. */
  | { readonly kind: 'nowhere' };

export class Entry {
  readonly unit: Unit;
  readonly offset: InfoOffset;
  private shape: Abbreviation | undefined;
  private valuesAt = 0;

  constructor(unit: Unit, offset: InfoOffset) {
    this.unit = unit;
    this.offset = offset;
  }

  get tag(): number {
    return this.abbreviation().tag;
  }

  has(name: number): boolean {
    return this.abbreviation().names.includes(name);
  }

  /** The value of an attribute as its form has it. */
  value(name: number): FormValue | undefined {
    const { names, forms, constants } = this.abbreviation();
    const position = names.indexOf(name);
    if (position < 0) return undefined;
    const { header } = this.unit;
    const reader = this.unit.info.readerAt(this.valuesAt);
    for (let index = 0; index < position; index++) skipForm(reader, forms[index] ?? 0, header);
    return readForm(reader, forms[position] ?? 0, header, header.offset, constants.get(position));
  }

  text(name: number): string | undefined {
    const value = this.value(name);
    return value && this.unit.text(value);
  }

  /** A constant within ±2^53. */
  number(name: number): number | undefined {
    const value = this.value(name);
    return value?.kind === 'constant' && typeof value.value === 'number' ? value.value : undefined;
  }

  flag(name: number): boolean {
    const value = this.value(name);
    return value?.kind === 'flag' && value.value;
  }

  address(name: number): Address | undefined {
    const value = this.value(name);
    if (value?.kind === 'address') return value.address;
    return value?.kind === 'address-index' ? this.unit.indexedAddress(value.index) : undefined;
  }

  /** An offset into another section. Until DWARF 3 it had the form of a constant. */
  sectionOffset(name: number): number | undefined {
    const value = this.value(name);
    return value && sectionOffsetOf(value);
  }

  /** The entry that an attribute refers to, in this unit or another. */
  reference(name: number): Entry | undefined {
    const value = this.value(name);
    if (value?.kind === 'entry') return this.unit.info.entryAt(value.offset);
    return value?.kind === 'signature' ? this.unit.info.typeBySignature(value.signature) : undefined;
  }

  /**
   * Why an attribute that refers to an entry leads nowhere; undefined where it is not there or leads to one. What lacks
   * its type is not what has none.
   */
  dangling(name: number): string | undefined {
    const value = this.value(name);
    if (!value || this.reference(name)) return undefined;
    if (value.kind === 'elsewhere') return 'it lies in a supplementary file';
    if (value.kind === 'signature') return `no type unit has signature 0x${value.signature.toString(16).padStart(16, '0')}`;
    return value.kind === 'entry'
      ? `no unit has an entry at 0x${value.offset.toString(16)}`
      : `a reference is written as ${value.kind}`;
  }

  /** The attribute here, or where this entry's origin or declaration has it (DWARF 5, 2.13.2 and 3.3.8.2). */
  inherited(name: number): Entry | undefined {
    let entry: Entry | undefined = this;
    for (let depth = 0; entry && depth < MAX_ORIGINS; depth++) {
      if (entry.has(name)) return entry;
      entry = entry.reference(AT.abstract_origin) ?? entry.reference(AT.specification);
    }
    return undefined;
  }

  /** DW_AT_name, of the entry or its origin. */
  get name(): string | undefined {
    return this.inherited(AT.name)?.text(AT.name);
  }

  /** Direct children, in order. */
  *children(): Generator<Entry> {
    const { entries } = this.unit;
    const index = indexOfEntry(entries, this.offset);
    if (index === undefined) throw new MalformedError(`no entry begins at 0x${this.offset.toString(16)}`);
    const end = entries.ends[index] ?? 0;
    for (let child = index + 1; child < end; child = entries.ends[child] ?? end) yield this.unit.entryAt(child);
  }

  /** Addresses the entry covers, dead ones included: from DW_AT_ranges or low_pc and high_pc. */
  ranges(): readonly AddressRange[] {
    const list = this.value(AT.ranges);
    if (list) return readRangeList(this.unit, this.listOffset('rnglists', list) as RangesOffset);
    const start = this.address(AT.low_pc);
    const high = this.value(AT.high_pc);
    if (start === undefined || !high) return [];
    // Since DWARF 4 a constant counts from low_pc.
    const end = high.kind === 'constant' ? start + Number(high.value) : this.address(AT.high_pc);
    return end !== undefined && end > start && Number.isSafeInteger(end) ? [{ start, end: address(end) }] : [];
  }

  /** DW_AT_location or its like, chosen by pc where it is a list. Undefined where the attribute is not there. */
  location(name: number, pc: Address): ChosenLocation | undefined {
    const value = this.value(name);
    if (!value) return undefined;
    if (value.kind === 'bytes') return { kind: 'expression', expression: this.unit.expression(value.bytes) };
    const offset = this.listOffset('loclists', value) as LocationsOffset;
    const bytes = readLocation(this.unit, offset, pc);
    return bytes ? { kind: 'expression', expression: this.unit.expression(bytes) } : { kind: 'nowhere' };
  }

  private listOffset(section: 'rnglists' | 'loclists', value: FormValue): number {
    const offset = value.kind === 'list-index' ? this.unit.listOffset(section, value.index) : sectionOffsetOf(value);
    if (offset === undefined) throw new MalformedError(`a list is referred to by a ${value.kind}`);
    return offset;
  }

  private abbreviation(): Abbreviation {
    if (this.shape) return this.shape;
    const reader = this.unit.info.readerAt(this.offset);
    const code = reader.uleb();
    const shape = this.unit.abbreviations.get(code);
    if (!shape) throw new MalformedError(`no entry begins at 0x${this.offset.toString(16)}`);
    this.valuesAt = reader.offset;
    this.shape = shape;
    return shape;
  }
}

function sectionOffsetOf(value: FormValue): number | undefined {
  if (value.kind === 'section-offset') return value.offset;
  const isOffset = value.kind === 'constant' && (value.size === 4 || value.size === 8);
  return isOffset && typeof value.value === 'number' ? value.value : undefined;
}

/** An entry's origin may have a declaration in turn; a longer chain is a circle. */
const MAX_ORIGINS = 8;
