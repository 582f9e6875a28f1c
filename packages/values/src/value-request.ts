/** One value to be read: what it is called, what it is, where it stands, and how deep the tree already is. */
import type { TypeInfo } from '@noinit/symbols';
import type { Storage } from './storage.ts';

export interface ValueRequest {
  readonly name: string;
  /** How the value is written in the language: `s->raw[2]`. */
  readonly path: string;
  readonly type: TypeInfo;
  readonly storage: Storage;
  /** Wholes around it. */
  readonly depth: number;
  /** Pointers followed on the way. */
  readonly hops: number;
}

/** Wholes within wholes that are listed. */
export const MAX_DEPTH = 8;
/** Pointers of a pointer's target are shown but not followed. */
export const MAX_HOPS = 1;
/** Elements of an array that are listed. */
export const MAX_ELEMENTS = 100;
/** Bytes of a whole that stand in `raw`; a larger one's `raw` holds its first bytes. */
export const MAX_RAW_BYTES = 4096;
/** Bytes of text that are shown. */
export const MAX_TEXT_BYTES = 256;
