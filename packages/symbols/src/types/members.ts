/** Members of structures and unions, bit-fields of both kinds included (DWARF 5, 5.7.6; DWARF 3, 5.5.6). */
import { ByteReader } from '@noinit/bytes';
import { AT, type Entry, OP, TAG } from '@noinit/dwarf';
import type { Member, TypeInfo } from '../symbols.ts';
import { sizeOf } from './type-shape.ts';

/** Members of one type that are read. */
export const MAX_MEMBERS = 100_000;

/** In the order of the source. Static members are none: they live elsewhere. */
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

function readMember(entry: Entry, type: TypeInfo, isBase: boolean): Member {
  // A base class has no name of its own; its members stand under its type's name.
  const name = isBase ? type.name : entry.text(AT.name);
  const offset = byteOffset(entry);
  if (offset === undefined) {
    const detail = 'the place of this member is computed when the program runs';
    return { name, type: { kind: 'unsupported', name: type.name, size: sizeOf(type), detail }, offset: 0 };
  }
  const size = entry.number(AT.bit_size);
  return size === undefined ? { name, type, offset } : { name, type, ...bitField(entry, type, offset, size) };
}

/** Bit-fields count from the least significant bit on little-endian targets, from the most significant on others. */
function bitField(entry: Entry, type: TypeInfo, offset: number, size: number): Pick<Member, 'offset' | 'bits'> {
  const { littleEndian } = entry.unit.sections;
  const fromStart = entry.number(AT.data_bit_offset);
  if (fromStart !== undefined) {
    const first = offset * 8 + fromStart;
    const byte = Math.floor(first / 8);
    if (littleEndian) return { offset: byte, bits: { offset: first % 8, size } };
    return { offset: byte, bits: { offset: (8 - ((first + size) % 8)) % 8, size } };
  }
  // Until DWARF 3: the distance of the most significant bits of storage and field, whatever the byte order.
  const storage = 8 * (entry.number(AT.byte_size) ?? sizeOf(type));
  const fromTop = entry.number(AT.bit_offset) ?? 0;
  const low = storage - fromTop - size;
  if (!littleEndian) return { offset, bits: { offset: low, size } };
  return { offset: offset + Math.floor(low / 8), bits: { offset: ((low % 8) + 8) % 8, size } };
}

/** DW_AT_data_member_location: a constant, or until DWARF 3 an expression that adds one. Absent in unions. */
function byteOffset(entry: Entry): number | undefined {
  const value = entry.value(AT.data_member_location);
  if (!value) return 0;
  if (value.kind === 'constant') return Number(value.value);
  if (value.kind !== 'bytes') return undefined;
  const reader = new ByteReader(value.bytes, { littleEndian: entry.unit.sections.littleEndian });
  if (reader.u8() !== OP.plus_uconst) return undefined;
  const offset = reader.uleb();
  return reader.atEnd ? offset : undefined;
}
