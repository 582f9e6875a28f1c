/** Variant parts: which members a type has depends on the value of one of them (DWARF 5, 5.7.10). */
import { ByteReader } from '@noinit/bytes';
import { AT, type Entry, indexOfEntry, TAG } from '@noinit/dwarf';
import type { Member, TypeInfo, Variant } from '../symbols.ts';
import { readConstant } from './constant.ts';
import { readMember, readMembers } from './members.ts';
import { isSignedInteger } from './type-shape.ts';

/** Variants of one type that are read. */
export const MAX_VARIANTS = 100_000;

/** The first variant part; languages that have these types write one. */
export function variantPartOf(type: Entry): Entry | undefined {
  const { unit } = type;
  const { tags, ends } = unit.entries;
  const index = indexOfEntry(unit.entries, type.offset) ?? -1;
  const end = ends[index] ?? 0;
  for (let child = index + 1; child < end; child = ends[child] ?? end) {
    if (tags[child] === TAG.variant_part) return unit.entryAt(child);
  }
  return undefined;
}

/** The member that tells the variants apart. A part may give its type only, as in Pascal: then nothing is stored. */
export function readDiscriminant(part: Entry, typeOf: (member: Entry) => TypeInfo): Member | undefined {
  const member = part.reference(AT.discr);
  return member && readMember(member, typeOf(member));
}

export function readVariants(part: Entry, typeOf: (member: Entry) => TypeInfo): readonly Variant[] {
  const isSigned = isSignedInteger(readDiscriminant(part, typeOf)?.type);
  const variants: Variant[] = [];
  for (const child of part.children()) {
    if (child.tag !== TAG.variant) continue;
    variants.push({ values: valuesOf(child, isSigned), members: readMembers(child, typeOf) });
    if (variants.length >= MAX_VARIANTS) break;
  }
  return variants;
}

function valuesOf(variant: Entry, isSigned: boolean): Variant['values'] {
  const value = readConstant(variant, AT.discr_value);
  if (value !== undefined) return [{ from: BigInt(value), to: BigInt(value) }];
  const list = variant.value(AT.discr_list);
  return list?.kind === 'bytes' ? readList(list.bytes, isSigned) : undefined;
}

/** DW_DSC_label and a value, or DW_DSC_range and both its ends; numbers have the discriminant's sign (DWARF 5, 7.5.9). */
function readList(bytes: Uint8Array, isSigned: boolean): Variant['values'] {
  const reader = new ByteReader(bytes);
  const next = () => BigInt(isSigned ? reader.sleb() : reader.uleb());
  const values: { from: bigint; to: bigint }[] = [];
  while (!reader.atEnd) {
    const isRange = reader.u8() === DSC_RANGE;
    const from = next();
    values.push({ from, to: isRange ? next() : from });
  }
  return values;
}

const DSC_RANGE = 1;
