/** What a type is behind its names. */
import type { VariableKind } from '@noinit/model';
import type { TypeInfo } from '@noinit/symbols';
import { rustFormOf } from './rust/form.ts';
import { wrappedType } from './rust/wrapper.ts';

export type PlainType = Exclude<TypeInfo, { kind: 'alias' }>;

export interface Shape {
  readonly type: PlainType;
  /** All names on the way, outermost first, separated by spaces. */
  readonly names: string;
}

/** A chain of typedefs, qualifiers and wrappers longer than this is damage. */
const MAX_ALIASES = 64;

/** The type behind typedefs, qualifiers and what Rust wraps around a value without adding to it. */
export function shapeOf(type: TypeInfo): Shape {
  const known = SHAPES.get(type);
  if (known) return known;
  const shape = findShape(type);
  SHAPES.set(type, shape);
  return shape;
}

/** Found once a type: every value asks several times. */
const SHAPES = new WeakMap<TypeInfo, Shape>();

function findShape(type: TypeInfo): Shape {
  let names = type.name;
  let current = type;
  for (let count = 0; count <= MAX_ALIASES; count++) {
    if (current.kind === 'alias') current = current.target;
    else {
      const inner = wrappedType(current);
      if (inner === undefined) return { names, type: current };
      current = inner;
    }
    names += ` ${current.name}`;
  }
  return { names, type: { kind: 'unsupported', name: type.name, size: undefined, detail: 'a circle of type names' } };
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
      return kindOfBase(plain);
    case 'struct':
    case 'union':
      return rustFormOf(plain)?.kind ?? 'struct';
    case 'variants':
      return 'enum';
    case 'pointer':
    case 'member-pointer': {
      const target = plain.target();
      return target && shapeOf(target).type.kind === 'function' ? 'function' : 'pointer';
    }
    case 'array':
    case 'enum':
    case 'function':
      return plain.kind;
    case 'void':
    case 'unsupported':
      return 'struct';
  }
}

function kindOfBase({ encoding, size }: PlainType & { readonly kind: 'base' }): VariableKind {
  if (size === 0) return 'struct';
  switch (encoding) {
    case 'boolean':
      return 'bool';
    case 'float':
    case 'complex':
      return 'float';
    case 'null':
      return 'pointer';
    default:
      return 'int';
  }
}
