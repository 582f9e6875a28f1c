/** What a capture has so far. A connection that ends in the middle leaves it as it is. */
import type { DumpThread, MemoryRegion } from '@noinit/model';
import { type LeftOut, MemoryPlan } from './memory-plan.ts';
import type { Range } from './range.ts';

export class TakenParts {
  /** The one that runs first. */
  readonly threads: DumpThread[] = [];
  readonly regions: MemoryRegion[] = [];
  readonly missing: LeftOut[] = [];
  readonly plan: MemoryPlan;

  constructor(secrets: readonly Range[]) {
    this.plan = new MemoryPlan(secrets);
  }
}
