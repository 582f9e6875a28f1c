/** Targets of tbb and tbh: a table of distances behind the instruction, as long as what it leads to leaves room for. */
import type { ReadHalfword } from './halfword.ts';

const MAX_TABLE = 512;

export function tableTargets(table: number, isWide: boolean, read: ReadHalfword): number[] {
  const targets: number[] = [];
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < MAX_TABLE; index++) {
    const at = table + (isWide ? 2 * index : index);
    if (at >= nearest) break;
    const halfword = read(at & ~1);
    if (halfword === undefined) break;
    const distance = isWide ? halfword : (halfword >> (8 * (at & 1))) & 0xff;
    const target = table + 2 * distance;
    // The padding of a table of bytes reads as a distance of 0.
    if (target <= at) continue;
    nearest = Math.min(nearest, target);
    targets.push(target);
  }
  return targets;
}
