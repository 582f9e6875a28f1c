/** Type entries to `TypeInfo`, each read when somebody asks (DWARF 5, chapter 5). */
import { AT, ATE, type Entry, type InfoOffset, LANG, TAG, unlessDamaged } from '@noinit/dwarf';
import type { BaseEncoding, EnumValue, TypeInfo } from '../symbols.ts';
import { arrayCounts } from './array-bounds.ts';
import type { DefinitionIndex } from './definition-index.ts';
import { readMembers } from './members.ts';
import { tagName, typeName } from './type-name.ts';
import { MAX_TYPE_CHAIN, sizeOf, stripped } from './type-shape.ts';

export class TypeReader {
  private readonly definitions: DefinitionIndex;
  private readonly types = new Map<InfoOffset, TypeInfo>();

  constructor(definitions: DefinitionIndex) {
    this.definitions = definitions;
  }

  /** The type that DW_AT_type of an entry or its origin names; void without one. */
  typeOf(entry: Entry): TypeInfo {
    return this.typeOfAt(entry, 0);
  }

  read(type: Entry | undefined, depth = 0): TypeInfo {
    if (!type) return VOID;
    const known = this.types.get(type.offset);
    if (known) return known;
    const read = unlessDamaged(
      () => this.readNew(type, depth),
      (error): TypeInfo => ({ kind: 'unsupported', name: '?', size: undefined, detail: error.message }),
    );
    this.types.set(type.offset, read);
    return read;
  }

  private typeOfAt(entry: Entry, depth: number): TypeInfo {
    return this.read(entry.inherited(AT.type)?.reference(AT.type), depth);
  }

  private readNew(type: Entry, depth: number): TypeInfo {
    if (depth > MAX_TYPE_CHAIN) return unsupported(type, `more than ${MAX_TYPE_CHAIN} types in a row`);
    switch (type.tag) {
      case TAG.base_type:
        return readBase(type);
      case TAG.pointer_type:
      case TAG.reference_type:
      case TAG.rvalue_reference_type:
        return this.readPointer(type);
      case TAG.structure_type:
      case TAG.class_type:
        return this.readStruct('struct', type);
      case TAG.union_type:
        return this.readStruct('union', type);
      case TAG.array_type:
        return this.readArray(type, depth);
      case TAG.enumeration_type:
        return this.readEnum(type, depth);
      case TAG.subroutine_type:
        return { kind: 'function', name: typeName(type) };
      case TAG.typedef:
      case TAG.const_type:
      case TAG.volatile_type:
      case TAG.restrict_type:
      case TAG.atomic_type:
        return this.readAlias(type, depth);
      case TAG.unspecified_type:
        return { kind: 'void', name: typeName(type) };
      default:
        return unsupported(type, `types of tag 0x${type.tag.toString(16)} are not read`);
    }
  }

  private readPointer(type: Entry): TypeInfo {
    const size = type.number(AT.byte_size) ?? type.unit.header.addressSize;
    return { kind: 'pointer', name: typeName(type), size, target: () => this.read(type.reference(AT.type)) };
  }

  /** A mere declaration is replaced by the definition in another unit, where there is exactly one. */
  private readStruct(kind: 'struct' | 'union', declared: Entry): TypeInfo {
    const isDeclaration = declared.flag(AT.declaration);
    const defined = isDeclaration ? (declared.reference(AT.signature) ?? this.definitions.find(declared)) : declared;
    const name = tagName(declared);
    if (!defined || defined.flag(AT.declaration)) return { kind, name, size: 0, members: () => [], declarationOnly: true };
    if (hasVariants(defined)) return unsupported(defined, 'types with variants are not read');
    const size = defined.number(AT.byte_size) ?? 0;
    const members = lazily(() =>
      unlessDamaged(
        () => readMembers(defined, (entry) => this.typeOf(entry)),
        () => [],
      ),
    );
    return { kind, name, size, members, declarationOnly: false };
  }

  /** The last dimension is the innermost array. */
  private readArray(type: Entry, depth: number): TypeInfo {
    const counts = arrayCounts(type);
    let element = this.typeOfAt(type, depth + 1);
    const elementEntry = type.reference(AT.type);
    let suffix = '';
    for (const count of counts.reverse()) {
      suffix = `[${count ?? ''}]${suffix}`;
      const size = (count ?? 0) * sizeOf(element);
      element = { kind: 'array', name: `${typeName(elementEntry)}${suffix}`, size, element, count };
    }
    // Arrays of pointers to functions put their bounds inside: only the name of the whole is written from its entry.
    return element.kind === 'array' ? { ...element, name: typeName(type) } : element;
  }

  private readEnum(type: Entry, depth: number): TypeInfo {
    const defined = type.flag(AT.declaration) ? (this.definitions.find(type) ?? type) : type;
    const size = defined.number(AT.byte_size) ?? 4;
    const underlying = defined.has(AT.type) ? stripped(this.typeOfAt(defined, depth + 1)) : undefined;
    const values = lazily(() => readEnumerators(defined, size, isSigned(underlying)));
    const signed = underlying ? isSigned(underlying) : values().some(({ value }) => value < 0);
    return { kind: 'enum', name: tagName(type), size, signed, values };
  }

  private readAlias(type: Entry, depth: number): TypeInfo {
    const target = this.typeOfAt(type, depth + 1);
    return { kind: 'alias', name: typeName(type), size: sizeOf(target), target };
  }
}

function readBase(type: Entry): TypeInfo {
  const code = type.number(AT.encoding) ?? 0;
  const encoding = ENCODINGS.get(code);
  if (!encoding) return unsupported(type, `base types of encoding ${code} are not read`);
  return { kind: 'base', name: typeName(type), size: type.number(AT.byte_size) ?? 0, encoding };
}

function readEnumerators(type: Entry, size: number, signed: boolean): EnumValue[] {
  return unlessDamaged(
    () =>
      [...type.children()].flatMap((child) => {
        const value = child.tag === TAG.enumerator ? child.value(AT.const_value) : undefined;
        const name = child.text(AT.name);
        if (value?.kind !== 'constant' || name === undefined) return [];
        return [{ name, value: asSigned(Number(value.value), size, signed) }];
      }),
    () => [],
  );
}

/** GCC writes negative values of a signed enumeration in forms without a sign. */
function asSigned(value: number, size: number, signed: boolean): number {
  const limit = 2 ** (8 * size - 1);
  return signed && value >= limit ? value - 2 * limit : value;
}

function isSigned(type: TypeInfo | undefined): boolean {
  return type?.kind === 'base' && (type.encoding === 'signed' || type.encoding === 'signed-char');
}

function hasVariants(type: Entry): boolean {
  if (type.unit.root.number(AT.language) !== LANG.Rust) return false;
  return [...type.children()].some(({ tag }) => tag === TAG.variant_part);
}

function unsupported(type: Entry, detail: string): TypeInfo {
  return { kind: 'unsupported', name: typeName(type), size: type.number(AT.byte_size), detail };
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const VOID: TypeInfo = { kind: 'void', name: 'void' };
const ENCODINGS: ReadonlyMap<number, BaseEncoding> = new Map([
  [ATE.address, 'address'],
  [ATE.boolean, 'boolean'],
  [ATE.complex_float, 'complex'],
  [ATE.float, 'float'],
  [ATE.signed, 'signed'],
  [ATE.signed_char, 'signed-char'],
  [ATE.unsigned, 'unsigned'],
  [ATE.unsigned_char, 'unsigned-char'],
  [ATE.UTF, 'utf'],
  [ATE.ASCII, 'utf'],
]);
