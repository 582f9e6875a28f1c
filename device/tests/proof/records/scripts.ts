/** Firmwares that do all of it, by chance and the same on every run. */
import { randomFrom } from '../script.ts';
import type { RecordPlan, Situation } from './cuts.ts';
import type { RecordOp } from './script.ts';

const CAUSES = [16, 8, 4, 8, 16, 1];

/** How often of a hundred; the rest are signs of life. */
export interface Habits {
  readonly crash: number;
  readonly reset: number;
  readonly mark: number;
  readonly unmark: number;
  readonly snapshot: number;
  readonly send: number;
  readonly count: number;
}

export const USUAL: Habits = { crash: 7, reset: 5, mark: 16, unmark: 4, snapshot: 6, send: 30, count: 5 };
/** Nothing is sent: every limit is met. */
export const SILENT: Habits = { ...USUAL, crash: 18, reset: 10, send: 0 };

export function living(seed: number, habits: Habits = USUAL): RecordPlan['choose'] {
  const random = randomFrom(seed);
  let cause = 1;
  return ({ hasEnded, model }: Situation) => {
    const start = (): { op: RecordOp; cause: number } => ({ op: { kind: 'start', hasVersion: random(5) > 0 }, cause });
    if (hasEnded) {
      const chosen = start();
      cause = CAUSES[random(CAUSES.length)] ?? 8;
      return chosen;
    }
    const op = chooseOp(random, habits, model);
    if (op !== undefined) return { op, cause: 0 };
    const chosen = start();
    cause = CAUSES[random(CAUSES.length)] ?? 8;
    return chosen;
  };
}

/** undefined: the chip resets by itself. */
function chooseOp(random: (below: number) => number, habits: Habits, model: Situation['model']): RecordOp | undefined {
  let dice = random(100);
  const is = (share: number): boolean => {
    dice -= share;
    return dice < 0;
  };
  const place = (): number => 2 * (1 + random(5000));
  if (is(habits.crash))
    return { kind: 'crash', cause: random(3) === 0 ? 6 : 1, pc: place(), lr: place() + 1, bits: random(0x10000) };
  if (is(habits.reset)) return undefined;
  if (is(habits.mark)) {
    const reason = [4, 6, 0x4011, 0x8009, 0xc012][random(5)] ?? 4;
    return { kind: 'mark', reason, pc: place(), lr: place() + 1 };
  }
  if (is(habits.unmark)) return { kind: 'unmark' };
  if (is(habits.snapshot)) return { kind: 'snapshot', reason: 0xc001 + random(9) };
  if (is(habits.send)) return { kind: model.flight === undefined ? 'pull' : 'ack' };
  if (is(habits.count)) return { kind: random(2) === 0 ? 'healthy' : 'clear' };
  if (model.isHeld && random(2) === 0) return { kind: 'collect' };
  const uptime = model.uptime + 1 + random(random(4) === 0 ? 70_000 : 900);
  return random(6) === 0 ? { kind: 'wait', uptime } : { kind: 'alive', uptime, task: 1 + random(9), pc: place() };
}
