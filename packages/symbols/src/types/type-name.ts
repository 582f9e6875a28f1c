/** Names of types as in the source: `struct sensor *`, `char[12]`, `int (*)(struct sensor *, int)`, `ns::Widget<int>`. */
import { AT, type Entry, TAG } from '@noinit/dwarf';
import { qualifiedName } from '../code/qualified-name.ts';
import { arrayDimensions } from './array-bounds.ts';
import { languageOf } from './language.ts';
import { rustName } from './rust-type-name.ts';
import { templateArguments } from './template-parameters.ts';

/** Types one name may go through; a pointer to itself would have an endless name. */
export const MAX_NAMED_TYPES = 64;
/** Characters of one name. */
export const MAX_NAME_LENGTH = 1000;

/** The name of the type; `void` for none. */
export function typeName(type: Entry | undefined): string {
  const name = type && languageOf(type.unit) === 'rust' ? rustName(type) : new Namer().declare(type, '');
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}

/** `struct sensor` in C, `ns::sensor` in languages where the tag is a name by itself. */
export function tagName(type: Entry): string {
  return languageOf(type.unit) === 'rust' ? rustName(type) : new Namer().tag(type);
}

/** Writes declarators from the inside out: what stands around a name in C binds before what stands left of it. */
class Namer {
  private left = MAX_NAMED_TYPES;

  tag(type: Entry): string {
    const keyword = KEYWORDS.get(type.tag);
    if (type.name === undefined) return keyword ? `${keyword} {...}` : '{...}';
    if (languageOf(type.unit) === 'c') return keyword ? `${keyword} ${type.name}` : type.name;
    const isTemplate = keyword !== undefined && !type.name.includes('<');
    return `${qualifiedName(type)}${isTemplate ? this.templateArguments(type) : ''}`;
  }

  /** `inner` is what was built so far and would stand where C has the variable's name. */
  declare(type: Entry | undefined, inner: string): string {
    if (this.left-- <= 0 || inner.length > MAX_NAME_LENGTH) return `…${inner}`;
    if (!type) return joined('void', inner);
    switch (type.tag) {
      case TAG.pointer_type:
        return this.declarePointer(type, '*', inner);
      case TAG.reference_type:
        return this.declarePointer(type, '&', inner);
      case TAG.rvalue_reference_type:
        return this.declarePointer(type, '&&', inner);
      case TAG.ptr_to_member_type:
        return this.declareMemberPointer(type, inner);
      case TAG.const_type:
        return this.declareQualified(type, 'const', inner);
      case TAG.volatile_type:
        return this.declareQualified(type, 'volatile', inner);
      case TAG.atomic_type:
        return this.declareQualified(type, '_Atomic', inner);
      case TAG.restrict_type:
        return this.declareQualified(type, 'restrict', inner);
      case TAG.packed_type:
      case TAG.shared_type:
      case TAG.immutable_type:
      case TAG.LLVM_ptrauth_type:
        return this.declare(type.reference(AT.type), inner);
      case TAG.array_type: {
        const bounds = arrayDimensions(type).map(({ count }) => `[${count ?? ''}]`);
        return this.declare(type.reference(AT.type), `${inner}${bounds.join('')}`);
      }
      case TAG.subroutine_type:
        return this.declare(type.reference(AT.type), `${inner || ' '}(${this.parameters(type)})`);
      default:
        return joined(this.tag(type), inner);
    }
  }

  private declarePointer(type: Entry, sign: string, inner: string): string {
    return this.declareIndirect(type.reference(AT.type), sign, inner);
  }

  /** `int Widget::*`, `void (Widget::*)(int)`. */
  private declareMemberPointer(type: Entry, inner: string): string {
    const whole = type.reference(AT.containing_type);
    return this.declareIndirect(type.reference(AT.type), `${whole ? this.tag(whole) : '?'}::*`, inner);
  }

  private declareIndirect(target: Entry | undefined, sign: string, inner: string): string {
    const binds = target?.tag === TAG.array_type || target?.tag === TAG.subroutine_type;
    return this.declare(target, binds ? `(${sign}${inner})` : `${sign}${inner}`);
  }

  /** A qualifier of a pointer stands behind the star, that of an array is its elements', any other in front of the type. */
  private declareQualified(type: Entry, qualifier: string, inner: string): string {
    const target = type.reference(AT.type);
    if (target && POINTERS.has(target.tag)) {
      const needsSpace = inner !== '' && !inner.startsWith('[');
      return this.declare(target, `${qualifier}${needsSpace ? ' ' : ''}${inner}`);
    }
    const isRepeated = target?.tag === TAG.array_type && target.reference(AT.type)?.tag === type.tag;
    return isRepeated ? this.declare(target, inner) : `${qualifier} ${this.declare(target, inner)}`;
  }

  /** `<int, 3>` of a type whose name leaves them out (Clang's -gsimple-template-names); the empty text of any other. */
  private templateArguments(type: Entry): string {
    const names: string[] = [];
    for (const argument of templateArguments(type)) {
      if (this.left-- <= 0) break;
      names.push(this.templateArgument(argument));
    }
    return names.length > 0 ? `<${names.join(', ')}>` : '';
  }

  private templateArgument(argument: Entry): string {
    const type = this.declare(argument.reference(AT.type), '');
    if (argument.tag === TAG.template_type_parameter) return type;
    const value = argument.value(AT.const_value);
    if (value?.kind !== 'constant') return '?';
    return type === 'bool' ? String(Number(value.value) !== 0) : String(value.value);
  }

  /** Nobody writes the `this` of a member function. */
  private parameters(type: Entry): string {
    const names: string[] = [];
    for (const child of type.children()) {
      if (this.left <= 0) break;
      if (child.tag === TAG.unspecified_parameters) names.push('...');
      else if (child.tag === TAG.formal_parameter && !child.flag(AT.artificial))
        names.push(this.declare(child.reference(AT.type), ''));
    }
    return names.length > 0 ? names.join(', ') : 'void';
  }
}

/** `int *`, `char[12]`, `int (*)[3]`, `int (int)`. */
function joined(name: string, inner: string): string {
  if (inner === '' || inner.startsWith('[') || inner.startsWith(' ')) return `${name}${inner}`;
  return `${name} ${inner}`;
}

const POINTERS: ReadonlySet<number> = new Set([
  TAG.pointer_type,
  TAG.reference_type,
  TAG.rvalue_reference_type,
  TAG.ptr_to_member_type,
]);
const KEYWORDS: ReadonlyMap<number, string> = new Map([
  [TAG.structure_type, 'struct'],
  [TAG.class_type, 'class'],
  [TAG.union_type, 'union'],
  [TAG.enumeration_type, 'enum'],
]);
