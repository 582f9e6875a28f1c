/**
 * RAM behind a cache, at its worst: only what was flushed has reached it, byte for byte and in that order. What is there at each flush is
 * what a cut would leave, and behind an operation all of it is there.
 */
import { join } from 'node:path';
import { DEVICE } from '../../firmware.ts';
import { matchState, newTally, noise, type RecordPlan, Wrong } from './cuts.ts';
import { RecordsDevice } from './device.ts';
import { RecordsModel } from './model.ts';

/** Of the build. */
export const FLUSH_FLAG = ['-include', join(DEVICE, 'tests/proof/flush.h')];

/** `plan.built` was built with FLUSH_FLAG. Gives the number of moments that were looked at. */
export function loseUnflushedRecords(plan: Pick<RecordPlan, 'built' | 'steps' | 'choose'>): number {
  const { built } = plan;
  const ram = noise(built);
  const tally = newTally();
  let model = new RecordsModel(built.config);
  let device = new RecordsDevice(built, { retained: ram, register: 0 });
  let hasEnded = true;
  for (let step = 0; step < plan.steps; step++) {
    const { op, cause } = plan.choose({ step, hasEnded, model });
    if (op.kind === 'start') {
      model = model.clone();
      model.register = device.remains().register | cause;
      device = new RecordsDevice(built, { retained: ram, register: model.register });
    }
    const states = model.statesOf(op);
    const moments: Uint8Array[] = [];
    device.onFlush = (address, bytes) => {
      ram.set(bytes, address - built.low);
      moments.push(ram.slice());
    };
    hasEnded = device.step(op) === 'reset';
    const { register } = device.remains();
    try {
      let from = 0;
      for (const moment of moments) {
        tally.cuts += 1;
        // When the register was cleared is not known here: what it holds behind the operation will do but for a start.
        if (op.kind !== 'start') from = matchState(built, { retained: moment, register }, states, from);
      }
      const last = states.at(-1);
      if (last === undefined) throw new Wrong('no state');
      matchState(built, { retained: ram.slice(), register }, [last], 0);
      model = last;
    } catch (error) {
      if (error instanceof Error) error.message = `step ${step}, ${JSON.stringify(op)}, flushed: ${error.message}`;
      throw error;
    }
  }
  return tally.cuts;
}
