/** Lengths of arrays that only the running program knows. */
import type { Unknown } from '@noinit/model';
import type { ArrayBound } from '@noinit/symbols';
import { findStorage } from './find-storage.ts';
import { readInteger } from './integer.ts';
import { readStorage } from './storage.ts';
import { sizeOf } from './type-shape.ts';
import type { Reading } from './value-request.ts';

/** Widest integer that a bound is. */
const MAX_BOUND_BYTES = 8;

/** Elements, as the frame's registers and memory say, or why they do not. */
export function readBound({ placeAt, type, plus }: ArrayBound, { frame, memory, symbols }: Reading): number | Unknown {
  const size = type ? (sizeOf(type) ?? 0) : symbols.pointerSize;
  if (!frame || size === 0 || size > MAX_BOUND_BYTES)
    return { why: 'unsupported', detail: 'the length of this array is no integer' };
  const read = readStorage(findStorage(placeAt(frame.pc), size, frame, memory), size, memory);
  if (read.kind === 'unknown') return { ...read.unknown, detail: `the length of this array: ${read.unknown.detail}` };
  const bytes = symbols.littleEndian ? read.bytes : read.bytes.toReversed();
  // An array without elements has an upper bound of -1, whatever the sign of its type.
  const count = BigInt.asUintN(8 * size, readInteger(bytes, false) + BigInt(plus));
  return count < 2n ** BigInt(8 * size - 1) ? Number(count) : { why: 'too-large', detail: `an array of ${count} elements` };
}
