/** Stretches of the target's memory: from `start` up to before `end`. */

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One behind the last byte that a 32-bit processor can address. */
export const ADDRESS_END = 2 ** 32;

/** What is left of a range when others are taken out of it, rising. */
export function subtractRanges(range: Range, taken: readonly Range[]): readonly Range[] {
  const left: Range[] = [];
  let start = range.start;
  for (const { start: from, end: to } of taken.toSorted((a, b) => a.start - b.start)) {
    if (to <= start || from >= range.end) continue;
    if (from > start) left.push({ start, end: from });
    start = to;
  }
  if (start < range.end) left.push({ start, end: range.end });
  return left;
}

export function holds(range: Range, address: number): boolean {
  return address >= range.start && address < range.end;
}

export function sizeOf({ start, end }: Range): number {
  return Math.max(0, end - start);
}
