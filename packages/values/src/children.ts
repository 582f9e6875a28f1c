/** Parts of wholes: members and elements, each a value of its own. */
import type { Unknown, Variable } from '@noinit/model';
import type { Member, TypeInfo } from '@noinit/symbols';
import { storageOfBitField } from './bit-field.ts';
import { placeInObject } from './object-place.ts';
import { type Storage, storageAt } from './storage.ts';
import { MAX_ELEMENTS, type Reading, type ValueRequest } from './value-request.ts';

export interface Children {
  readonly listed: readonly Variable[];
  /** Parts that are there and not listed. */
  readonly left: number;
}

/** The members of the whole at `request.storage`; `separator` is `.` or `->`. */
export function listMembers(
  request: ValueRequest,
  members: readonly Member[],
  separator: '.' | '->',
  reading: Reading,
): Children {
  return listChildren(members.length, members.length, request, reading, (index) => {
    const member = members[index];
    return member && reading.read(memberRequest(request, member, separator, reading));
  });
}

/** Elements one behind the other; `stride` in bits. */
export interface Elements {
  readonly type: TypeInfo;
  readonly count: number;
  readonly stride: number;
  /** Bits of one element where they are no whole bytes. */
  readonly bits?: number;
}

export function listElements(request: ValueRequest, elements: Elements, reading: Reading): Children {
  const { type, count, stride, bits } = elements;
  const { depth, hops, path } = request;
  return listChildren(count, MAX_ELEMENTS, request, reading, (index) => {
    const first = index * stride;
    const whole = storageAt(request.storage, Math.floor(first / 8));
    const storage = bits === undefined ? whole : storageOfBitField(whole, bitsOfElement(first % 8, bits, reading), type, reading);
    return reading.read({ name: `[${index}]`, path: `${path}[${index}]`, type, storage, depth: depth + 1, hops });
  });
}

/** Bits are counted from the end of the byte that is the most significant where the target is big-endian. */
function bitsOfElement(first: number, size: number, { symbols }: Reading) {
  return { size, offset: symbols.littleEndian ? first : 8 * Math.ceil((first + size) / 8) - first - size };
}

/** At most `limit` children, and no more than depth and budget allow. */
export function listChildren(
  count: number,
  limit: number,
  request: ValueRequest,
  { maxDepth, budget }: Reading,
  make: (index: number) => Variable | undefined,
): Children {
  if (request.depth >= maxDepth) return { listed: [], left: count };
  const listed: Variable[] = [];
  const end = Math.min(count, limit);
  for (let index = 0; index < end && budget.take(); index++) {
    const child = make(index);
    if (child) listed.push(child);
  }
  return { listed, left: count - listed.length };
}

function memberRequest(request: ValueRequest, member: Member, separator: string, reading: Reading): ValueRequest {
  const { depth, hops, path } = request;
  return {
    name: member.name ?? '<anonymous>',
    path: member.name === undefined ? path : `${path}${separator}${member.name}`,
    type: member.type,
    storage: storageOfMember(request.storage, member, reading),
    depth: depth + 1,
    hops,
  };
}

export function storageOfMember(whole: Storage, member: Member, reading: Reading): Storage {
  if (member.place) return placeInObject(whole, member.place, reading);
  const storage = member.offset === 0 ? whole : storageAt(whole, member.offset);
  return member.bits ? storageOfBitField(storage, member.bits, member.type, reading) : storage;
}

/** Of an unknown whole its parts are of use only where some of them are known. */
export function ifPartlyKnown(children: Children): Children | undefined {
  return children.listed.some((child) => !('unknown' in child) || child.children !== undefined) ? children : undefined;
}

/** Why not even the first part is known; undefined where it is, and where there is none. */
export function unknownOfFirst({ listed }: Children): Unknown | undefined {
  const first = listed[0];
  return first && 'unknown' in first ? first.unknown : undefined;
}
