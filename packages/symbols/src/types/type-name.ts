/** Names of types as a C reader writes them: `struct sensor *`, `char[12]`, `int (*)(struct sensor *, int)`. */
import { AT, type Entry, LANG, TAG } from '@noinit/dwarf';
import { enclosingNames } from '../code/qualified-name.ts';
import { arrayCounts } from './array-bounds.ts';

/** Types one name may go through; a pointer to itself would have an endless name. */
const MAX_NAMED_TYPES = 64;
/** Characters of one name. */
const MAX_NAME_LENGTH = 1000;

/** The name of the type; `void` for none. */
export function typeName(type: Entry | undefined): string {
  const name = new Namer().declare(type, '');
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}

/** `struct sensor` in C, `sensor` in languages where the tag is a name by itself. */
export function tagName(type: Entry): string {
  const keyword = KEYWORDS.get(type.tag);
  const language = type.unit.root.number(AT.language) ?? 0;
  const name = type.text(AT.name);
  if (name === undefined) return keyword ? `${keyword} {...}` : '{...}';
  if (TAGLESS.has(language)) return [...enclosingNames(type), name].join('::');
  return keyword ? `${keyword} ${name}` : name;
}

/** Writes declarators from the inside out: what stands around a name in C binds before what stands left of it. */
class Namer {
  private left = MAX_NAMED_TYPES;

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
      case TAG.const_type:
        return this.declareQualified(type, 'const', inner);
      case TAG.volatile_type:
        return this.declareQualified(type, 'volatile', inner);
      case TAG.atomic_type:
        return this.declareQualified(type, '_Atomic', inner);
      case TAG.restrict_type:
        return this.declareQualified(type, 'restrict', inner);
      case TAG.array_type: {
        const bounds = arrayCounts(type).map((count) => `[${count ?? ''}]`);
        return this.declare(type.reference(AT.type), `${inner}${bounds.join('')}`);
      }
      case TAG.subroutine_type:
        return this.declare(type.reference(AT.type), `${inner || ' '}(${this.parameters(type)})`);
      default:
        return joined(tagName(type), inner);
    }
  }

  private declarePointer(type: Entry, sign: string, inner: string): string {
    const target = type.reference(AT.type);
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

  private parameters(type: Entry): string {
    const names: string[] = [];
    for (const child of type.children()) {
      if (this.left <= 0) break;
      if (child.tag === TAG.formal_parameter) names.push(this.declare(child.reference(AT.type), ''));
      else if (child.tag === TAG.unspecified_parameters) names.push('...');
    }
    return names.length > 0 ? names.join(', ') : 'void';
  }
}

/** `int *`, `char[12]`, `int (*)[3]`, `int (int)`. */
function joined(name: string, inner: string): string {
  if (inner === '' || inner.startsWith('[') || inner.startsWith(' ')) return `${name}${inner}`;
  return `${name} ${inner}`;
}

const POINTERS: ReadonlySet<number> = new Set([TAG.pointer_type, TAG.reference_type, TAG.rvalue_reference_type]);
const KEYWORDS: ReadonlyMap<number, string> = new Map([
  [TAG.structure_type, 'struct'],
  [TAG.class_type, 'class'],
  [TAG.union_type, 'union'],
  [TAG.enumeration_type, 'enum'],
]);
/** Languages in which `struct` is left out of names. */
const TAGLESS: ReadonlySet<number> = new Set(Object.values(LANG));
