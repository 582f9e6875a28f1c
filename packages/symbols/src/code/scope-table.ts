/**
 * The functions of one unit and what was inlined into them, as columns: which entry covers an address innermost, and
 * which entry it was inlined into.
 */
import { type AddressRange, AT, type Entry, type InfoOffset, TAG, type Unit } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import { lastAtOrBelow } from './binary-search.ts';
import type { LiveCode } from './live-code.ts';

/** Entries of range lists that the functions of one unit may have. */
export const MAX_SCOPE_RANGES = 4_000_000;

/** A function or an inlined copy of one. */
export interface Scope {
  readonly entry: InfoOffset;
  /** Index of the scope it was inlined into; -1 for a function. */
  readonly parent: number;
  /** Index of the function that holds the code; its own for a function. */
  readonly root: number;
  readonly depth: number;
  readonly start: Address;
  /** Whether a function symbol begins where the function does: dropped code has none. */
  readonly hasSymbol: boolean;
}

export class ScopeTable {
  private readonly scopes: readonly Scope[];
  /** Addresses where another scope becomes the innermost one, and that scope; -1 where none covers. */
  private readonly starts: Float64Array;
  private readonly innermost: Int32Array;

  constructor(scopes: readonly Scope[], starts: Float64Array, innermost: Int32Array) {
    this.scopes = scopes;
    this.starts = starts;
    this.innermost = innermost;
  }

  /** The scopes that cover `pc`, innermost first. */
  chainAt(pc: Address): readonly Scope[] {
    const chain: Scope[] = [];
    let index = this.innermost[lastAtOrBelow(this.starts, pc)] ?? -1;
    for (let scope = this.scopes[index]; scope; scope = this.scopes[index]) {
      chain.push(scope);
      index = scope.parent;
    }
    return chain;
  }
}

export function readScopeTable(unit: Unit, live: LiveCode): ScopeTable {
  const { scopes, intervals } = unit.info.listWork.within(MAX_SCOPE_RANGES, () => collectScopes(unit, live));
  const { starts, innermost } = flatten(scopes, intervals);
  return new ScopeTable(scopes, Float64Array.from(starts), Int32Array.from(innermost));
}

interface Interval {
  readonly start: number;
  readonly end: number;
  readonly scope: number;
}

function collectScopes(unit: Unit, live: LiveCode): { scopes: Scope[]; intervals: Interval[] } {
  const { count, tags, parents } = unit.entries;
  const scopes: Scope[] = [];
  const intervals: Interval[] = [];
  /** For each entry the scope its children are in; -1 outside all and in what was dropped. */
  const scopeOf = new Int32Array(count).fill(-1);
  for (let index = 0; index < count; index++) {
    const tag = tags[index];
    const parent = scopeOf[parents[index] ?? -1] ?? -1;
    scopeOf[index] = parent;
    const isFunction = tag === TAG.subprogram;
    if (!isFunction && (tag !== TAG.inlined_subroutine || parent < 0)) continue;
    const entry = unit.entryAt(index);
    const ranges = liveRanges(entry, live);
    scopeOf[index] = ranges.length > 0 ? scopes.length : isFunction ? -1 : parent;
    const first = ranges[0];
    if (!first) continue;
    const outer = isFunction ? undefined : scopes[parent];
    for (const { start, end } of ranges) intervals.push({ start, end, scope: scopes.length });
    scopes.push({
      entry: entry.offset,
      parent: outer ? parent : -1,
      root: outer ? outer.root : scopes.length,
      depth: outer ? outer.depth + 1 : 0,
      start: live.codeAddress(entry.address(AT.low_pc) ?? first.start),
      hasSymbol: ranges.some(({ start }) => live.startsFunction(start)),
    });
  }
  return { scopes, intervals };
}

/**
 * The entry's ranges without those of dropped code. Where a list of ranges sets a base for itself, the base has to be
 * live too: it is what the linker marked. Assemblers leave the Thumb bit in the addresses of functions.
 */
export function liveRanges(entry: Entry, live: LiveCode): readonly AddressRange[] {
  return entry
    .ranges()
    .filter(({ start, base }) => live.isLive(start) && (base === undefined || live.isLive(base)))
    .map(({ start, end }) => ({ start: live.codeAddress(start), end: live.codeAddress(end) }));
}

/**
 * Turns nested intervals into neighbouring ones, each with its innermost scope, by a sweep over their starts with a
 * stack of those still open. What is inlined ends at the latest where the function around it ends. Where two functions
 * claim an address, one with a symbol at its start goes before one without.
 */
function flatten(scopes: readonly Scope[], intervals: Interval[]): { starts: number[]; innermost: number[] } {
  const sweep = new Sweep(scopes);
  const depth = ({ scope }: Interval) => scopes[scope]?.depth ?? 0;
  intervals.sort((left, right) => left.start - right.start || depth(left) - depth(right) || left.scope - right.scope);
  for (const interval of intervals) sweep.open(interval);
  sweep.closeUntil(Number.POSITIVE_INFINITY);
  return sweep;
}

class Sweep {
  readonly starts: number[] = [];
  readonly innermost: number[] = [];
  private readonly scopes: readonly Scope[];
  private readonly stack: { readonly end: number; readonly scope: number }[] = [];

  constructor(scopes: readonly Scope[]) {
    this.scopes = scopes;
  }

  open({ start, end, scope }: Interval): void {
    this.closeUntil(start);
    const bottom = this.scopes[this.stack[0]?.scope ?? -1];
    const added = this.scopes[scope];
    if (bottom && added && bottom.root !== added.root) {
      const wins = added.depth === 0 && added.hasSymbol && !bottom.hasSymbol;
      if (!wins) return;
      this.stack.length = 0;
    }
    const outerEnd = this.stack.at(-1)?.end ?? Number.POSITIVE_INFINITY;
    this.mark(start, scope);
    this.stack.push({ end: Math.min(end, outerEnd), scope });
  }

  closeUntil(start: number): void {
    for (let top = this.stack.at(-1); top && top.end <= start; top = this.stack.at(-1)) {
      this.stack.pop();
      this.mark(top.end, this.stack.at(-1)?.scope ?? -1);
    }
  }

  private mark(start: number, scope: number): void {
    if (this.starts.at(-1) === start) this.innermost[this.innermost.length - 1] = scope;
    else {
      this.starts.push(start);
      this.innermost.push(scope);
    }
  }
}
