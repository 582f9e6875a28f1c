/** Integers of any width from bytes of the target. */
import { type Address, address } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { TargetMemory } from './target.ts';

/** Widest integer that is put together without bigints. */
const MAX_SMALL_BYTES = 6;

/** Little endian, any width. */
export function readInteger(bytes: Uint8Array, isSigned: boolean): bigint {
  if (bytes.length <= MAX_SMALL_BYTES) return BigInt(readSmall(bytes, isSigned));
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return isSigned ? BigInt.asIntN(8 * bytes.length, value) : value;
}

/** The decimal text of a little-endian integer. */
export function integerText(bytes: Uint8Array, isSigned: boolean): string {
  return String(bytes.length <= MAX_SMALL_BYTES ? readSmall(bytes, isSigned) : readInteger(bytes, isSigned));
}

function readSmall(bytes: Uint8Array, isSigned: boolean): number {
  let value = 0;
  for (let index = bytes.length - 1; index >= 0; index--) value = value * 256 + (bytes[index] ?? 0);
  const limit = 2 ** (8 * bytes.length);
  return isSigned && value >= limit / 2 ? value - limit : value;
}

/** A little-endian integer of `size` bytes. */
export function integerBytes(value: bigint, size: number): Uint8Array {
  const rest = BigInt.asUintN(8 * size, value);
  return Uint8Array.from({ length: size }, (_, index) => Number((rest >> BigInt(8 * index)) & 0xffn));
}

/** The address in a pointer's bytes, which are in target order; undefined where no address can be that large. */
export function pointerIn(bytes: Uint8Array, littleEndian: boolean): Address | undefined {
  const value = readInteger(littleEndian ? bytes : bytes.toReversed(), false);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? address(Number(value)) : undefined;
}

/** The pointer that stands at `at`. */
export function readAddress(
  at: Address,
  target: { readonly symbols: Symbols; readonly memory: TargetMemory },
): Address | undefined {
  const bytes = target.memory.read(at, target.symbols.pointerSize);
  return bytes && pointerIn(bytes, target.symbols.littleEndian);
}
