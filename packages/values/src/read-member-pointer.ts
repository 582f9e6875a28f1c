/** C++ pointers to members (Itanium C++ ABI, 2.3): an offset in the object, or a function and what to add to `this`. */
import { hexAddress, type Variable } from '@noinit/model';
import type { MemberPointerType, StructType } from '@noinit/symbols';
import { pointerIn, readInteger } from './integer.ts';
import { nameCode } from './name-address.ts';
import { knownNode, readBytes, unknownNode } from './node.ts';
import { kindOf, shapeOf } from './type-shape.ts';
import type { Reading, ValueRequest } from './value-request.ts';

export function readMemberPointer(request: ValueRequest, type: MemberPointerType, reading: Reading): Variable {
  const kind = kindOf(type);
  const read = readBytes(request.storage, type.size, reading);
  if (read.kind === 'unknown') return unknownNode(request, kind, read.unknown);
  const value = kind === 'function' ? functionText(read.bytes, type, reading) : dataText(read.bytes, type, reading);
  return knownNode(request, kind, value, read.bytes);
}

/** -1 is no member, since 0 is the offset of the first. */
function dataText(bytes: Uint8Array, type: MemberPointerType, { symbols }: Reading): string {
  const offset = Number(readInteger(symbols.littleEndian ? bytes : bytes.toReversed(), true));
  if (offset === -1) return 'NULL';
  const whole = classOf(type);
  const name = whole && memberAt(whole, offset);
  return name === undefined ? `offset ${offset}` : `offset ${offset} <&${whole?.name}::${name}>`;
}

function functionText(bytes: Uint8Array, type: MemberPointerType, { symbols }: Reading): string {
  const half = bytes.length / 2;
  const target = pointerIn(bytes.subarray(0, half), symbols.littleEndian);
  const adjustment = bytes.subarray(half);
  const added = Number(readInteger(symbols.littleEndian ? adjustment : adjustment.toReversed(), true));
  if (target === undefined) return `this + ${added}`;
  // Where bit 0 of a code address says Thumb, what is virtual stands in bit 0 of the adjustment, which is doubled.
  const isShifted = symbols.machine === 'cortex-m' || symbols.machine === 'aarch64';
  const isVirtual = (isShifted ? added : target) % 2 !== 0;
  if (target === 0 && !isVirtual) return 'NULL';
  const slot = (target - (isShifted ? 0 : 1)) / symbols.pointerSize;
  const name = nameCode(target, symbols);
  const code = isVirtual
    ? `virtual function ${slot} of ${classOf(type)?.name ?? '?'}`
    : hexAddress(target) + (name === undefined ? '' : ` ${name}`);
  const moved = isShifted ? Math.floor(added / 2) : added;
  return moved === 0 ? code : `${code}, this + ${moved}`;
}

function classOf(type: MemberPointerType): StructType | undefined {
  const whole = type.of();
  const plain = whole && shapeOf(whole).type;
  return plain?.kind === 'struct' || plain?.kind === 'union' ? plain : undefined;
}

/** The member that begins at `offset`, in whichever base class. */
function memberAt(type: StructType, offset: number, depth = 0): string | undefined {
  for (const member of type.members()) {
    if (member.place || member.name === undefined) continue;
    const base = shapeOf(member.type).type;
    const isBase = base.kind === 'struct' && base.name === member.name;
    if (!isBase && member.offset === offset) return member.name;
    const isInside = offset >= member.offset && isBase && offset < member.offset + base.size;
    const found = isInside && depth < MAX_BASES ? memberAt(base, offset - member.offset, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Base classes within base classes. */
const MAX_BASES = 8;
