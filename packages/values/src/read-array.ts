/** Arrays: elements one behind the other, or text. */
import type { Unknown, Variable } from '@noinit/model';
import type { ArrayType, TypeInfo } from '@noinit/symbols';
import { readBound } from './array-bound.ts';
import { characterSize } from './base-value.ts';
import { ifPartlyKnown, listElements } from './children.ts';
import { knownNode, readBytes, unknownNode, unsupportedNode } from './node.ts';
import { type Brackets, summarize } from './summary.ts';
import { textOf } from './text.ts';
import { shapeOf, sizeOf } from './type-shape.ts';
import type { Reading, ValueRequest } from './value-request.ts';

const C_ARRAY: Brackets = { open: '{', close: '}', named: false };
const RUST_ARRAY: Brackets = { open: '[', close: ']', named: false };

export function readArray(request: ValueRequest, declared: ArrayType, reading: Reading): Variable {
  const type = withBounds(declared, reading);
  const { element, count, stride } = type;
  if (count === undefined) return unknownNode(request, 'array', whyNoLength(type, reading));
  const size = sizeOf(element);
  if (size === undefined) return unsupportedNode(request, 'array', 'its elements have no size');
  const width = stride === undefined ? characterSize(shapeOf(element)) : undefined;
  const text = width && readText(request, count, width, reading);
  if (text) return text;
  const bits = stride === undefined || stride % 8 === 0 ? undefined : stride;
  const elements = { type: element, count, stride: stride ?? 8 * size, ...(bits !== undefined && { bits }) };
  const children = listElements(request, elements, reading);
  const kind = width === undefined ? 'array' : 'text';
  const read = readBytes(request.storage, type.size, reading);
  if (read.kind === 'unknown') return unknownNode(request, kind, read.unknown, ifPartlyKnown(children));
  return knownNode(request, kind, arrayText(type, children), read.bytes, children);
}

export function arrayText(
  { language }: { readonly language?: ArrayType['language'] },
  children: Parameters<typeof summarize>[0],
): string {
  return summarize(children, language === 'rust' ? RUST_ARRAY : C_ARRAY);
}

/** A character array: its text up to the first NUL. It has no children; `raw` has every byte. Undefined where a byte is missing. */
function readText(request: ValueRequest, count: number, width: 1 | 2 | 4, reading: Reading): Variable | undefined {
  const read = readBytes(request.storage, count * width, reading);
  if (read.kind === 'unknown') return undefined;
  const isWhole = read.bytes.length === count * width;
  return knownNode(request, 'text', textOf(read.bytes, width, isWhole, reading), read.bytes);
}

function whyNoLength({ bound }: ArrayType, reading: Reading): Unknown {
  const read = bound && readBound(bound, reading);
  if (typeof read === 'object') return read;
  return { why: 'unsupported', detail: 'the debug information gives this array no length' };
}

/** Dimensions of one array. */
const MAX_DIMENSIONS = 32;

/** The array as long as this frame says, where only the running program knows; inner dimensions first. */
function withBounds(type: ArrayType, reading: Reading, depth = 0): ArrayType {
  const element = depth < MAX_DIMENSIONS ? elementWithBounds(type.element, reading, depth) : type.element;
  const bound = type.count === undefined && type.bound ? readBound(type.bound, reading) : undefined;
  const count = typeof bound === 'number' ? bound : type.count;
  if (element === type.element && count === type.count) return type;
  const step = type.stride ?? 8 * (sizeOf(element) ?? 0);
  return { ...type, element, count, size: Math.ceil(((count ?? 0) * step) / 8) };
}

function elementWithBounds(element: TypeInfo, reading: Reading, depth: number): TypeInfo {
  const { type } = shapeOf(element);
  if (type.kind !== 'array' || type.size > 0) return element;
  const bounded = withBounds(type, reading, depth + 1);
  return bounded === type ? element : bounded;
}
