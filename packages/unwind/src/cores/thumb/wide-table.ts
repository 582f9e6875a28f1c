/** Jumps through tables of distances: tbb and tbh, and the functions of libgcc that do the same for Armv6-M. */
import { type ReadHalfword, signed } from './halfword.ts';

const MAX_TABLE = 512;

export interface TableShape {
  readonly bytes: 1 | 2;
  readonly isSigned: boolean;
}

/** A table is as long as what it leads to leaves room for. */
export function tableTargets(table: number, { bytes, isSigned }: TableShape, read: ReadHalfword): number[] {
  const targets: number[] = [];
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < MAX_TABLE; index++) {
    const at = table + bytes * index;
    if (at >= nearest) break;
    const halfword = read(at & ~1);
    if (halfword === undefined) break;
    const distance = bytes === 2 ? halfword : (halfword >> (8 * (at & 1))) & 0xff;
    const target = table + 2 * (isSigned ? signed(distance, 8 * bytes) : distance);
    // The padding of a table of bytes reads as a distance of 0.
    if (target > at) nearest = Math.min(nearest, target);
    else if (!isSigned || target >= table) continue;
    targets.push(target);
  }
  return targets;
}

/** mov r1, lr; lsrs r1, r1, #1: they take the table from behind their call. */
const TAKES_RETURN_ADDRESS = [0x4671, 0x0849] as const;
const PUSHES: readonly number[] = [0xb402, 0xb403];
/** ldrb, ldrsb, ldrh and ldrsh of r1 from r1 and r0. */
const SHAPES: ReadonlyMap<number, TableShape> = new Map([
  [0x5c09, { bytes: 1, isSigned: false }],
  [0x5609, { bytes: 1, isSigned: true }],
  [0x5a09, { bytes: 2, isSigned: false }],
  [0x5e09, { bytes: 2, isSigned: true }],
]);

/** What follows a call of `target` where that is __gnu_thumb1_case_uqi or one of its kin. */
export function findTableShape(target: number, read: ReadHalfword): TableShape | undefined {
  const first = read(target);
  if (first === undefined || !PUSHES.includes(first)) return undefined;
  if (TAKES_RETURN_ADDRESS.some((code, index) => read(target + 2 + 2 * index) !== code)) return undefined;
  for (let at = target + 6; at <= target + 10; at += 2) {
    const shape = SHAPES.get(read(at) ?? 0);
    if (shape) return shape;
  }
  return undefined;
}
