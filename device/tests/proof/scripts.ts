/** The scripts of the proof: each makes another part of the ring work. */
import type { Situation } from './cuts.ts';
import { type Entry, NO_HOLD, type Op, randomFrom } from './script.ts';

type Chooser = (situation: Situation) => Op;

const KINDS = [0, 0, 0, 1, 2, 5, 6] as const;

interface Sizes {
  readonly usual: number;
  /** Now and then one of up to so many bytes, over several blocks. */
  readonly long: number;
}

/** Entries of every kind, with stamps from the same tick to beyond 2^32. */
function entries(seed: number, sizes: Sizes): (stamp: number) => Entry {
  const random = randomFrom(seed);
  return (stamp) => ({
    kind: KINDS[random(KINDS.length)] ?? 0,
    length: random(9) === 0 ? random(sizes.long) : random(sizes.usual),
    seed: random(65536),
    stamp,
    marked: random(5) === 0,
  });
}

class Clock {
  #now = 10;
  readonly #random = randomFrom(5);
  tick(): number {
    this.#now += [0, 1, 3, 70, 20_000, 3_000_000][this.#random(6)] ?? 0;
    return this.#now;
  }
}

const start = (boot: number, stamp: number, dropsNewest = false): Op => ({
  kind: 'start',
  lineage: 0x5eed,
  boot,
  stamp,
  dropsNewest,
});

/** Overwrites the oldest; restarts and releases now and then. */
export function overwriting(seed: number, sizes: Sizes = { usual: 40, long: 300 }): Chooser {
  const make = entries(seed, sizes);
  const random = randomFrom(seed + 1);
  const clock = new Clock();
  let boots = 0;
  return ({ step, next, image }) => {
    if (step === 0 || random(25) === 0) return start(++boots, clock.tick());
    if (random(12) === 0 && image !== undefined)
      return { kind: 'release', number: image.released + random(next - image.released + 1) };
    return { kind: 'append', entry: make(clock.tick()) };
  };
}

/** Drops the newest; a reader releases, so that gaps are written. */
export function dropping(seed: number, sizes: Sizes = { usual: 40, long: 200 }): Chooser {
  const make = entries(seed, sizes);
  const random = randomFrom(seed + 1);
  const clock = new Clock();
  let boots = 0;
  return ({ step, next, image }) => {
    if (step === 0 || random(40) === 0) return start(++boots, clock.tick(), true);
    if (random(9) === 0 && image !== undefined)
      return { kind: 'release', number: image.released + random(next - image.released + 1) };
    return { kind: 'append', entry: make(clock.tick()) };
  };
}

/** Overwrites, with a grant or a back end in the way now and then. */
export function holding(seed: number, sizes: Sizes = { usual: 40, long: 200 }): Chooser {
  const make = entries(seed, sizes);
  const random = randomFrom(seed + 1);
  const clock = new Clock();
  return ({ step, next, image }) => {
    if (step === 0) return start(1, clock.tick());
    const which = random(2) === 0 ? 0 : 1;
    if (random(8) === 0 && image !== undefined) {
      const number = random(3) === 0 ? NO_HOLD : image.tail + random(next - image.tail + 1);
      return { kind: 'hold', which, number };
    }
    return { kind: 'append', entry: make(clock.tick()) };
  };
}

/** Interrupts within interrupts: up to three entries are open at a time and close in any order. */
export function nesting(seed: number, sizes: Sizes = { usual: 40, long: 250 }): Chooser {
  const make = entries(seed, sizes);
  const random = randomFrom(seed + 1);
  const clock = new Clock();
  const open = new Map<number, { entry: Entry; filled: number }>();
  let boots = 0;
  let lastSlot = -1;
  return ({ step, taken }) => {
    if (!taken) open.delete(lastSlot);
    lastSlot = -1;
    if (step === 0 || random(60) === 0) {
      open.clear();
      return start(++boots, clock.tick());
    }
    const slots = [...open.keys()];
    const slot = slots[random(Math.max(1, slots.length))];
    const one = slot === undefined ? undefined : open.get(slot);
    if (slot !== undefined && one !== undefined && random(2) === 0) {
      if (one.filled < one.entry.length) {
        const count = Math.min(one.entry.length - one.filled, 1 + random(100));
        const from = one.filled;
        one.filled += count;
        return { kind: 'fill', slot, seed: one.entry.seed, from, count };
      }
      open.delete(slot);
      return { kind: 'close', slot, entryKind: one.entry.kind };
    }
    const free = [0, 1, 2].find((number) => !open.has(number));
    const entry = make(clock.tick());
    if (free === undefined || random(2) === 0) return { kind: 'append', entry };
    open.set(free, { entry, filled: 0 });
    lastSlot = free;
    return { kind: 'reserve', slot: free, entry };
  };
}
