/** Dimensions of arrays (DWARF 5, 5.5 and 5.13). */
import { AT, type Entry, type Expression, OP, TAG, unlessDamaged } from '@noinit/dwarf';
import type { ArrayBound, TypeInfo, VariablePlace } from '../symbols.ts';
import { readPlace } from '../variables/place.ts';

/** Dimensions of one array. */
const MAX_DIMENSIONS = 32;

export interface Dimension {
  /** Elements; undefined where nobody or only the running program knows. */
  readonly count: number | undefined;
  /** The entry with the attribute that says how the running program knows, and what to add to it. */
  readonly computed?: { readonly entry: Entry; readonly attribute: number; readonly plus: number };
  /** Bits from one element to the next, where the debug information says. */
  readonly stride?: number;
}

const UNKNOWN: Dimension = { count: undefined };

/** Outermost first. An array without any is one of unknown length. */
export function arrayDimensions(array: Entry): readonly Dimension[] {
  const dimensions: Dimension[] = [];
  for (const child of array.children()) {
    if (child.tag !== TAG.subrange_type && child.tag !== TAG.enumeration_type) continue;
    dimensions.push(readDimension(child));
    if (dimensions.length >= MAX_DIMENSIONS) break;
  }
  return withArrayStride(dimensions.length > 0 ? dimensions : [UNKNOWN], array);
}

/** The stride of the whole array is that of its innermost dimension. */
function withArrayStride(dimensions: readonly Dimension[], array: Entry): readonly Dimension[] {
  const stride = strideOf(array);
  const last = dimensions.at(-1);
  return stride === undefined || !last ? dimensions : [...dimensions.slice(0, -1), { stride, ...last }];
}

function readDimension(range: Entry): Dimension {
  const stride = strideOf(range);
  const extent = range.tag === TAG.enumeration_type ? { count: enumeratorsOf(range) } : extentOf(range);
  return stride === undefined ? extent : { ...extent, stride };
}

function extentOf(range: Entry): Dimension {
  const first = range.number(AT.lower_bound) ?? 0;
  const attribute = range.has(AT.count) ? AT.count : AT.upper_bound;
  const value = range.value(attribute);
  const plus = attribute === AT.count ? 0 : 1 - first;
  switch (value?.kind) {
    case 'constant':
      return { count: attribute === AT.count ? countOf(value.value) : countUpTo(value.value, value.size, first) };
    case 'bytes':
    case 'entry':
    case 'section-offset':
    case 'list-index':
      return { count: undefined, computed: { entry: range, attribute, plus } };
    default:
      return UNKNOWN;
  }
}

/** Clang writes -1 for the count of an array without one. */
function countOf(value: number | bigint): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** An array without elements has an upper bound below the lower, and -1 may be written in a form without a sign. */
function countUpTo(last: number | bigint, size: number, first: number): number | undefined {
  if (isMinusOne(last, size)) return Math.max(0, 0 - first);
  return typeof last === 'number' ? Math.max(0, last - first + 1) : undefined;
}

function isMinusOne(value: number | bigint, size: number): boolean {
  if (value === -1) return true;
  return size === 8 ? BigInt(value) === 0xffff_ffff_ffff_ffffn : value === 0xffff_ffff;
}

/** An array may be indexed by the values of an enumeration. */
function enumeratorsOf(range: Entry): number {
  let count = 0;
  for (const child of range.children()) if (child.tag === TAG.enumerator) count++;
  return count;
}

function strideOf(entry: Entry): number | undefined {
  const bits = entry.number(AT.bit_stride);
  if (bits !== undefined && bits > 0) return bits;
  const bytes = entry.number(AT.byte_stride);
  return bytes !== undefined && bytes > 0 ? 8 * bytes : undefined;
}

/** The bound as a place: that of the variable which holds it, or of the value that an expression computes. */
export function boundOf({ computed }: Dimension, typeOf: (entry: Entry) => TypeInfo): ArrayBound | undefined {
  if (!computed) return undefined;
  const { entry, attribute, plus } = computed;
  const variable = entry.reference(attribute);
  if (variable) {
    const type = typeOf(variable);
    return { placeAt: (pc) => readPlace(variable, type, pc), type, plus };
  }
  return { placeAt: (pc) => computedPlace(entry, attribute, pc), type: undefined, plus };
}

function computedPlace(entry: Entry, attribute: number, pc: Parameters<ArrayBound['placeAt']>[0]): VariablePlace {
  return unlessDamaged(
    (): VariablePlace => {
      const location = entry.location(attribute, pc);
      if (location?.kind !== 'expression') return { kind: 'optimized-out' };
      return { kind: 'expression', expression: asValue(location.expression) };
    },
    (error): VariablePlace => ({ kind: 'unreadable', detail: error.message }),
  );
}

/** What an attribute's expression leaves on the stack is the value itself, not where it is (DWARF 5, 2.19). */
function asValue(expression: Expression): Expression {
  return { ...expression, bytes: Uint8Array.of(...expression.bytes, OP.stack_value) };
}
