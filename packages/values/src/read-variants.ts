/** Types with variants: the one that the discriminant names, written as the source would: `Some(3)`, `Error::Io { code = 5 }`. */
import type { Variable } from '@noinit/model';
import type { Member, Variant, VariantsType } from '@noinit/symbols';
import { type Children, ifPartlyKnown, listMembers, storageOfMember } from './children.ts';
import { readInteger } from './integer.ts';
import { bytesWithoutPadding, knownNode, readBytes, unknownNode } from './node.ts';
import { lastName } from './rust/last-name.ts';
import { rustText } from './struct-text.ts';
import { summarize } from './summary.ts';
import { type PlainType, shapeOf, sizeOf } from './type-shape.ts';
import type { Reading, ValueRequest } from './value-request.ts';

export function readVariants(request: ValueRequest, type: VariantsType, reading: Reading): Variable {
  const choice = chooseVariant(request, type, reading);
  const read = readBytes(request.storage, type.size, reading);
  if (typeof choice === 'string') {
    return read.kind === 'unknown' ? unknownNode(request, 'enum', read.unknown) : knownNode(request, 'enum', choice, read.bytes);
  }
  if ('why' in choice) return unknownNode(request, 'enum', read.kind === 'unknown' ? read.unknown : choice);
  const { text, children } = readVariant(request, type, choice, reading);
  if (read.kind === 'bytes') return knownNode(request, 'enum', text, read.bytes, children);
  // What other variants keep behind the fields of this one is padding to it.
  const bytes = bytesWithoutPadding(request.storage, type.size, children);
  if (bytes) return knownNode(request, 'enum', text, bytes, children);
  const detail = `${text}: ${read.unknown.detail}`;
  return unknownNode(request, 'enum', { ...read.unknown, detail }, ifPartlyKnown(children));
}

/** The active variant; a text where none is; a reason where nobody can tell. */
function chooseVariant(request: ValueRequest, type: VariantsType, reading: Reading) {
  const variants = type.variants();
  const discriminant = type.discriminant();
  if (!discriminant) {
    const [only, ...others] = variants;
    if (only && others.length === 0) return only;
    const detail = variants.length === 0 ? 'a type of which there are no values' : 'nothing says which variant is active';
    return { why: 'unsupported', detail } as const;
  }
  const value = readDiscriminant(request, discriminant, reading);
  if (typeof value !== 'bigint') return value;
  const size = 8 * (sizeOf(discriminant.type) ?? 0);
  return findVariant(variants, value, size) ?? `<invalid discriminant ${value}>`;
}

/** Widest discriminant, in bytes. */
const MAX_DISCRIMINANT_BYTES = 16;

/** With the sign of its type. */
function readDiscriminant(request: ValueRequest, discriminant: Member, reading: Reading) {
  const size = sizeOf(discriminant.type) ?? 0;
  if (size === 0 || size > MAX_DISCRIMINANT_BYTES) {
    return { why: 'unsupported', detail: `a discriminant of ${size} bytes` } as const;
  }
  const read = readBytes(storageOfMember(request.storage, discriminant, reading), size, reading);
  if (read.kind === 'unknown') return read.unknown;
  const { type } = shapeOf(discriminant.type);
  return readInteger(reading.symbols.littleEndian ? read.bytes : read.bytes.toReversed(), isSigned(type));
}

function isSigned(type: PlainType): boolean {
  return type.kind === 'enum' ? type.signed : type.kind === 'base' && type.encoding === 'signed';
}

/** Compilers write values of a discriminant with and without its sign: they are compared modulo its size. */
function findVariant(variants: readonly Variant[], value: bigint, bits: number): Variant | undefined {
  const unsigned = BigInt.asUintN(bits, value);
  const isNamed = ({ from, to }: { readonly from: bigint; readonly to: bigint }) =>
    from === to
      ? BigInt.asUintN(bits, from) === unsigned
      : (from <= value && value <= to) || (from <= unsigned && unsigned <= to);
  return variants.find(({ values }) => values?.some(isNamed)) ?? variants.find(({ values }) => values === undefined);
}

/** rustc gives a variant one member: a struct that is called like the variant and holds its fields. */
function readVariant(request: ValueRequest, type: VariantsType, variant: Variant, reading: Reading) {
  const [only] = variant.members;
  const plain = only && shapeOf(only.type).type;
  if (only && plain?.kind === 'struct' && variant.members.length === 1) {
    const storage = storageOfMember(request.storage, only, reading);
    const fields = listMembers({ ...request, storage }, plain.members(), '.', reading);
    const children = joined(listMembers(request, type.members(), '.', reading), fields);
    return { text: rustText(variantName(type, only, plain.name), plain, fields), children };
  }
  const children = listMembers(request, [...type.members(), ...variant.members], '.', reading);
  return { text: summarize(children, { open: '{', close: '}', named: true }), children };
}

function joined(first: Children, second: Children): Children {
  return { listed: [...first.listed, ...second.listed], left: first.left + second.left };
}

/** States of a generator have numbers for names, and their structs the words. */
function variantName(type: VariantsType, member: Member, struct: string): string {
  const name = member.name === undefined || /^\d+$/.test(member.name) ? lastName(struct) : member.name;
  return IN_PRELUDE.test(type.name) ? name : `${lastName(type.name)}::${name}`;
}

/** Enums whose variants every Rust program can name without them. */
const IN_PRELUDE = /^core::(?:option::Option|result::Result)</;
