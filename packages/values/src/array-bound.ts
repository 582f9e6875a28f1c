/** Lengths of arrays that only the running program knows. */
import type { ArrayBound } from '@noinit/symbols';
import { findStorage } from './find-storage.ts';
import { readInteger } from './integer.ts';
import { readStorage } from './storage.ts';
import { kindOf, shapeOf, sizeOf } from './type-shape.ts';
import type { Reading } from './value-request.ts';

/** Widest integer that a bound is. */
const MAX_BOUND_BYTES = 8;

/** Elements, as the frame's registers and memory say; undefined where they do not, and where no array has as many. */
export function readBound({ placeAt, type, plus }: ArrayBound, { frame, memory, symbols }: Reading): number | undefined {
  if (!frame) return undefined;
  const size = type ? (sizeOf(type) ?? 0) : symbols.pointerSize;
  if (size === 0 || size > MAX_BOUND_BYTES) return undefined;
  const read = readStorage(findStorage(placeAt(frame.pc), size, frame, memory), size, memory);
  if (read.kind === 'unknown') return undefined;
  const plain = type && shapeOf(type).type;
  const isSigned = plain?.kind === 'base' && kindOf(plain) === 'int' && plain.encoding === 'signed';
  const bytes = symbols.littleEndian ? read.bytes : read.bytes.toReversed();
  // An array without elements has an upper bound of -1, whatever the sign of its type.
  const value = BigInt.asUintN(8 * size, readInteger(bytes, isSigned) + BigInt(plus));
  return value < 2n ** BigInt(8 * size - 1) ? Number(value) : undefined;
}
