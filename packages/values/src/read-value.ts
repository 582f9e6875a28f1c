/** One value as a tree: its text, its bytes and its children, or the reason why it is not known. */
import type { Variable } from '@noinit/model';
import { renderBase } from './base-value.ts';
import { renderEnum } from './enum-value.ts';
import { readInteger } from './integer.ts';
import { knownNode, readBytes, unknownNode, unsupportedNode } from './node.ts';
import { readArray } from './read-array.ts';
import { readMemberPointer } from './read-member-pointer.ts';
import { readPointer } from './read-pointer.ts';
import { readStruct } from './read-struct.ts';
import { readVariants } from './read-variants.ts';
import { rustFormOf } from './rust/form.ts';
import { readRustForm } from './rust/read-form.ts';
import { kindOf, type PlainType, shapeOf } from './type-shape.ts';
import type { Reading, ValueRequest } from './value-request.ts';

export function readValue(request: ValueRequest, reading: Reading): Variable {
  const { type, names } = shapeOf(request.type);
  switch (type.kind) {
    case 'base':
      return readScalar(request, type, type.littleEndian, reading, (bytes) =>
        renderBase(bytes, type, names, reading.symbols.machine),
      );
    case 'enum':
      return readScalar(request, type, undefined, reading, (bytes) => renderEnum(readInteger(bytes, type.signed), type));
    case 'pointer':
      return readPointer(request, type, reading);
    case 'member-pointer':
      return readMemberPointer(request, type, reading);
    case 'struct':
    case 'union': {
      const form = rustFormOf(type);
      return form ? readRustForm(request, type, form, reading) : readStruct(request, type, reading);
    }
    case 'variants':
      return readVariants(request, type, reading);
    case 'array':
      return readArray(request, type, reading);
    case 'function':
    case 'void':
      return unsupportedNode(request, kindOf(type), `a value of type ${type.name}`);
    case 'unsupported':
      return unsupportedNode(request, kindOf(type), type.detail);
  }
}

/** Widest base type that is shown. */
const MAX_SCALAR_BYTES = 32;

function readScalar(
  request: ValueRequest,
  type: PlainType & { readonly size: number },
  order: boolean | undefined,
  reading: Reading,
  render: (bytes: Uint8Array) => string | undefined,
): Variable {
  const kind = kindOf(type);
  if (type.size > MAX_SCALAR_BYTES) return unsupportedNode(request, kind, `${type.name} of ${type.size} bytes`);
  const read = readBytes(request.storage, type.size, reading);
  if (read.kind === 'unknown') return unknownNode(request, kind, read.unknown);
  const isLittle = order ?? reading.symbols.littleEndian;
  const value = render(isLittle ? read.bytes : inLittleEndian(read.bytes, type));
  if (value === undefined) return unsupportedNode(request, kind, `${type.name} of ${type.size} bytes`);
  return knownNode(request, kind, value, read.bytes);
}

/** A complex number is two numbers, each in its byte order. */
function inLittleEndian(bytes: Uint8Array, type: PlainType): Uint8Array {
  if (type.kind !== 'base' || !type.encoding.startsWith('complex')) return bytes.toReversed();
  const half = bytes.length / 2;
  return Uint8Array.of(...bytes.subarray(0, half).toReversed(), ...bytes.subarray(half).toReversed());
}
