import { Random } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { MAX_CAPTURE_BYTES, MAX_CAPTURE_REGIONS } from './limits.ts';
import { MemoryPlan } from './memory-plan.ts';
import type { Range } from './range.ts';

const data = (start: number, end: number) => ({ start, end, kind: 'data' as const, what: 'test' });
const outline = (ranges: readonly Range[]): number[][] => ranges.map(({ start, end }) => [start, end]);

describe('a plan of memory', () => {
  it('has nothing twice: what was planned first stays whole', () => {
    const plan = new MemoryPlan([]);
    plan.add({ ...data(40, 60), kind: 'stack' });
    plan.add(data(0, 100));
    expect(outline(plan.ranges)).toEqual([
      [40, 60],
      [0, 40],
      [60, 100],
    ]);
    expect(plan.add(data(10, 90))).toEqual([]);
  });

  it('has nothing secret', () => {
    const plan = new MemoryPlan([
      { start: 10, end: 20 },
      { start: 90, end: 200 },
    ]);
    plan.add(data(0, 100));
    expect(outline(plan.ranges)).toEqual([
      [0, 10],
      [20, 90],
    ]);
    expect(plan.leftOut).toEqual([]);
  });

  it('says what goes beyond the bytes of a dump', () => {
    const plan = new MemoryPlan([]);
    plan.add(data(0, 100));
    plan.add(data(0x1000_0000, 0x1000_0000 + MAX_CAPTURE_BYTES));
    plan.add(data(0x5000_0000, 0x5000_0001));
    const end = 0x1000_0000 + MAX_CAPTURE_BYTES;
    expect(plan.leftOut).toMatchObject([
      { start: end - 100, end, why: `over ${MAX_CAPTURE_BYTES} bytes` },
      { start: 0x5000_0000, end: 0x5000_0001 },
    ]);
  });

  it('says what goes beyond the regions of a dump', () => {
    const plan = new MemoryPlan([]);
    for (let index = 0; index <= MAX_CAPTURE_REGIONS; index++) plan.add(data(index * 8, index * 8 + 4));
    expect(plan.ranges).toHaveLength(MAX_CAPTURE_REGIONS);
    expect(plan.leftOut).toMatchObject([{ start: MAX_CAPTURE_REGIONS * 8, why: `over ${MAX_CAPTURE_REGIONS} regions` }]);
  });

  it('of any ranges has each byte once, and none that is secret', () => {
    const random = new Random(7);
    const range = (): Range => {
      const start = random.below(200);
      return { start, end: start + random.below(60) };
    };
    for (let run = 0; run < 500; run++) {
      const secrets = [range(), range()];
      const asked = Array.from({ length: 6 }, range);
      const plan = new MemoryPlan(secrets);
      for (const each of asked) plan.add(data(each.start, each.end));
      for (let at = 0; at < 300; at++) {
        const isIn = ({ start, end }: Range) => at >= start && at < end;
        const wanted = asked.some(isIn) && !secrets.some(isIn) ? 1 : 0;
        expect(plan.ranges.filter(isIn).length, `byte ${at} of run ${run}`).toBe(wanted);
      }
    }
  });
});
