/**
 * RAM behind a cache or with ECC, at its worst: only what the ring flushed has reached it, byte for byte and in that order. What is left
 * at each flush must recover like any cut, and behind a whole operation everything that it closed must be there.
 */
import { join } from 'node:path';
import { DEVICE } from '../firmware.ts';
import { boot, type CutPlan, newTally, noise, play, recoverAndCheck } from './cuts.ts';
import { readImage } from './image.ts';
import { type Done, RingModel } from './model.ts';
import { REGION, type WasmDevice } from './wasm.ts';

/** `plan.module` was built with FLUSH_FLAG. Gives the number of moments that were looked at. */
export function loseWhatWasNotFlushed(plan: CutPlan): number {
  const ram = noise(plan.blocks);
  let device = follow(boot(plan.module, ram), ram);
  const model = new RingModel();
  let taken = true;
  const tally = newTally();
  for (let step = 0; step < plan.steps; step++) {
    const op = plan.choose({ step, next: model.next, taken, image: readImage(ram) });
    // A reset: what was only in the cache is gone.
    if (op.kind === 'start' && step > 0) device = boot(plan.module, ram);
    const moments: Uint8Array[] = [];
    follow(device, ram, moments);
    taken = play(device, op) === (op.kind === 'start' ? 0 : 1);
    const done: Done = { op, taken, next: device.call('proof_number') };
    try {
      const pending = model.pending(done);
      for (const moment of moments) {
        tally.cuts += 1;
        recoverAndCheck(plan, tally, moment, pending);
      }
      const image = readImage(ram);
      if (image === undefined) throw new Error('no ring');
      model.apply(done, image);
      recoverAndCheck(plan, tally, ram.slice(), new RingModel(model));
      model.forget(image.tail);
    } catch (error) {
      if (error instanceof Error) error.message = `step ${step}, ${JSON.stringify(op)}: ${error.message}`;
      throw error;
    }
  }
  return tally.cuts;
}

/** Of the build. */
export const FLUSH_FLAG = ['-include', join(DEVICE, 'tests/proof/flush.h')];

function follow(device: WasmDevice, ram: Uint8Array, moments?: Uint8Array[]): WasmDevice {
  device.onFlush = (address, size) => {
    ram.set(device.bytes.subarray(address, address + size), address - REGION);
    moments?.push(ram.slice());
  };
  return device;
}
