/** What a type is behind its names. */
import type { VariableKind } from '@noinit/model';
import type { TypeInfo } from '@noinit/symbols';

export type PlainType = Exclude<TypeInfo, { kind: 'alias' }>;

export interface Shape {
  readonly type: PlainType;
  /** All names on the way, outermost first, separated by spaces. */
  readonly names: string;
}

/** A chain of typedefs and qualifiers longer than this is damage. */
const MAX_ALIASES = 64;

export function shapeOf(type: TypeInfo): Shape {
  let names = type.name;
  let current = type;
  for (let count = 0; current.kind === 'alias'; count++) {
    if (count === MAX_ALIASES)
      return { names, type: { kind: 'unsupported', name: type.name, size: undefined, detail: 'a circle of type names' } };
    current = current.target;
    names += ` ${current.name}`;
  }
  return { names, type: current };
}

/** Bytes of a value of the type, where it has a size. */
export function sizeOf(type: TypeInfo): number | undefined {
  const { type: plain } = shapeOf(type);
  switch (plain.kind) {
    case 'function':
    case 'void':
      return undefined;
    default:
      return plain.size;
  }
}

export function kindOf(plain: PlainType): VariableKind {
  switch (plain.kind) {
    case 'base':
      if (plain.encoding === 'boolean') return 'bool';
      return plain.encoding === 'float' || plain.encoding === 'complex' ? 'float' : 'int';
    case 'union':
      return 'struct';
    case 'pointer': {
      const target = plain.target();
      return target && shapeOf(target).type.kind === 'function' ? 'function' : 'pointer';
    }
    case 'struct':
    case 'array':
    case 'enum':
    case 'function':
      return plain.kind;
    case 'void':
    case 'unsupported':
      return 'struct';
  }
}
