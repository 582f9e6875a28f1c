/** Where slices, vectors and strings of Rust keep what they hold: found by the members' names, whatever their order is. */
import type { Address } from '@noinit/model';
import type { Member, StructType, TypeInfo } from '@noinit/symbols';
import { storageOfMember } from '../children.ts';
import { pointerIn, readInteger } from '../integer.ts';
import { readStorage, type Storage } from '../storage.ts';
import { shapeOf, sizeOf } from '../type-shape.ts';
import type { Reading, ValueRequest } from '../value-request.ts';

export interface Contents {
  /** Where the elements are: anywhere in memory, or in the container itself. */
  readonly storage: Storage;
  readonly length: number;
  readonly element: TypeInfo;
  /** Elements there is room for, where it says. */
  readonly capacity?: number;
  /** Index of the first element, where they go round at the end of the room (`VecDeque`). */
  readonly first?: number;
}

/** Undefined where the type does not look as it should: then its members are shown as of any struct. */
export function sliceContents(request: ValueRequest, type: StructType, reading: Reading): Contents | undefined {
  const data = memberNamed(type, 'data_ptr');
  const length = numberIn(request.storage, memberNamed(type, 'length'), reading);
  const at = data && addressIn(request.storage, data, reading);
  const pointer = data && shapeOf(data.type).type;
  const element = pointer?.kind === 'pointer' ? pointer.target() : undefined;
  return at === undefined || length === undefined || !element ? undefined : { storage: inMemory(at), length, element };
}

export function vecContents(
  { storage }: Pick<ValueRequest, 'storage'>,
  type: StructType,
  reading: Reading,
): Contents | undefined {
  const room = roomOf(storage, type, reading);
  const length = numberIn(storage, memberNamed(type, 'len'), reading);
  return room && length !== undefined ? { ...room, length } : undefined;
}

export function stringContents(request: ValueRequest, type: StructType, reading: Reading): Contents | undefined {
  const vec = memberNamed(type, 'vec');
  const plain = vec && shapeOf(vec.type).type;
  if (!vec || plain?.kind !== 'struct') return undefined;
  return vecContents({ storage: storageOfMember(request.storage, vec, reading) }, plain, reading);
}

/** Until 1.66 `tail` and `head` are the first element and the one behind the last; since then there are `head` and `len`. */
export function dequeContents({ storage }: ValueRequest, type: StructType, reading: Reading): Contents | undefined {
  const room = roomOf(storage, type, reading);
  const head = numberIn(storage, memberNamed(type, 'head'), reading);
  if (!room || room.capacity === undefined || head === undefined) return undefined;
  const tail = memberNamed(type, 'tail');
  if (!tail) {
    const length = numberIn(storage, memberNamed(type, 'len'), reading);
    return length === undefined ? undefined : { ...room, length, first: head };
  }
  const first = numberIn(storage, tail, reading);
  if (first === undefined) return undefined;
  return { ...room, first, length: head >= first ? head - first : head - first + room.capacity };
}

/** Pointer and capacity of `buf`, deep inside, and the element's type from the container's parameter. */
function roomOf(
  storage: Storage,
  type: StructType,
  reading: Reading,
): Pick<Contents, 'storage' | 'element' | 'capacity'> | undefined {
  const buffer = memberNamed(type, 'buf');
  const element = type.parameters?.().find(({ name }) => name === 'T')?.type;
  if (!buffer || !element) return undefined;
  const inside = storageOfMember(storage, buffer, reading);
  const data = findMember(buffer.type, inside, 'ptr', reading);
  const room = findMember(buffer.type, inside, 'cap', reading);
  const at = data && addressIn(data.storage, data.member, reading);
  const capacity = room && numberIn(room.storage, room.member, reading);
  return at === undefined ? undefined : { storage: inMemory(at), element, ...(capacity !== undefined && { capacity }) };
}

function inMemory(at: Address): Storage {
  return { kind: 'memory', address: at };
}

/** A length and an array, side by side or one of them deeper. */
export function inlineContents({ storage }: ValueRequest, type: StructType, reading: Reading): Contents | undefined {
  const size = findMember(type, storage, 'len', reading);
  const length = size && numberIn(size.storage, size.member, reading);
  const room = findMember(type, storage, 'buffer', reading) ?? findMember(type, storage, 'xs', reading);
  const array = room && findArray(room.member.type, storageOfMember(room.storage, room.member, reading), reading);
  return array && length !== undefined ? { ...array, length } : undefined;
}

function findArray(type: TypeInfo, storage: Storage, reading: Reading, depth = 0): Omit<Contents, 'length'> | undefined {
  const { type: plain } = shapeOf(type);
  if (plain.kind === 'array') {
    return plain.count === undefined ? undefined : { storage, element: plain.element, capacity: plain.count };
  }
  const inner = plain.kind === 'struct' && depth < MAX_NESTING ? memberNamed(plain, 'buffer') : undefined;
  return inner && findArray(inner.type, storageOfMember(storage, inner, reading), reading, depth + 1);
}

/** Structs around the pointer of a vector: `RawVec`, since 1.83 with `RawVecInner`. */
const MAX_NESTING = 4;

interface Found {
  readonly storage: Storage;
  readonly member: Member;
}

function findMember(type: TypeInfo, storage: Storage, name: string, reading: Reading, depth = 0): Found | undefined {
  const { type: plain } = shapeOf(type);
  if (plain.kind !== 'struct' || depth >= MAX_NESTING) return undefined;
  const member = memberNamed(plain, name);
  if (member) return { storage, member };
  for (const inner of plain.members()) {
    const found = findMember(inner.type, storageOfMember(storage, inner, reading), name, reading, depth + 1);
    if (found) return found;
  }
  return undefined;
}

export function memberNamed(type: StructType, name: string): Member | undefined {
  return type.members().find((member) => member.name === name);
}

export function addressIn(whole: Storage, member: Member, reading: Reading): Address | undefined {
  const { type } = shapeOf(member.type);
  if (type.kind !== 'pointer') return undefined;
  const read = readStorage(storageOfMember(whole, member, reading), type.size, reading.memory);
  return read.kind === 'bytes' ? pointerIn(read.bytes, reading.symbols.littleEndian) : undefined;
}

/** Widest length. */
const MAX_LENGTH_BYTES = 8;

function numberIn(whole: Storage, member: Member | undefined, reading: Reading): number | undefined {
  const size = member && sizeOf(member.type);
  if (!member || !size || size > MAX_LENGTH_BYTES) return undefined;
  const read = readStorage(storageOfMember(whole, member, reading), size, reading.memory);
  if (read.kind !== 'bytes') return undefined;
  return Number(readInteger(reading.symbols.littleEndian ? read.bytes : read.bytes.toReversed(), false));
}
