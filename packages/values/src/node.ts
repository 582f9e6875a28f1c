/** The nodes of a value tree. */
import { toHex } from '@noinit/bytes';
import {
  hexAddress,
  type KnownVariable,
  type Unknown,
  type UnknownVariable,
  type Variable,
  type VariableKind,
} from '@noinit/model';
import type { Children } from './children.ts';
import { type Bytes, readStorage, type Storage } from './storage.ts';
import type { Reading, ValueRequest } from './value-request.ts';
import { MAX_RAW_BYTES } from './value-request.ts';

type Writable<Node> = { -readonly [key in keyof Node]: Node[key] };

/** `bytes` are the value's own, in target order. */
export function knownNode(
  { name, type, path, storage }: ValueRequest,
  kind: VariableKind,
  value: string,
  bytes: Uint8Array,
  children?: Children,
): Variable {
  const node: Writable<KnownVariable> = { name, type: type.name, kind, value, raw: toHex(bytes) };
  if (storage.kind === 'memory') node.address = hexAddress(storage.address);
  if (children) addChildren(node, children, path);
  return node;
}

export function unknownNode(
  { name, type, path, storage }: ValueRequest,
  kind: VariableKind,
  unknown: Unknown,
  children?: Children,
): Variable {
  const node: Writable<UnknownVariable> = { name, type: type.name, kind, unknown };
  if (storage.kind === 'memory') node.address = hexAddress(storage.address);
  if (children) addChildren(node, children, path);
  return node;
}

function addChildren(node: Writable<Variable>, { listed, left }: Children, path: string): void {
  if (listed.length > 0 || left === 0) node.children = listed;
  if (left > 0) node.more = { count: left, path };
}

export function unsupportedNode(request: ValueRequest, kind: VariableKind, detail: string): Variable {
  return unknownNode(request, kind, { why: 'unsupported', detail });
}

/**
 * The bytes of a whole of which all parts are known, though some of its own bytes are not: no part has those, they are
 * padding, which compilers keep nowhere. Undefined where a part is unknown too.
 */
export function bytesWithoutPadding(storage: Storage, size: number, { listed, left }: Children): Uint8Array | undefined {
  const isKnown = left === 0 && listed.every((part) => !('unknown' in part));
  if (storage.kind !== 'bytes' || !isKnown || size > MAX_RAW_BYTES) return undefined;
  const bytes = new Uint8Array(size);
  bytes.set(storage.bytes.subarray(0, size));
  for (const { start, end } of storage.holes) bytes.fill(0, Math.max(start, 0), Math.max(end, 0));
  return bytes;
}

/** The bytes of a value, of a large one the first. What has no bytes needs no place. */
export function readBytes(storage: Storage, size: number, { memory }: Reading): Bytes {
  return size === 0 ? NO_BYTES : readStorage(storage, Math.min(size, MAX_RAW_BYTES), memory);
}

const NO_BYTES: Bytes = { kind: 'bytes', bytes: new Uint8Array() };
