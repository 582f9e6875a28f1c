/**
 * Ascending addresses that lie close together, a byte each: the step from the one before. Blocks begin where a step does
 * not fit and every BLOCK addresses, so that a look-up passes a few steps.
 */
import { AddressColumn } from './address-column.ts';
import { type Column, narrow } from './column.ts';
import { StepIndex } from './step-index.ts';

/** Addresses in one block, at most. */
const BLOCK = 32;
/** Look-ups after which an index is worth its making: a dump has some hundred. */
const MANY = 4096;

export class StepColumn {
  /** Where blocks begin: the address, and which number it has. */
  readonly blocks: AddressColumn;
  readonly firsts: Column;
  /** Of each address from the one before it; 0 of the first in a block. */
  readonly steps: Uint8Array;
  private index: StepIndex | undefined;
  private asked = 0;

  constructor(blocks: AddressColumn, firsts: Column, steps: Uint8Array) {
    this.blocks = blocks;
    this.firsts = firsts;
    this.steps = steps;
  }

  static from(ascending: ArrayLike<number>): StepColumn {
    const blocks: number[] = [];
    const firsts: number[] = [];
    const steps = new Uint8Array(ascending.length);
    let previous = 0;
    let first = -BLOCK;
    for (let index = 0; index < ascending.length; index++) {
      const at = ascending[index] ?? 0;
      const step = at - previous;
      previous = at;
      if (index - first < BLOCK && step <= 0xff) {
        steps[index] = step;
        continue;
      }
      first = index;
      blocks.push(at);
      firsts.push(index);
    }
    return new StepColumn(AddressColumn.from(blocks), narrow(firsts), steps);
  }

  get length(): number {
    return this.steps.length;
  }

  /** Number of the last address that is not above `wanted`; -1 where all are. */
  lastAtOrBelow(wanted: number): number {
    if (this.asked === MANY) return this.index?.lastAtOrBelow(wanted) ?? this.search(wanted);
    if (++this.asked === MANY) this.index = StepIndex.of(this.decode());
    return this.search(wanted);
  }

  private search(wanted: number): number {
    const block = this.blocks.lastAtOrBelow(wanted);
    if (block < 0) return -1;
    const { steps, firsts } = this;
    const first = firsts[block] ?? 0;
    const end = Math.min(firsts[block + 1] ?? steps.length, first + BLOCK, steps.length);
    let left = wanted - this.blocks.at(block);
    let index = first;
    while (index + 1 < end) {
      left -= steps[index + 1] ?? 0;
      if (left < 0) break;
      index++;
    }
    return index;
  }

  private decode(): Float64Array {
    const { steps, firsts, blocks } = this;
    const addresses = new Float64Array(steps.length);
    for (let block = 0; block < firsts.length; block++) {
      const first = firsts[block] ?? 0;
      const end = Math.min(firsts[block + 1] ?? steps.length, first + BLOCK, steps.length);
      let at = blocks.at(block);
      for (let index = first; index < end; index++) {
        if (index > first) at += steps[index] ?? 0;
        addresses[index] = at;
      }
    }
    return addresses;
  }
}
