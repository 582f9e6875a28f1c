/** How a part of a structure is called in the source. */
import type { TypeInfo } from '@noinit/symbols';
import { isAddress, plainType, View, type ViewTarget } from '../threads/view.ts';
import type { Scene } from './scene.ts';
import type { NamedVariable } from './variable-in-register.ts';

/** Structures within structures. */
const MAX_DEPTH = 6;

/** `raw[2]`, `bus.lock`: the part of a type that stands `offset` bytes into it; empty for the whole, undefined outside of it. */
export function memberPath(type: TypeInfo, offset: number, depth = 0): string | undefined {
  const plain = plainType(type);
  const size = 'size' in plain ? plain.size : undefined;
  if (size === undefined || offset < 0 || offset >= size || depth > MAX_DEPTH) return undefined;
  if (plain.kind === 'array') {
    const element = plainType(plain.element);
    const width = 'size' in element ? element.size : undefined;
    if (width === undefined || width === 0) return undefined;
    const inner = memberPath(element, offset % width, depth + 1);
    return inner === undefined ? undefined : joinPath(`[${Math.floor(offset / width)}]`, inner);
  }
  // Several members of a union stand in one place: none of them is known to be meant.
  if (plain.kind !== 'struct') return '';
  for (const member of plain.members()) {
    const inner = member.bits ? undefined : memberPath(member.type, offset - member.offset, depth + 1);
    if (inner !== undefined) return member.name === undefined ? inner : joinPath(member.name, inner);
  }
  return undefined;
}

function joinPath(outer: string, inner: string): string {
  return inner === '' || inner.startsWith('[') ? `${outer}${inner}` : `${outer}.${inner}`;
}

/** The pointer or number that stands at an address: the variable itself, a part of it, or a part of what it points to. */
export function findByAddress(at: number, variable: NamedVariable, start: number, scene: Scene): NamedVariable | undefined {
  const target: ViewTarget | undefined = scene.symbols && { symbols: scene.symbols, memory: scene.memory };
  if (!target) return undefined;
  const own = findPart(at, variable, start);
  if (own) return own;
  const pointee = new View(variable.type, start, target).target;
  if (!pointee || !isAddress(pointee.at)) return undefined;
  return findPart(at, { path: variable.path, type: pointee.type }, pointee.at, '->');
}

/** The same for a pointer whose value is known: only what it points to. */
export function findBehindPointer(at: number, { path, type }: NamedVariable, pointer: number): NamedVariable | undefined {
  const plain = plainType(type);
  const pointee = plain.kind === 'pointer' ? plain.target() : undefined;
  return pointee && findPart(at, { path, type: pointee }, pointer, '->');
}

/** The part of a variable that stands at an address, where the variable begins at `start`. */
export function findPart(at: number, { path, type }: NamedVariable, start: number, separator = '.'): NamedVariable | undefined {
  const inner = memberPath(type, at - start);
  if (inner === undefined) return undefined;
  const part = typeAt(type, at - start);
  if (inner === '') return separator === '->' ? undefined : { path, type: part };
  return { path: inner.startsWith('[') ? `${path}${inner}` : `${path}${separator}${inner}`, type: part };
}

function typeAt(type: TypeInfo, offset: number, depth = 0): TypeInfo {
  const plain = plainType(type);
  if (depth > MAX_DEPTH) return type;
  if (plain.kind === 'array') {
    const element = plainType(plain.element);
    const width = 'size' in element ? (element.size ?? 0) : 0;
    return width > 0 ? typeAt(plain.element, offset % width, depth + 1) : type;
  }
  if (plain.kind !== 'struct') return type;
  const member = plain
    .members()
    .find((each) => !each.bits && memberPath(each.type, offset - each.offset, depth + 1) !== undefined);
  return member ? typeAt(member.type, offset - member.offset, depth + 1) : type;
}
