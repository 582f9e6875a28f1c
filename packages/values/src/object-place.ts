/** Members that only the object itself can place: virtual base classes, by an offset in the object's vtable. */
import { type Expression, OP } from '@noinit/dwarf';
import { hexAddress, type Unknown } from '@noinit/model';
import { findStorage } from './find-storage.ts';
import { readAddress } from './integer.ts';
import { isInTable } from './name-address.ts';
import type { Storage } from './storage.ts';
import type { Reading } from './value-request.ts';

/** `place` gets the object's address on its stack (DWARF 5, 5.7.3). */
export function placeInObject(whole: Storage, place: Expression, reading: Reading): Storage {
  if (whole.kind === 'unknown') return whole;
  if (whole.kind !== 'memory') {
    return unknown({ why: 'unsupported', detail: 'where this part lies is computed from an address, and its whole has none' });
  }
  const table = readAddress(whole.address, reading);
  // Freed memory leads anywhere: only what begins with a pointer into a virtual table says where its bases are.
  const isObject = table !== undefined && isInTable(table, reading.symbols);
  if (!isObject) {
    const detail = `the object at ${hexAddress(whole.address)} does not begin with a known virtual table`;
    return unknown({ why: table === undefined ? 'not-captured' : 'unsupported', detail });
  }
  const expression = { ...place, bytes: Uint8Array.of(...pushAddress(whole.address, place), ...place.bytes) };
  return findStorage({ kind: 'expression', expression }, 0, reading.frame, reading.memory);
}

function pushAddress(value: number, { addressSize, littleEndian }: Expression): number[] {
  const bytes = Array.from({ length: addressSize }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
  return [OP.addr, ...(littleEndian ? bytes : bytes.toReversed())];
}

function unknown(reason: Unknown): Storage {
  return { kind: 'unknown', unknown: reason };
}
