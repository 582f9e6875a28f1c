/** Which units may have code at an address. Only the entries of the units themselves are read for it. */
import { type DebugInfo, type Unit, unlessDamaged } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { lastAtOrBelow } from '../columns/column.ts';
import type { LiveCode } from './live-code.ts';
import { liveRanges } from './scope-builder.ts';

/** Entries of range lists that all units together may have. */
export const MAX_UNIT_RANGES = 1_000_000;
/** Ranges that are looked at for one address. Ranges of units lie side by side: the first fits, unless units overlap. */
const MAX_OVERLAPPING = 64;

export class UnitIndex {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  /** The largest end up to here: when it is passed no earlier range can cover. */
  private readonly reach: Float64Array;
  private readonly units: readonly Unit[];
  /** Units that do not say where their code is: asked about every address. */
  private readonly unbounded: readonly Unit[];

  constructor(info: DebugInfo, live: LiveCode) {
    const { bounded, unbounded } = info.listWork.within(MAX_UNIT_RANGES, () => placeUnits(info, live));
    bounded.sort((left, right) => left.start - right.start);
    this.starts = Float64Array.from(bounded, ({ start }) => start);
    this.ends = Float64Array.from(bounded, ({ end }) => end);
    this.reach = runningMaximum(this.ends);
    this.units = bounded.map(({ unit }) => unit);
    this.unbounded = unbounded;
  }

  /** Units that may have code, each once, in the order of the file. */
  all(): readonly Unit[] {
    return [...new Set([...this.units, ...this.unbounded])].sort((left, right) => left.header.offset - right.header.offset);
  }

  /** The nearest start first; each unit once. */
  candidates(pc: Address): readonly Unit[] {
    const found: Unit[] = [];
    const last = lastAtOrBelow(this.starts, pc);
    for (let index = last; index > last - MAX_OVERLAPPING && (this.reach[index] ?? 0) > pc; index--) {
      const unit = this.units[index];
      if (unit && (this.ends[index] ?? 0) > pc && !found.includes(unit)) found.push(unit);
    }
    return this.unbounded.length === 0 ? found : [...found, ...this.unbounded];
  }
}

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly unit: Unit;
}

function placeUnits(info: DebugInfo, live: LiveCode) {
  const bounded: Placed[] = [];
  const unbounded: Unit[] = [];
  for (const unit of info.units) {
    if (unit.kind === 'type' || unit.kind === 'partial') continue;
    const ranges = unlessDamaged(
      () => rangesOf(unit, live),
      () => [],
    );
    if (ranges === undefined) unbounded.push(unit);
    else for (const { start, end } of ranges) bounded.push({ start, end, unit });
  }
  return { bounded, unbounded };
}

function rangesOf(unit: Unit, live: LiveCode) {
  const { root } = unit;
  const ranges = root.ranges();
  return ranges.length === 0 ? undefined : liveRanges(root, live);
}

function runningMaximum(values: Float64Array): Float64Array {
  let largest = 0;
  return values.map((value) => {
    largest = Math.max(largest, value);
    return largest;
  });
}
