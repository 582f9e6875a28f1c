/** Pointers: where they lead, what stands there by name, and the target's own value one step further. */
import { type Address, hexAddress, type Variable } from '@noinit/model';
import type { PointerType, TypeInfo } from '@noinit/symbols';
import { characterSize } from './base-value.ts';
import { type Children, listMembers } from './children.ts';
import { classNameAt } from './class-of.ts';
import { pointerIn } from './integer.ts';
import { nameCode, nameOf, nameTable } from './name-address.ts';
import { knownNode, readBytes, unknownNode } from './node.ts';
import { readImplicitPointer } from './read-implicit-pointer.ts';
import { readTextAt } from './text.ts';
import { kindOf, type Shape, shapeOf, sizeOf } from './type-shape.ts';
import { MAX_HOPS, type Reading, type ValueRequest } from './value-request.ts';

export function readPointer(request: ValueRequest, type: PointerType, reading: Reading): Variable {
  const { storage } = request;
  if (storage.kind === 'implicit-pointer') return readImplicitPointer(request, type, storage.target(), reading);
  const kind = kindOf(type);
  const read = readBytes(request.storage, type.size, reading);
  if (read.kind === 'unknown') return unknownNode(request, kind, read.unknown);
  const at = pointerIn(read.bytes, reading.symbols.littleEndian);
  if (at === undefined) return knownNode(request, kind, wideHex(read.bytes, reading), read.bytes);
  if (at === 0) return knownNode(request, kind, 'NULL', read.bytes);
  if (request.name.startsWith(TABLE_POINTER)) {
    // To C++ a virtual table is an array of functions, but before and behind those there are offsets: not followed.
    return knownNode(request, kind, joined(hexAddress(at), nameTable(at, reading.symbols)), read.bytes);
  }
  const pointee = type.target();
  const shape = pointee && shapeOf(pointee);
  const description = describeTarget(at, shape, reading);
  const value = joined(hexAddress(at), description);
  return knownNode(request, kind, value, read.bytes, pointee && shape && listTarget(request, at, pointee, shape, reading));
}

/** What GCC and Clang call an object's pointer to its virtual table. */
const TABLE_POINTER = '_vptr';

function joined(address: string, description: string | undefined): string {
  return description === undefined ? address : `${address} ${description}`;
}

/** An address that no machine of ours has. */
function wideHex(bytes: Uint8Array, { symbols }: Reading): string {
  const digits = Array.from(symbols.littleEndian ? bytes.toReversed() : bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return `0x${digits.join('')}`;
}

/** `<read_sensor>`, `<&config+4>`, the text of a character pointer, `(ns::Derived)` for what an object really is. */
function describeTarget(at: Address, shape: Shape | undefined, reading: Reading): string | undefined {
  const { symbols } = reading;
  if (shape?.type.kind === 'function') return nameCode(at, symbols) ?? nameOf(at, symbols);
  const width = shape && characterSize(shape);
  const text = width === undefined ? undefined : readTextAt(at, width, reading);
  const name = text ?? nameOf(at, symbols);
  const real = shape?.type.kind === 'struct' ? classNameAt(at, shape.type, reading) : undefined;
  return real === undefined ? name : name === undefined ? `(${real})` : `${name} (${real})`;
}

/** What the pointer leads to, as children; nothing where that would say no more than the pointer does. */
function listTarget(request: ValueRequest, at: Address, pointee: TypeInfo, shape: Shape, reading: Reading): Children | undefined {
  const { type } = shape;
  const size = sizeOf(pointee);
  if (type.kind === 'unsupported' || size === undefined || size === 0 || characterSize(shape) !== undefined) return undefined;
  const isWhole = type.kind === 'struct' || type.kind === 'union';
  if (isWhole && type.declarationOnly) return undefined;
  const pointed: ValueRequest = { ...request, storage: { kind: 'memory', address: at }, hops: request.hops + 1 };
  const isThere = () => reading.memory.read(at, 1) !== undefined;
  if (request.hops >= MAX_HOPS || request.depth >= reading.maxDepth) {
    return isThere() ? { listed: [], left: isWhole ? type.members().length : 1 } : undefined;
  }
  if (isWhole && kindOf(type) === 'struct' && isThere()) return listMembers(pointed, type.members(), '->', reading);
  if (!reading.budget.take()) return { listed: [], left: 1 };
  const name = `*${request.name}`;
  const child = reading.read({ ...pointed, name, path: `*${request.path}`, type: pointee, depth: request.depth + 1 });
  return { listed: [child], left: 0 };
}
