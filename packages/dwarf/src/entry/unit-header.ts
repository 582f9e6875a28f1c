/** The header of a unit in `.debug_info` (DWARF 5, 7.5.1) or `.debug_types` (DWARF 4, 7.5.1.2). */
import { ByteReader } from '@noinit/bytes';
import { MalformedError, unlessDamaged } from '../damage.ts';
import type { AbbreviationOffset, InfoOffset } from '../sections.ts';
import { type Encoding, readOffset } from './form-reader.ts';

/** A skeleton has addresses and lines; its entries are in another file (split DWARF). */
export type UnitKind = 'compile' | 'type' | 'partial' | 'skeleton';

export interface UnitHeader extends Encoding {
  /** To DWARF 4 a partial unit is a compile unit here: `Unit.kind` knows better. */
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
  /** Of a skeleton: what it shares with the unit in the other file. */
  readonly splitId?: bigint;
}

/**
 * Reads a unit's header, up to `sectionEnd`. `reader` stands at its length and then behind the unit. An error that is
 * returned leaves the rest of the section readable, one that is thrown does not.
 */
export function readUnitHeader(reader: ByteReader, sectionEnd: number, section: 'info' | 'types'): UnitHeader | MalformedError {
  const offset = reader.offset as InfoOffset;
  const short = reader.u32();
  if (short >= RESERVED_LENGTH && short !== LONG_LENGTH) throw new MalformedError(`a unit of length 0x${short.toString(16)}`);
  const offsetSize: 4 | 8 = short === LONG_LENGTH ? 8 : 4;
  const end = (offsetSize === 8 ? reader.u64() : short) + reader.offset;
  if (end > sectionEnd) throw new MalformedError(`the unit at 0x${offset.toString(16)} ends behind its section`);
  const body = new ByteReader(reader.bytes.subarray(0, end), { offset: reader.offset, littleEndian: reader.littleEndian });
  reader.offset = end;
  return unlessCut(() => readBody(body, section, { offset, end, offsetSize }));
}

type Place = Pick<UnitHeader, 'offset' | 'end' | 'offsetSize'>;

function readBody(body: ByteReader, section: 'info' | 'types', place: Place): UnitHeader | MalformedError {
  const version = body.u16();
  if (version < 2 || version > (section === 'types' ? 4 : 5))
    return new MalformedError(`units of version ${version} are not read`);
  if (version === 5) return readHeader5(body, place);
  const abbreviations = readOffset(body, place.offsetSize) as AbbreviationOffset;
  const addressSize = body.u8();
  if (addressSize !== 4 && addressSize !== 8) return new MalformedError(`addresses of ${addressSize} bytes are not read`);
  const common = { ...place, version, addressSize, abbreviations } as const;
  return section === 'types'
    ? { ...common, kind: 'type', ...readType(body, place) }
    : { ...common, kind: 'compile', root: at(body) };
}

function readHeader5(body: ByteReader, place: Place): UnitHeader | MalformedError {
  const type = body.u8();
  const addressSize = body.u8();
  const abbreviations = readOffset(body, place.offsetSize) as AbbreviationOffset;
  if (addressSize !== 4 && addressSize !== 8) return new MalformedError(`addresses of ${addressSize} bytes are not read`);
  const common = { ...place, version: 5, addressSize, abbreviations } as const;
  switch (type) {
    case UT.compile:
      return { ...common, kind: 'compile', root: at(body) };
    case UT.partial:
      return { ...common, kind: 'partial', root: at(body) };
    case UT.type:
      return { ...common, kind: 'type', ...readType(body, place) };
    case UT.skeleton: {
      const splitId = body.u64Big();
      return { ...common, kind: 'skeleton', splitId, root: at(body) };
    }
    default:
      return new MalformedError(`units of type ${type} are not read`);
  }
}

function readType(body: ByteReader, { offset, offsetSize }: Place) {
  const signature = body.u64Big();
  const typeEntry = (offset + readOffset(body, offsetSize)) as InfoOffset;
  return { signature, typeEntry, root: at(body) };
}

function at(body: ByteReader): InfoOffset {
  return body.offset as InfoOffset;
}

/** A unit too short for its header: the next one still stands where its length says. */
function unlessCut(read: () => UnitHeader | MalformedError): UnitHeader | MalformedError {
  return unlessDamaged(read, (error) => new MalformedError(`a unit ends within its header: ${error.message}`));
}

const LONG_LENGTH = 0xffff_ffff;
const RESERVED_LENGTH = 0xffff_fff0;
const UT = { compile: 1, type: 2, partial: 3, skeleton: 4 } as const;
