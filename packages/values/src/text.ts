/** Texts of C: characters up to a NUL. */
import type { Address } from '@noinit/model';
import { quoteBytes, quoteCodes } from './quote.ts';
import type { Storage } from './storage.ts';
import type { TargetMemory } from './target.ts';
import { MAX_TEXT_BYTES, type Reading } from './value-request.ts';

type Width = 1 | 2 | 4;

/** The text in `bytes`, `…` behind it where more of it may follow. `isWhole`: without a NUL the text ends with the bytes. */
export function textOf(bytes: Uint8Array, width: Width, isWhole: boolean, reading: Reading): string {
  const end = endOfText(bytes, width);
  const length = end ?? bytes.length - (bytes.length % width);
  const shown = Math.min(length, MAX_TEXT_BYTES);
  const isCut = shown < length || (end === undefined && !isWhole);
  return quote(bytes.subarray(0, shown), width, reading) + (isCut ? '…' : '');
}

/** Text up to its NUL; what is not captured or too long ends in `…`. Undefined where not even one character is there. */
export function readTextAt(at: Address, width: Width, reading: Reading): string | undefined {
  const bytes = readCaptured(at, MAX_TEXT_BYTES, reading.memory);
  return bytes.length < width ? undefined : textOf(bytes, width, false, reading);
}

/** The same of text that stands anywhere. */
export function readTextIn(storage: Storage, width: Width, reading: Reading): string | undefined {
  if (storage.kind === 'memory') return readTextAt(storage.address, width, reading);
  const isKnown = storage.kind === 'bytes' && storage.holes.length === 0 && storage.bytes.length >= width;
  return isKnown ? textOf(storage.bytes, width, false, reading) : undefined;
}

function quote(bytes: Uint8Array, width: Width, { symbols }: Reading): string {
  if (width === 1) return quoteBytes(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const codes = Array.from({ length: bytes.length / width }, (_, index) =>
    width === 2 ? view.getUint16(2 * index, symbols.littleEndian) : view.getUint32(4 * index, symbols.littleEndian),
  );
  return quoteCodes(codes, width);
}

function endOfText(bytes: Uint8Array, width: Width): number | undefined {
  if (width === 1) {
    const nul = bytes.indexOf(0);
    return nul < 0 ? undefined : nul;
  }
  for (let at = 0; at + width <= bytes.length; at += width) {
    if (bytes.subarray(at, at + width).every((byte) => byte === 0)) return at;
  }
  return undefined;
}

/** As many bytes from `at` on as are there: the longest length that can be read, by halving. */
export function readCaptured(at: Address, limit: number, memory: TargetMemory): Uint8Array {
  const all = memory.read(at, limit);
  if (all) return all;
  let known = new Uint8Array();
  for (let step = limit >> 1; step >= 1; step >>= 1) {
    if (known.length + step > limit) continue;
    const longer = memory.read(at, known.length + step);
    if (longer) known = longer.slice();
  }
  return known;
}
