/** Operations on a ring, as machine.c plays them. */
export type Op =
  | { readonly kind: 'append'; readonly entry: Entry }
  | { readonly kind: 'reserve'; readonly slot: number; readonly entry: Entry }
  | { readonly kind: 'fill'; readonly slot: number; readonly seed: number; readonly from: number; readonly count: number }
  | { readonly kind: 'close'; readonly slot: number; readonly entryKind: number }
  | { readonly kind: 'release'; readonly number: number }
  | { readonly kind: 'hold'; readonly which: 0 | 1; readonly number: number }
  | {
      readonly kind: 'start';
      readonly lineage: number;
      readonly boot: number;
      readonly stamp: number;
      readonly dropsNewest: boolean;
    };

/** What an entry is made of; its bytes follow from the seed. */
export interface Entry {
  readonly kind: number;
  readonly length: number;
  readonly seed: number;
  readonly stamp: number;
  readonly marked: boolean;
}

export const NO_HOLD = 0xffffffff;
export const OP_WORDS = 6;

/** The words that machine.h describes. */
export function encodeOp(op: Op): number[] {
  const words = wordsOf(op);
  return [...words, ...Array.from({ length: OP_WORDS - words.length }, () => 0)];
}

function wordsOf(op: Op): number[] {
  switch (op.kind) {
    case 'append':
      return [1, kindWord(op.entry), op.entry.length, op.entry.seed, op.entry.stamp];
    case 'reserve':
      return [2, op.slot, kindWord(op.entry), op.entry.length, op.entry.stamp];
    case 'fill':
      return [3, op.slot, op.seed, op.from, op.count];
    case 'close':
      return [4, op.slot, op.entryKind];
    case 'release':
      return [5, op.number];
    case 'hold':
      return [6, op.which, op.number];
    case 'start':
      return [7, op.lineage, op.boot, op.stamp, op.dropsNewest ? 1 : 0];
  }
}

function kindWord(entry: Entry): number {
  return entry.kind | (entry.marked ? 0x100 : 0);
}

/** The bytes that machine.c fills in. */
export function bodyOf(entry: Entry): Uint8Array {
  return Uint8Array.from({ length: entry.length }, (_, i) => Math.imul(entry.seed, 31) + i * 7 + (i >> 8) * 13 + 1);
}

/** A small generator, the same on every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
