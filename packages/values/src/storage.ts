/** Where the bytes of a value stand, whole or in part, and reading them. */
import { type Address, address, hexAddress, type Unknown } from '@noinit/model';
import type { TargetMemory } from './target.ts';

export type Storage =
  | { readonly kind: 'memory'; readonly address: Address }
  /** Registers, pieces and constants put together; `holes` are the bytes that are not known, with their reason. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly holes: readonly Hole[] }
  /** A pointer that is nowhere, to a variable that may have no address: what it points to is known all the same. */
  | { readonly kind: 'implicit-pointer'; readonly target: () => ImplicitTarget }
  | { readonly kind: 'unknown'; readonly unknown: Unknown };

/** What an optimized-out pointer points to. */
export interface ImplicitTarget {
  /** Of the variable, where it has one. */
  readonly name: string | undefined;
  /** At the byte the pointer points to. */
  readonly storage: Storage;
}

export interface Hole {
  /** Bytes from the start of the value; `end` is behind the last. */
  readonly start: number;
  readonly end: number;
  readonly unknown: Unknown;
}

export type Bytes =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown'; readonly unknown: Unknown };

/** The part of a value that starts `offset` bytes into it. */
export function storageAt(storage: Storage, offset: number): Storage {
  switch (storage.kind) {
    case 'unknown':
      return storage;
    case 'implicit-pointer':
      return offset === 0 ? storage : { kind: 'unknown', unknown: NO_POINTER };
    case 'memory':
      return isAddress(storage.address + offset)
        ? { kind: 'memory', address: address(storage.address + offset) }
        : malformed(`a member lies at offset ${offset} from ${hexAddress(storage.address)}`);
    case 'bytes':
      return offset >= 0
        ? { kind: 'bytes', bytes: storage.bytes.subarray(offset), holes: shiftHoles(storage.holes, offset) }
        : malformed(`a member lies ${-offset} bytes before its value`);
  }
}

/** The first `size` bytes; unknown if even one is missing. */
export function readStorage(storage: Storage, size: number, memory: TargetMemory): Bytes {
  if (!isSize(size)) return malformed(`a value of ${size} bytes`);
  switch (storage.kind) {
    case 'unknown':
      return storage;
    case 'implicit-pointer':
      return { kind: 'unknown', unknown: NO_POINTER };
    case 'memory': {
      const bytes = memory.read(storage.address, size);
      return bytes ? { kind: 'bytes', bytes } : { kind: 'unknown', unknown: notCaptured(storage.address, size) };
    }
    case 'bytes': {
      const hole = storage.holes.find(({ start, end }) => start < size && end > 0);
      if (hole) return { kind: 'unknown', unknown: hole.unknown };
      if (storage.bytes.length >= size) return { kind: 'bytes', bytes: storage.bytes.subarray(0, size) };
      return malformed(`${storage.bytes.length} bytes are given for a value of ${size}`);
    }
  }
}

export function malformed(detail: string): { readonly kind: 'unknown'; readonly unknown: Unknown } {
  return { kind: 'unknown', unknown: { why: 'malformed-debug-info', detail } };
}

export function notCaptured(at: Address, size: number): Unknown {
  return { why: 'not-captured', detail: `${size} ${size === 1 ? 'byte' : 'bytes'} at ${hexAddress(at)}` };
}

const NO_POINTER: Unknown = {
  why: 'optimized-out',
  detail: 'the pointer was optimized out: what it points to needs no address',
};

/** The sizes of types are what the debug information says, negative ones included. */
export function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function isAddress(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function shiftHoles(holes: readonly Hole[], offset: number): Hole[] {
  return holes.map(({ start, end, unknown }) => ({ start: start - offset, end: end - offset, unknown }));
}
