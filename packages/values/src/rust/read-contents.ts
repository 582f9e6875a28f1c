/** What slices, vectors and strings hold. Their lengths and pointers come from memory that may be freed or not yet written. */
import { hexAddress, type Unknown, type Variable, type VariableKind } from '@noinit/model';
import { type Children, listChildren, listElements, unknownOfFirst } from '../children.ts';
import { knownNode, unknownNode } from '../node.ts';
import { quoteBytes } from '../quote.ts';
import { arrayText } from '../read-array.ts';
import { notCaptured, readStorage, type Storage, storageAt } from '../storage.ts';
import { readCaptured } from '../text.ts';
import { sizeOf } from '../type-shape.ts';
import { MAX_CONTAINER_HOPS, MAX_ELEMENTS, MAX_TEXT_BYTES, type Reading, type ValueRequest } from '../value-request.ts';
import type { Contents } from './contents.ts';

/** A struct of which the own bytes are known. */
export interface Whole {
  readonly request: ValueRequest;
  readonly kind: VariableKind;
  readonly bytes: Uint8Array;
  /** Its members, as of any struct. */
  readonly parts: () => Children;
  readonly reading: Reading;
}

export function readString(whole: Whole, contents: Contents | undefined): Variable {
  const { request, kind, bytes, parts, reading } = whole;
  const trouble = troubleWith(contents, 1, reading);
  if (!contents || trouble) return unknownNode(request, kind, trouble ?? UNUSUAL, parts());
  const { storage, length } = contents;
  if (length === 0) return knownNode(request, kind, '""', bytes);
  const known = readBeginning(storage, Math.min(length, MAX_TEXT_BYTES), reading);
  if (!(known instanceof Uint8Array)) return unknownNode(request, kind, known, parts());
  return knownNode(request, kind, quoteBytes(known) + (known.length < length ? '…' : ''), bytes);
}

/** As much as there is, or why there is nothing. */
function readBeginning(storage: Storage, size: number, { memory }: Reading): Uint8Array | Unknown {
  if (storage.kind === 'memory') {
    const captured = readCaptured(storage.address, size, memory);
    return captured.length > 0 ? captured : notCaptured(storage.address, size);
  }
  const read = readStorage(storage, size, memory);
  return read.kind === 'bytes' ? read.bytes : read.unknown;
}

export function readContents(whole: Whole, contents: Contents | undefined): Variable {
  const { request, kind, bytes, parts, reading } = whole;
  const size = contents && sizeOf(contents.element);
  const trouble = troubleWith(contents, size ?? 0, reading);
  if (!contents || size === undefined || trouble) return unknownNode(request, kind, trouble ?? UNUSUAL, parts());
  const { hops } = request;
  if (hops >= MAX_CONTAINER_HOPS) {
    return knownNode(request, kind, '[…]', bytes, { listed: [], left: contents.length });
  }
  const children = listContents({ ...request, hops: hops + 1 }, contents, size, reading);
  const unknown = contents.length > 0 && unknownOfFirst(children);
  if (unknown) return unknownNode(request, kind, unknown, parts());
  return knownNode(request, kind, arrayText({ language: 'rust' }, children), bytes, children);
}

function listContents(request: ValueRequest, contents: Contents, size: number, reading: Reading): Children {
  const { length, element, first = 0, capacity = length } = contents;
  if (first === 0 || first + length <= capacity) {
    const from = { ...request, storage: storageAt(contents.storage, first * size) };
    return listElements(from, { type: element, count: length, stride: 8 * size }, reading);
  }
  const { depth, hops, path } = request;
  return listChildren(length, MAX_ELEMENTS, request, reading, (index) => {
    const storage = storageAt(contents.storage, ((first + index) % capacity) * size);
    return reading.read({ name: `[${index}]`, path: `${path}[${index}]`, type: element, storage, depth: depth + 1, hops });
  });
}

/** Why no program can hold this: then the memory is something else's by now, or nobody's yet. */
function troubleWith(contents: Contents | undefined, size: number, { symbols }: Reading): Unknown | undefined {
  if (!contents) return undefined;
  const { storage, length, capacity, first = 0 } = contents;
  const limit = 2 ** (8 * symbols.pointerSize);
  // A vector of elements without size has room for any number.
  if (capacity !== undefined && size > 0 && (length > capacity || first > capacity)) {
    return implausible(`${length} elements where there is room for ${capacity}`);
  }
  const room = Math.max(length, capacity ?? 0) * size;
  if (room >= limit / 2 || !Number.isSafeInteger(room)) return implausible(`${length} elements of ${size} bytes`);
  if (storage.kind !== 'memory') return undefined;
  const at = storage.address;
  if (at + room > limit) return implausible(`${room} bytes at ${hexAddress(at)}`);
  if (at === 0 && (length > 0 || size > 0)) return implausible('a pointer that is NULL');
  return undefined;
}

function implausible(detail: string): Unknown {
  return { why: 'too-large', detail: `implausible: ${detail}; the value was not yet written, or is gone` };
}

const UNUSUAL: Unknown = { why: 'unsupported', detail: 'this version of the type is not known' };
