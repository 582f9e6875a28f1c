/** Members of structures and unions, bit-fields of both kinds included (DWARF 5, 5.7.6; DWARF 3, 5.5.6). */
import { ByteReader } from '@noinit/bytes';
import { AT, type Entry, OP, TAG } from '@noinit/dwarf';
import type { Member, TypeInfo } from '../symbols.ts';
import { sizeOf, stripped } from './type-shape.ts';

/** Members of one type that are read. */
export const MAX_MEMBERS = 100_000;

/** In the order of the source, base classes first. Static members are none: they live elsewhere. */
export function readMembers(type: Entry, typeOf: (member: Entry) => TypeInfo): readonly Member[] {
  const members: Member[] = [];
  for (const child of type.children()) {
    const isBase = child.tag === TAG.inheritance;
    if (child.tag !== TAG.member && !isBase) continue;
    if (child.flag(AT.external) || child.flag(AT.declaration)) continue;
    members.push(readMember(child, typeOf(child), isBase));
    if (members.length >= MAX_MEMBERS) break;
  }
  return members;
}

export function readMember(entry: Entry, type: TypeInfo, isBase = false): Member {
  // A base class has no name of its own; its members stand under its type's name.
  const name = isBase ? type.name : entry.text(AT.name);
  const place = placeOf(entry);
  if (typeof place !== 'number') {
    return { name, type, offset: 0, place: entry.unit.expression(place) };
  }
  const bits = bitsOf(entry, type);
  return bits ? { name, type, ...bitField(bits, place, entry, type) } : { name, type, offset: place };
}

interface Bits {
  readonly size: number;
  /** Bits from the start of the whole plus the member's offset. */
  readonly fromStart: number | undefined;
  /** Until DWARF 3: bits between the most significant bits of storage and field, and the storage's bytes. */
  readonly fromTop: number;
  readonly storage: number;
}

function bitsOf(entry: Entry, type: TypeInfo): Bits | undefined {
  const fromStart = entry.number(AT.data_bit_offset);
  const size = entry.number(AT.bit_size) ?? (fromStart === undefined ? undefined : 8 * sizeOf(type));
  if (size === undefined) return undefined;
  const storage = entry.number(AT.byte_size) ?? sizeOf(type);
  return { size, fromStart, fromTop: fromTopOf(entry, storage), storage };
}

/** A field that begins before its storage has a negative offset, which Clang writes in a form without a sign. */
function fromTopOf(entry: Entry, storage: number): number {
  const value = entry.value(AT.bit_offset);
  if (value?.kind !== 'constant') return 0;
  const isNegative = value.value > 8 * storage && value.size > 0;
  return Number(isNegative ? BigInt.asIntN(8 * value.size, BigInt(value.value)) : value.value);
}

/**
 * The first bit is counted the target's way; what comes first in a byte is up to the byte order of the field's type: the
 * least significant bit where that is little-endian.
 */
function bitField({ size, fromStart, fromTop, storage }: Bits, offset: number, entry: Entry, type: TypeInfo): Placed {
  const { littleEndian } = entry.unit.sections;
  const first = 8 * offset + (fromStart ?? (littleEndian ? 8 * storage - fromTop - size : fromTop));
  const byte = Math.floor(first / 8);
  if (isLittleEndian(type, littleEndian)) return { offset: byte, bits: { offset: first - 8 * byte, size } };
  const end = first + size;
  return { offset: byte, bits: { offset: 8 * Math.ceil(end / 8) - end, size } };
}

type Placed = Pick<Member, 'offset' | 'bits'>;

function isLittleEndian(type: TypeInfo, ofTarget: boolean): boolean {
  const plain = stripped(type);
  return (plain.kind === 'base' ? plain.littleEndian : undefined) ?? ofTarget;
}

/**
 * DW_AT_data_member_location: bytes from the start, or an expression. Until DWARF 3 also constants are expressions, of
 * one addition. Absent in unions.
 */
function placeOf(entry: Entry): number | Uint8Array {
  const value = entry.value(AT.data_member_location);
  if (value?.kind === 'constant') return Number(value.value);
  if (value?.kind !== 'bytes') return 0;
  const reader = new ByteReader(value.bytes, { littleEndian: entry.unit.sections.littleEndian });
  if (reader.u8() !== OP.plus_uconst) return value.bytes;
  const offset = reader.uleb();
  return reader.atEnd ? offset : value.bytes;
}
