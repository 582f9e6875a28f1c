/** One value as a tree: its text, its bytes and its children, or the reason why it is not known. */
import type { Unknown, Variable } from '@noinit/model';
import type { BaseEncoding } from '@noinit/symbols';
import { readInteger, renderBase, renderEnum } from './base-value.ts';
import { readPointer } from './read-pointer.ts';
import { readArray, readMembers } from './read-whole.ts';
import { addressOf, type Bytes, rawHex, readStorage } from './storage.ts';
import type { ValueTarget } from './target.ts';
import { kindOf, type PlainType, shapeOf } from './type-shape.ts';
import type { ValueRequest } from './value-request.ts';

export function readValue(request: ValueRequest, target: ValueTarget): Variable {
  const { type, names } = shapeOf(request.type);
  switch (type.kind) {
    case 'base':
      return readScalar(request, type, target, (bytes) => renderBase(bytes, type.encoding, names));
    case 'enum':
      return readScalar(request, type, target, (bytes) => renderEnum(readInteger(bytes, type.signed), type.size, type.values()));
    case 'pointer':
      return readPointer(request, type, target, readValue);
    case 'struct':
    case 'union':
      return readMembers(request, type, target, readValue);
    case 'array':
      return readArray(request, type, target, readValue);
    case 'function':
    case 'void':
      return unknownValue(request, type, { why: 'unsupported', detail: `a value of type ${type.name}` });
    case 'unsupported':
      return unknownValue(request, type, { why: 'unsupported', detail: type.detail });
  }
}

/** Widest base type that is shown. */
const MAX_SCALAR_BYTES = 32;

function readScalar(
  request: ValueRequest,
  type: PlainType & { readonly size: number; readonly encoding?: BaseEncoding },
  target: ValueTarget,
  render: (bytes: Uint8Array) => string | undefined,
): Variable {
  if (type.size > MAX_SCALAR_BYTES)
    return unknownValue(request, type, { why: 'unsupported', detail: `${type.name} of ${type.size} bytes` });
  const read = readStorage(request.storage, type.size, target.memory);
  if (read.kind === 'unknown') return unknownValue(request, type, read.unknown);
  const value = render(inLittleEndian(read, target));
  if (value === undefined)
    return unknownValue(request, type, { why: 'unsupported', detail: `${type.name} of ${type.size} bytes` });
  const { name } = request;
  return { name, type: request.type.name, kind: kindOf(type), value, raw: rawHex(read.bytes), ...addressOf(request.storage) };
}

function inLittleEndian(read: Bytes & { readonly kind: 'bytes' }, target: ValueTarget): Uint8Array {
  return target.symbols.littleEndian ? read.bytes : read.bytes.toReversed();
}

function unknownValue(request: ValueRequest, type: PlainType, unknown: Unknown): Variable {
  return { name: request.name, type: request.type.name, kind: kindOf(type), unknown, ...addressOf(request.storage) };
}
