// Dumps in foreign formats: ELF core files.
import { readDump } from '@noinit/dumps';
import { NoinitError } from '@noinit/model';
import { makeDump, makeElfCore } from '../../packages/testing/dist/index.js';
import { mutate, pick } from '../mutate.mjs';

const HEADERS = 52 + 32 * 3;
const RISCV = ['ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'pc'];
const samples = collectSamples();

export const door = { samples, bend, run, isRefusal };

/** Half of the mutations meet the headers, and what stands behind them, the notes. */
function bend(random) {
  const bytes = pick(samples, random);
  if (random.below(2) === 0) return mutate(bytes, random, samples);
  const end = Math.min(bytes.length, HEADERS * (1 + random.below(3)));
  const head = mutate(bytes.slice(0, end), random, [bytes.subarray(0, HEADERS)]);
  const bent = bytes.slice();
  bent.set(head.subarray(0, end));
  return bent;
}

function run(input) {
  const dump = readDump(input);
  if (dump.threads.length === 0) throw new TypeError('a dump without a thread');
}

function isRefusal(error) {
  return error instanceof NoinitError;
}

function collectSamples() {
  const dump = makeDump();
  const [thread] = dump.threads;
  const floats = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`s${index}`, index]));
  const others = [
    dump,
    { ...dump, threads: [...dump.threads, { name: 'idle', crashed: false, registers: { sp: 0x2000_0000, pc: 0x100 } }] },
    { ...dump, threads: [{ ...thread, registers: { ...thread.registers, ...floats } }] },
    {
      ...dump,
      machine: 'riscv32',
      threads: [{ crashed: true, registers: Object.fromEntries(RISCV.map((name, at) => [name, at])) }],
    },
  ];
  return [...others.map((made) => makeElfCore(made)), makeElfCore(dump, { systemControl: true })];
}
