// Runs one door's inputs one after another, in a thread that its parent watches and ends when an input takes too long.
// Input n of a seed is always the same one: what a run finds can be found again.
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../packages/testing/dist/random.js';
import { openDoor } from './doors.mjs';
import { inputNumber } from './input.mjs';
import { minimise } from './minimise.mjs';

const { door: name, seed, from, until, shared } = workerData;
/** [0] the input that is worked on, [1] 1 to stop, [2] 1 once the inputs begin. */
const state = new Int32Array(shared);
const door = await openDoor(name);

Atomics.store(state, 2, 1);
for (let number = from; number < until && Atomics.load(state, 1) === 0; number++) {
  Atomics.store(state, 0, number);
  const input = inputNumber(door, seed, number, Random);
  const error = errorOf(input);
  if (!error) continue;
  const small = minimise(input, (candidate) => placeOf(errorOf(candidate)) === placeOf(error));
  parentPort.postMessage({ number, bytes: small, why: `${error.name}: ${error.message}`, place: placeOf(error) });
}
parentPort.postMessage('done');

/** What the door threw and may not throw. */
function errorOf(input) {
  try {
    door.run(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (door.isRefusal(error) ? undefined : error) : new Error(`not an Error: ${error}`);
  }
}

/** The kind of error and the line of ours that threw it: what makes two finds one. */
function placeOf(error) {
  if (!error) return undefined;
  const line = error.stack?.split('\n').find((text) => text.includes('/packages/')) ?? '';
  return `${error.name} ${line.replace(/^.*\/packages\//, '').replace(/:\d+\)?$/, '')}`;
}
