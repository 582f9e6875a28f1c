/** Type entries to `TypeInfo`, each read when somebody asks (DWARF 5, chapter 5). */
import { AT, type Entry, type InfoOffset, TAG, unlessDamaged } from '@noinit/dwarf';
import type { Member, TypeInfo } from '../symbols.ts';
import { arrayDimensions, boundOf, type Dimension } from './array-bounds.ts';
import { readBase, readUnspecified } from './base-type.ts';
import type { DefinitionIndex } from './definition-index.ts';
import { readEnumerators } from './enumerators.ts';
import { languageMark, languageOf } from './language.ts';
import { lazily, listLazily } from './lazily.ts';
import { readMembers } from './members.ts';
import { readTypeParameters } from './template-parameters.ts';
import { tagName, typeName } from './type-name.ts';
import { isSignedInteger, MAX_TYPE_CHAIN, sizeOf, unsupported } from './type-shape.ts';
import { readDiscriminant, readVariants, variantPartOf } from './variants.ts';

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
      (error): TypeInfo => unsupported('?', undefined, error.message),
    );
    this.types.set(type.offset, read);
    return read;
  }

  private typeOfAt(entry: Entry, depth: number): TypeInfo {
    return this.referred(entry.inherited(AT.type), AT.type, depth);
  }

  /** What lacks its type is not what has none. */
  private referred(entry: Entry | undefined, name: number, depth: number): TypeInfo {
    const type = entry?.reference(name);
    const missing = type ? undefined : entry?.dangling(name);
    return missing === undefined ? this.read(type, depth) : unsupported('?', undefined, `the type is missing: ${missing}`);
  }

  private readNew(type: Entry, depth: number): TypeInfo {
    if (depth > MAX_TYPE_CHAIN) return unsupported(typeName(type), undefined, `more than ${MAX_TYPE_CHAIN} types in a row`);
    switch (type.tag) {
      case TAG.base_type:
        return readBase(type);
      case TAG.pointer_type:
      case TAG.reference_type:
      case TAG.rvalue_reference_type:
        return this.readPointer(type);
      case TAG.ptr_to_member_type:
        return this.readMemberPointer(type);
      case TAG.structure_type:
      case TAG.class_type:
      case TAG.interface_type:
        return this.readWhole('struct', type);
      case TAG.union_type:
        return this.readWhole('union', type);
      case TAG.array_type:
        return this.readArray(type, depth);
      case TAG.enumeration_type:
        return this.readEnum(type, depth);
      case TAG.subroutine_type:
        return { kind: 'function', name: typeName(type) };
      case TAG.unspecified_type:
        return readUnspecified(type);
      default:
        if (ALIASES.has(type.tag)) return this.readAlias(type, depth);
        return unsupported(typeName(type), type.number(AT.byte_size), `types of tag 0x${type.tag.toString(16)} are not read`);
    }
  }

  private readPointer(type: Entry): TypeInfo {
    const size = type.number(AT.byte_size) ?? type.unit.header.addressSize;
    const target = lazily(() => this.readTarget(type, AT.type));
    return { kind: 'pointer', name: typeName(type), size, target, ...languageMark(type) };
  }

  private readTarget(type: Entry, name: number): TypeInfo {
    return unlessDamaged(
      () => this.referred(type, name, 0),
      (error): TypeInfo => unsupported('?', undefined, error.message),
    );
  }

  /** A pointer to a member that is a function has two words (Itanium C++ ABI, 2.3). */
  private readMemberPointer(type: Entry): TypeInfo {
    const { addressSize } = type.unit.header;
    const isFunction = type.reference(AT.type)?.tag === TAG.subroutine_type;
    const size = type.number(AT.byte_size) ?? (isFunction ? 2 * addressSize : addressSize);
    const target = () => this.readTarget(type, AT.type);
    const of = () => this.readTarget(type, AT.containing_type);
    return { kind: 'member-pointer', name: typeName(type), size, of, target };
  }

  private readWhole(kind: 'struct' | 'union', declared: Entry): TypeInfo {
    const defined = this.definitionOf(declared);
    const name = tagName(declared.name === undefined && defined ? defined : declared);
    const mark = languageMark(declared);
    if (!defined) return { kind, name, size: 0, members: () => [], declarationOnly: true, ...mark };
    const part = variantPartOf(defined);
    if (part) return this.readVariants(name, defined, part);
    const size = defined.number(AT.byte_size);
    if (size === undefined) return unsupported(name, undefined, `the size of ${name} is no constant`);
    const parameters = listLazily(() => readTypeParameters(defined, (entry) => this.typeOf(entry)));
    return {
      kind,
      name,
      size,
      members: this.membersOf(defined),
      declarationOnly: false,
      ...(mark && { parameters, ...mark }),
      ...(defined.has(AT.containing_type) && { containing: () => this.readTarget(defined, AT.containing_type) }),
    };
  }

  /** A mere declaration is replaced by the definition in a type unit, or in another unit, where there is exactly one. */
  private definitionOf(declared: Entry): Entry | undefined {
    // GCC leaves DW_AT_declaration out where the signature is all it writes.
    if (!declared.flag(AT.declaration) && !declared.has(AT.signature)) return declared;
    const defined = declared.reference(AT.signature) ?? this.definitions.find(declared);
    return defined?.flag(AT.declaration) ? undefined : defined;
  }

  private membersOf(type: Entry): () => readonly Member[] {
    return lazily(() =>
      unlessDamaged(
        () => readMembers(type, (entry) => this.typeOf(entry)),
        (error): readonly Member[] => [{ name: undefined, type: unsupported('?', undefined, error.message), offset: 0 }],
      ),
    );
  }

  private readVariants(name: string, type: Entry, part: Entry): TypeInfo {
    const typeOf = (entry: Entry) => this.typeOf(entry);
    return {
      kind: 'variants',
      name,
      size: type.number(AT.byte_size) ?? 0,
      members: this.membersOf(type),
      discriminant: lazily(() =>
        unlessDamaged(
          () => readDiscriminant(part, typeOf),
          () => undefined,
        ),
      ),
      variants: listLazily(() => readVariants(part, typeOf)),
      ...languageMark(type),
    };
  }

  /** The last dimension is the innermost array. */
  private readArray(type: Entry, depth: number): TypeInfo {
    const elementEntry = type.reference(AT.type);
    const isRust = languageOf(type.unit) === 'rust';
    let element = this.typeOfAt(type, depth + 1);
    let suffix = '';
    for (const dimension of arrayDimensions(type).toReversed()) {
      suffix = `[${dimension.count ?? ''}]${suffix}`;
      const name = isRust ? `[${element.name}; ${dimension.count ?? '_'}]` : `${typeName(elementEntry)}${suffix}`;
      element = { ...this.readDimension(dimension, element), name, ...languageMark(type) };
    }
    // Arrays of pointers to functions put their bounds inside: only the name of the whole is written from its entry.
    return { ...element, name: typeName(type) };
  }

  private readDimension(dimension: Dimension, element: TypeInfo): TypeInfo {
    const { count, stride } = dimension;
    const size = stride === undefined ? (count ?? 0) * sizeOf(element) : Math.ceil(((count ?? 0) * stride) / 8);
    const bound = boundOf(dimension, (entry) => this.typeOf(entry));
    const steps = stride !== undefined && stride !== 8 * sizeOf(element);
    return { kind: 'array', name: '', size, element, count, ...(bound && { bound }), ...(steps && { stride }) };
  }

  /** An enumeration may be declared with its type only: then its values have no names. */
  private readEnum(declared: Entry, depth: number): TypeInfo {
    const defined = this.definitionOf(declared) ?? declared;
    const name = tagName(declared.name === undefined ? defined : declared);
    const underlying = defined.has(AT.type) ? this.typeOfAt(defined, depth + 1) : undefined;
    const size = defined.number(AT.byte_size) ?? (underlying && sizeOf(underlying));
    if (size === undefined) return unsupported(name, undefined, `the debug information only declares ${name}`);
    const isKnownSigned = isSignedInteger(underlying);
    const values = listLazily(() => readEnumerators(defined, size, isKnownSigned));
    const signed = underlying ? isKnownSigned : values().some(({ value }) => value < 0);
    const mark = languageMark(declared);
    const isScoped = mark?.language === 'rust' || defined.flag(AT.enum_class);
    const scope = isScoped && defined.name !== undefined ? { scope: defined.name } : undefined;
    return { kind: 'enum', name, size, signed, values, ...scope, ...mark };
  }

  private readAlias(type: Entry, depth: number): TypeInfo {
    const target = this.typeOfAt(type, depth + 1);
    return { kind: 'alias', name: typeName(type), size: sizeOf(target), target };
  }
}

const VOID: TypeInfo = { kind: 'void', name: 'void' };
/** The name differs, the value is the target's. */
const ALIASES: ReadonlySet<number> = new Set([
  TAG.typedef,
  TAG.const_type,
  TAG.volatile_type,
  TAG.restrict_type,
  TAG.atomic_type,
  TAG.packed_type,
  TAG.shared_type,
  TAG.immutable_type,
  TAG.template_alias,
  TAG.subrange_type,
  TAG.LLVM_ptrauth_type,
]);
