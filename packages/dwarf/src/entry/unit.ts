/** A unit of `.debug_info`: its header, and what its forms need to be understood (DWARF 5, 7.5.1). */
import { ByteReader, stringAt } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { AT } from '../code/attribute.ts';
import { MalformedError } from '../damage.ts';
import type { Expression } from '../expression/expression.ts';
import type { AbbreviationOffset, DwarfSections, InfoOffset, LineOffset } from '../sections.ts';
import type { Abbreviations, AbbreviationTable } from './abbreviation.ts';
import type { DebugInfo } from './debug-info.ts';
import { Entry } from './entry.ts';
import { type EntryTable, readEntryTable } from './entry-table.ts';
import { type Encoding, type FormValue, readAddress, readOffset } from './form-reader.ts';

export type UnitKind = 'compile' | 'type' | 'partial';

export interface UnitHeader extends Encoding {
  readonly kind: UnitKind;
  readonly offset: InfoOffset;
  /** Of the byte behind the unit. */
  readonly end: number;
  readonly abbreviations: AbbreviationOffset;
  /** Of the unit's own entry. */
  readonly root: InfoOffset;
  /** Of a type unit: the name of its type, and where that type's entry is. */
  readonly signature?: bigint;
  readonly typeEntry?: InfoOffset;
}

export class Unit {
  readonly header: UnitHeader;
  readonly info: DebugInfo;
  readonly sections: DwarfSections;
  private readonly allAbbreviations: Abbreviations;
  private table: AbbreviationTable | undefined;
  private tree: EntryTable | undefined;

  constructor(header: UnitHeader, info: DebugInfo, abbreviations: Abbreviations) {
    this.header = header;
    this.info = info;
    this.sections = info.sections;
    this.allAbbreviations = abbreviations;
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
      this.tree = readEntryTable(reader, this.header.end, this.abbreviations, this.header);
    }
    return this.tree;
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
    const indexedAddress = (index: number) => this.indexedAddress(index);
    return { bytes, addressSize, offsetSize, version, littleEndian, indexedAddress, unit: offset };
  }

  /** An address of the unit's table in `.debug_addr`. */
  indexedAddress(index: number): Address | undefined {
    const { addressSize } = this.header;
    const at = this.base(AT.addr_base, 8) + index * addressSize;
    const { addr, littleEndian } = this.sections;
    if (at + addressSize > addr.length) return undefined;
    return readAddress(new ByteReader(addr, { offset: at, littleEndian }), addressSize);
  }

  text(value: FormValue): string | undefined {
    switch (value.kind) {
      case 'text':
        return stringAt(value.bytes, 0);
      case 'text-offset':
        return stringAt(this.sections[value.section], value.offset);
      case 'text-index':
        return this.indexedText(value.index);
      default:
        return undefined;
    }
  }

  /** Where `.debug_rnglists` or `.debug_loclists` has list `index` of this unit. */
  listOffset(section: 'rnglists' | 'loclists', index: number): number {
    const { offsetSize } = this.header;
    const base = this.base(section === 'rnglists' ? AT.rnglists_base : AT.loclists_base, offsetSize === 4 ? 12 : 20);
    const reader = new ByteReader(this.sections[section], {
      offset: base + index * offsetSize,
      littleEndian: this.sections.littleEndian,
    });
    return base + readOffset(reader, offsetSize);
  }

  private indexedText(index: number): string {
    const { offsetSize } = this.header;
    const { strOffsets, str, littleEndian } = this.sections;
    const offset = this.base(AT.str_offsets_base, offsetSize === 4 ? 8 : 16) + index * offsetSize;
    return stringAt(str, readOffset(new ByteReader(strOffsets, { offset, littleEndian }), offsetSize));
  }

  /** A base is absent where the unit's table is the only one: then it stands behind the section's header. */
  private base(name: number, behindHeader: number): number {
    return this.root.sectionOffset(name) ?? behindHeader;
  }
}

/** Reads a unit's header. `reader` stands at its length and then behind it; the end may lie behind the section. */
export function readUnitHeader(reader: ByteReader): UnitHeader | MalformedError {
  const offset = reader.offset as InfoOffset;
  const short = reader.u32();
  if (short >= RESERVED_LENGTH && short !== LONG_LENGTH) throw new MalformedError(`a unit of length 0x${short.toString(16)}`);
  const offsetSize: 4 | 8 = short === LONG_LENGTH ? 8 : 4;
  const end = (offsetSize === 8 ? reader.u64() : short) + reader.offset;
  if (end > reader.bytes.length) throw new MalformedError(`the unit at 0x${offset.toString(16)} ends behind its section`);
  const body = new ByteReader(reader.bytes.subarray(0, end), { offset: reader.offset, littleEndian: reader.littleEndian });
  reader.offset = end;
  const version = body.u16();
  if (version < 2 || version > 5) return new MalformedError(`units of version ${version} are not read`);
  return version === 5 ? readHeader5(body, offset, end, offsetSize) : readHeader2(body, offset, end, offsetSize, version);
}

function readHeader2(
  body: ByteReader,
  offset: InfoOffset,
  end: number,
  offsetSize: 4 | 8,
  version: number,
): UnitHeader | MalformedError {
  const abbreviations = readOffset(body, offsetSize) as AbbreviationOffset;
  const addressSize = body.u8();
  if (addressSize !== 4 && addressSize !== 8) return new MalformedError(`addresses of ${addressSize} bytes are not read`);
  const root = body.offset as InfoOffset;
  return { kind: 'compile', version, addressSize, offsetSize, offset, end, abbreviations, root };
}

function readHeader5(body: ByteReader, offset: InfoOffset, end: number, offsetSize: 4 | 8): UnitHeader | MalformedError {
  const type = body.u8();
  const addressSize = body.u8();
  const abbreviations = readOffset(body, offsetSize) as AbbreviationOffset;
  const kind = UNIT_KINDS.get(type);
  if (!kind) return new MalformedError(`units of type ${type} are not read: split DWARF lies in another file`);
  if (addressSize !== 4 && addressSize !== 8) return new MalformedError(`addresses of ${addressSize} bytes are not read`);
  const common = { kind, version: 5, addressSize, offsetSize, offset, end, abbreviations } as const;
  if (kind !== 'type') return { ...common, root: body.offset as InfoOffset };
  const signature = body.u64Big();
  const typeEntry = (offset + readOffset(body, offsetSize)) as InfoOffset;
  return { ...common, root: body.offset as InfoOffset, signature, typeEntry };
}

const LONG_LENGTH = 0xffff_ffff;
const RESERVED_LENGTH = 0xffff_fff0;
/** DW_UT_compile, type and partial; skeleton and split units (4 to 6) belong to split DWARF. */
const UNIT_KINDS: ReadonlyMap<number, UnitKind> = new Map([
  [1, 'compile'],
  [2, 'type'],
  [3, 'partial'],
]);
