/** Dimensions of arrays. */
import { AT, type Entry, TAG } from '@noinit/dwarf';

/** Dimensions of one array. */
const MAX_DIMENSIONS = 32;

/** Elements of each dimension, outermost first; undefined where only the running program knows. */
export function arrayCounts(array: Entry): (number | undefined)[] {
  const counts: (number | undefined)[] = [];
  for (const child of array.children()) {
    if (child.tag !== TAG.subrange_type && child.tag !== TAG.enumeration_type) continue;
    counts.push(countOf(child));
    if (counts.length >= MAX_DIMENSIONS) break;
  }
  return counts.length > 0 ? counts : [undefined];
}

function countOf(range: Entry): number | undefined {
  const count = range.number(AT.count);
  if (count !== undefined) return count;
  const last = range.number(AT.upper_bound);
  // An array without elements has the upper bound -1, which some compilers write as unsigned.
  if (last === undefined) return undefined;
  return last < 0 || last === 0xffff_ffff ? 0 : last + 1;
}
