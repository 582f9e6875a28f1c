import { expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

it('rings alarms in the order of their moments, at their moments', () => {
  const clock = new VirtualClock();
  const rung: [string, number][] = [];
  const alarm = (name: string) => clock.createAlarm(() => rung.push([name, clock.nanos]));
  alarm('late').schedule(300);
  alarm('early').schedule(100);
  alarm('never');
  clock.advanceTo(1_000);
  expect(rung).toEqual([
    ['early', 100],
    ['late', 300],
  ]);
  expect(clock.nanos).toBe(1_000);
  expect(clock.nextAlarm).toBe(Number.POSITIVE_INFINITY);
});

it('rings an alarm that another one sets on the way', () => {
  const clock = new VirtualClock();
  const rung: number[] = [];
  const again = clock.createAlarm(() => {
    rung.push(clock.nanos);
    if (rung.length < 3) again.schedule(10);
  });
  again.schedule(10);
  clock.advanceTo(100);
  expect(rung).toEqual([10, 20, 30]);
});

it('does not ring what was cancelled or set anew before', () => {
  const clock = new VirtualClock();
  const rung: number[] = [];
  const alarm = clock.createAlarm(() => rung.push(clock.nanos));
  alarm.schedule(10);
  alarm.schedule(50);
  clock.advanceTo(20);
  expect(rung).toEqual([]);
  alarm.cancel();
  clock.advanceTo(100);
  expect(rung).toEqual([]);
});
