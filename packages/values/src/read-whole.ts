/** Structs, unions and arrays: wholes whose children are values of their own. */
import type { Unknown, Variable, VariableKind } from '@noinit/model';
import type { Member, TypeInfo } from '@noinit/symbols';
import { isTextOf } from './base-value.ts';
import { storageOfBitField } from './bit-field.ts';
import { quoteBytes } from './quote.ts';
import { addressOf, rawHex, readStorage, type Storage, storageAt } from './storage.ts';
import { summarize } from './summary.ts';
import type { ValueTarget } from './target.ts';
import { shapeOf, sizeOf } from './type-shape.ts';
import { MAX_DEPTH, MAX_ELEMENTS, MAX_RAW_BYTES, MAX_TEXT_BYTES, type ValueRequest } from './value-request.ts';

/** Reads a child; given by the caller because values and wholes need each other. */
export type ReadValue = (request: ValueRequest, target: ValueTarget) => Variable;

type StructType = Extract<TypeInfo, { kind: 'struct' | 'union' }>;
type ArrayType = Extract<TypeInfo, { kind: 'array' }>;

export function readMembers(request: ValueRequest, type: StructType, target: ValueTarget, readValue: ReadValue): Variable {
  if (type.declarationOnly) {
    return unknownWhole(request, 'struct', { why: 'unsupported', detail: `the debug information only declares ${type.name}` });
  }
  const children = listMembers(request, type, '.', target, readValue);
  return finishWhole(request, 'struct', type.size, children, target);
}

export interface Children {
  readonly listed: readonly Variable[];
  readonly left: number;
}

/** The members of the struct at `request.storage`; `separator` is `.` or `->`. */
export function listMembers(
  request: ValueRequest,
  type: StructType,
  separator: '.' | '->',
  target: ValueTarget,
  readValue: ReadValue,
): Children {
  const members = type.members();
  return listChildren(members.length, members.length, request, target, (index) => {
    const member = members[index];
    return member && readValue(memberRequest(request, member, separator, target), target);
  });
}

export function readArray(request: ValueRequest, type: ArrayType, target: ValueTarget, readValue: ReadValue): Variable {
  const element = shapeOf(type.element);
  if (type.count === undefined) {
    return unknownWhole(request, 'array', { why: 'unsupported', detail: 'the debug information gives this array no length' });
  }
  const size = sizeOf(type.element);
  if (size === undefined) return unknownWhole(request, 'array', { why: 'unsupported', detail: 'its elements have no size' });
  const isText = isTextOf(element);
  const text = isText ? readText(request, type.count, target) : undefined;
  if (text) return text;
  const children = listChildren(type.count, MAX_ELEMENTS, request, target, (index) =>
    readValue(elementRequest(request, type.element, index, size), target),
  );
  return finishWhole(request, isText ? 'text' : 'array', type.count * size, children, target);
}

/** A character array: its text up to the first NUL. It has no children; `raw` has every byte. Undefined where a byte is missing. */
function readText(request: ValueRequest, size: number, target: ValueTarget): Variable | undefined {
  const read = readWhole(request.storage, size, target);
  if (read.kind === 'unknown') return undefined;
  const nul = read.bytes.indexOf(0);
  const text = nul < 0 ? read.bytes : read.bytes.subarray(0, nul);
  const isCut = text.length > MAX_TEXT_BYTES || (nul < 0 && read.bytes.length < size);
  const value = quoteBytes(text.subarray(0, MAX_TEXT_BYTES)) + (isCut ? '…' : '');
  return { ...head(request, 'text'), value, raw: rawHex(read.bytes), ...addressOf(request.storage) };
}

function finishWhole(request: ValueRequest, kind: VariableKind, size: number, children: Children, target: ValueTarget): Variable {
  const { listed, left } = children;
  const read = readWhole(request.storage, size, target);
  const more = left > 0 ? { more: { count: left, path: request.path } } : {};
  if (read.kind === 'unknown') {
    // Its parts are of use only where some of them are known.
    const parts = listed.some(isPartlyKnown) ? { children: listed, ...more } : {};
    return { ...unknownWhole(request, kind, read.unknown), ...parts };
  }
  const value = summarize(kind, listed, left);
  return { ...head(request, kind), value, raw: rawHex(read.bytes), ...addressOf(request.storage), children: listed, ...more };
}

function isPartlyKnown(child: Variable): boolean {
  return !('unknown' in child) || child.children !== undefined;
}

/** At most `limit` children, and no more than depth and budget allow. */
function listChildren(
  count: number,
  limit: number,
  request: ValueRequest,
  target: ValueTarget,
  make: (index: number) => Variable | undefined,
): Children {
  const listed: Variable[] = [];
  if (request.depth >= MAX_DEPTH) return { listed, left: count };
  for (let index = 0; index < Math.min(count, limit) && target.budget.take(); index++) {
    const child = make(index);
    if (child) listed.push(child);
  }
  return { listed, left: count - listed.length };
}

function memberRequest(request: ValueRequest, member: Member, separator: string, target: ValueTarget): ValueRequest {
  const { depth, hops } = request;
  const whole = storageAt(request.storage, member.offset);
  const storage = member.bits ? storageOfBitField(whole, member.bits, member.type, target) : whole;
  const path = member.name === undefined ? request.path : `${request.path}${separator}${member.name}`;
  return { name: member.name ?? '<anonymous>', path, type: member.type, storage, depth: depth + 1, hops };
}

function elementRequest(request: ValueRequest, type: TypeInfo, index: number, size: number): ValueRequest {
  const { depth, hops, path } = request;
  const storage = storageAt(request.storage, index * size);
  return { name: `[${index}]`, path: `${path}[${index}]`, type, storage, depth: depth + 1, hops };
}

function readWhole(storage: Storage, size: number, target: ValueTarget) {
  return readStorage(storage, Math.min(size, MAX_RAW_BYTES), target.memory);
}

function unknownWhole(request: ValueRequest, kind: VariableKind, unknown: Unknown): Variable {
  return { ...head(request, kind), unknown, ...addressOf(request.storage) };
}

function head(request: ValueRequest, kind: VariableKind) {
  return { name: request.name, type: request.type.name, kind };
}
