/** One value to be read: what it is called, what it is, where it stands, and how deep the tree already is. */
import type { Variable } from '@noinit/model';
import type { TypeInfo } from '@noinit/symbols';
import type { Storage } from './storage.ts';
import type { ScopeInFrame, ValueTarget } from './target.ts';

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

/** What one variable's tree is read from. */
export interface Reading extends ValueTarget {
  /** Undefined for variables with static storage. */
  readonly frame: ScopeInFrame | undefined;
  /** Wholes within wholes that are listed. */
  readonly maxDepth: number;
  /** Reads a part: wholes ask here for their children, so that no file needs all the others. */
  readonly read: (request: ValueRequest) => Variable;
}

/** Wholes within wholes that are listed where nobody asks for fewer. */
export const MAX_DEPTH = 8;
/** Pointers of a pointer's target are shown but not followed. */
export const MAX_HOPS = 1;
/** What a container keeps elsewhere is a part of it: it is listed also behind a pointer to the container. */
export const MAX_CONTAINER_HOPS = 2;
/** Elements of an array that are listed. */
export const MAX_ELEMENTS = 100;
/** Bytes of a whole that stand in `raw`; a larger one's `raw` holds its first bytes. */
export const MAX_RAW_BYTES = 4096;
/** Bytes of text that are shown. */
export const MAX_TEXT_BYTES = 256;
