/** A unit of `.debug_info`: its header, and what its forms need to be understood (DWARF 5, 7.5.1). */
import { ByteReader, stringAt } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { AT } from '../code/attribute.ts';
import { TAG } from '../code/tag.ts';
import { MalformedError, unlessDamaged } from '../damage.ts';
import type { Expression } from '../expression/expression.ts';
import type { DwarfSections, InfoOffset, LineOffset } from '../sections.ts';
import type { Abbreviations, AbbreviationTable } from './abbreviation.ts';
import type { DebugInfo } from './debug-info.ts';
import { Entry } from './entry.ts';
import { type EntryTable, readEntryTable } from './entry-table.ts';
import { type FormValue, readAddress, readOffset } from './form-reader.ts';
import { type ReferredByExpressions, referredByExpressions } from './referred-by-expressions.ts';
import type { UnitHeader, UnitKind } from './unit-header.ts';

export class Unit {
  readonly header: UnitHeader;
  readonly info: DebugInfo;
  readonly sections: DwarfSections;
  private readonly allAbbreviations: Abbreviations;
  private table: AbbreviationTable | undefined;
  private tree: EntryTable | undefined;
  private referred: ReferredByExpressions | undefined;

  constructor(header: UnitHeader, info: DebugInfo, abbreviations: Abbreviations) {
    this.header = header;
    this.info = info;
    this.sections = info.sections;
    this.allAbbreviations = abbreviations;
  }

  /** To DWARF 4 only the tag of the unit's own entry tells partial units apart. */
  get kind(): UnitKind {
    const { kind, version } = this.header;
    if (kind !== 'compile' || version >= 5) return kind;
    const tag = unlessDamaged(
      () => this.root.tag,
      () => undefined,
    );
    return tag === TAG.partial_unit ? 'partial' : kind;
  }

  get root(): Entry {
    return new Entry(this, this.header.root);
  }

  get abbreviations(): AbbreviationTable {
    this.table ??= this.allAbbreviations.tableAt(this.header.abbreviations);
    return this.table;
  }

  /** All entries; walked when first asked for. */
  get entries(): EntryTable {
    if (!this.tree) {
      const { littleEndian, info } = this.sections;
      const reader = new ByteReader(info.subarray(0, this.header.end), { offset: this.header.root, littleEndian });
      this.tree = readEntryTable(reader, this.header.end, this.abbreviations, this.header, this.info.skipsOf(this.header));
      this.info.keep(this, this.tree.count);
    }
    return this.tree;
  }

  /** Drops the entries; whoever asks for them again pays for them again. */
  forget(): void {
    this.tree = undefined;
  }

  entryAt(index: number): Entry {
    return new Entry(this, (this.entries.offsets[index] ?? 0) as InfoOffset);
  }

  /** What range and location lists count from: DW_AT_low_pc of the unit. */
  get baseAddress(): Address {
    return this.root.address(AT.low_pc) ?? address(0);
  }

  get lineOffset(): LineOffset | undefined {
    return this.root.sectionOffset(AT.stmt_list) as LineOffset | undefined;
  }

  expression(bytes: Uint8Array): Expression {
    const { addressSize, offsetSize, version, offset } = this.header;
    const { littleEndian } = this.sections;
    this.referred ??= referredByExpressions(this);
    return { bytes, addressSize, offsetSize, version, littleEndian, unit: offset, ...this.referred };
  }

  /** An address of the unit's table in `.debug_addr`. */
  indexedAddress(index: number): Address | undefined {
    const { addressSize, offsetSize, version } = this.header;
    // The table of DWARF 4, a GNU extension, has no header.
    const first =
      version < 5 ? (this.root.sectionOffset(AT.GNU_addr_base) ?? 0) : this.base(AT.addr_base, offsetSize === 4 ? 8 : 16);
    const at = first + index * addressSize;
    const { addr, littleEndian } = this.sections;
    if (at + addressSize > addr.length) return undefined;
    return readAddress(new ByteReader(addr, { offset: at, littleEndian }), addressSize);
  }

  text(value: FormValue): string | undefined {
    switch (value.kind) {
      case 'text':
        return stringAt(value.bytes, 0);
      case 'text-offset':
        return this.info.longNames.read(this.sections[value.section], value.offset);
      case 'text-index':
        return this.indexedText(value.index);
      default:
        return undefined;
    }
  }

  /** Where `.debug_rnglists` or `.debug_loclists` has list `index` of this unit. The table's length stands before it. */
  listOffset(section: 'rnglists' | 'loclists', index: number): number {
    const { offsetSize } = this.header;
    const { littleEndian } = this.sections;
    const base = this.base(section === 'rnglists' ? AT.rnglists_base : AT.loclists_base, offsetSize === 4 ? 12 : 20);
    const reader = new ByteReader(this.sections[section], { offset: base - 4, littleEndian });
    const count = reader.u32();
    if (index >= count) throw new MalformedError(`a unit of ${count} lists refers to list ${index}`);
    reader.offset = base + index * offsetSize;
    return base + readOffset(reader, offsetSize);
  }

  private indexedText(index: number): string | undefined {
    const { offsetSize } = this.header;
    const { strOffsets, str, littleEndian } = this.sections;
    const offset = this.base(AT.str_offsets_base, offsetSize === 4 ? 8 : 16) + index * offsetSize;
    return this.info.longNames.read(str, readOffset(new ByteReader(strOffsets, { offset, littleEndian }), offsetSize));
  }

  /** A base is absent where the unit's table is the only one: then it stands behind the section's header. */
  private base(name: number, behindHeader: number): number {
    return this.root.sectionOffset(name) ?? behindHeader;
  }
}
