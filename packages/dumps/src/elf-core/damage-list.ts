import type { Damage, DamageCode } from '@noinit/model';
import { MAX_CORE_DAMAGE } from './limits.ts';

/** Collects what is wrong with a core file; what exceeds MAX_CORE_DAMAGE is counted. */
export class DamageList {
  private readonly items: Damage[] = [];
  private count = 0;

  add(offset: number, why: DamageCode, detail: string): void {
    this.count += 1;
    if (this.items.length < MAX_CORE_DAMAGE) this.items.push({ offset, why, detail });
  }

  finish(): readonly Damage[] {
    const unlisted = this.count - this.items.length;
    if (unlisted === 0) return this.items;
    return [...this.items, { offset: 0, why: 'too-large', detail: `${unlisted} more pieces of damage are not listed` }];
  }
}
