// Messages of every kind, whole and cut, and what is made of a crash that can be read from one, with symbols and without. Half of the mutations meet items whose
// check sums are put right.
import { concatBytes, crc16, fromHex } from '@noinit/bytes';
import { postcardDump, readMessage } from '@noinit/dumps';
import { NoinitError } from '@noinit/model';
import { explainDump, renderTrace } from '@noinit/postmortem';
import { loadSymbols } from '@noinit/symbols';
import { scanCutMessage, scanMessage } from '@noinit/wire';
import { encodeMessage, sealMessage } from '@noinit/wire/encode';
import { makeBoot, makeCrash, makeDump, makePostcard, makeReboot, makeThread } from '../../packages/testing/dist/index.js';
import { elfFile } from '../fixtures.mjs';
import { mutate, pick } from '../mutate.mjs';

const CRC_BYTES = 3;
const symbols = loadSymbols(elfFile('m3-Og-dwarf5.elf'));
/** Where the program's code is: so that registers lead into it. */
const CODE = symbols.symbolNamed('main').address;
const samples = collectSamples();
/** A crash as its items, each without its check: the first is head and cause. */
const crashes = samples.map(takeApart).filter((items) => items.length > 0);
const items = crashes.flat();

export const door = { samples, bend, run, isRefusal };

function bend(random) {
  switch (random.below(4)) {
    case 0:
      return mutate(pick(samples, random), random, samples);
    case 1:
      return sealMessage(mutate(pick(samples, random).slice(0, -4), random, samples));
    default:
      return bendItem(random);
  }
}

function bendItem(random) {
  const parts = pick(crashes, random).slice();
  const at = random.below(parts.length);
  parts[at] = mutate(parts[at], random, items);
  return sealMessage(concatBytes(parts.map(withCheck)));
}

function run(input) {
  for (const { record } of [scanMessage(input), scanCutMessage(input)]) {
    if (record?.kind === 'crash') tell(record.dump);
    if (record?.kind === 'postcard') tell(postcardDump(record));
  }
  readMessage(input);
}

function tell(dump) {
  if (dump.threads.length === 0) throw new TypeError('a dump without a thread');
  renderTrace(explainDump(dump, undefined), { allThreads: true });
  if (dump.machine !== symbols.machine) return;
  const { build: _build, ...anonymous } = dump;
  renderTrace(explainDump(anonymous, symbols, { globals: true }), { allThreads: true });
}

function isRefusal(error) {
  return error instanceof NoinitError && ['unreadable-dump', 'wrong-symbols'].includes(error.code);
}

function withCheck(bytes) {
  const sum = crc16(bytes);
  return concatBytes([bytes, Uint8Array.of(0x19, sum >>> 8, sum & 0xff)]);
}

/** An item ends where the three bytes of its check do: they fit no other place, or hardly any. */
function takeApart(message) {
  const content = message.subarray(0, -4);
  const found = [];
  let start = 0;
  for (let end = 1; end + CRC_BYTES <= content.length; end++) {
    const bytes = content.subarray(start, end);
    const sum = crc16(bytes);
    if (content[end] !== 0x19 || content[end + 1] !== sum >>> 8 || content[end + 2] !== (sum & 0xff)) continue;
    found.push(bytes.slice());
    start = end + CRC_BYTES;
  }
  return start === content.length ? found : [];
}

function collectSamples() {
  const [first] = makeDump().threads;
  const inCode = { ...first.registers, pc: CODE + 4, lr: CODE + 9 };
  const threads = [{ ...first, registers: inCode, id: 7, name: 'main' }, makeThread(), makeThread({ id: 9, name: '' })];
  const clock = { frequency: 32768, stamp: 1000, uptime: 3 };
  const log = [{ firstEntry: 17, base: 1000, clock, core: 0, entries: fromHex('04180207067206904e0210d804d2') }];
  const causes = [
    { kind: 'fault', exception: 3, reason: 0x8001 },
    { kind: 'assert', entry: fromHex('d00f0706'), reason: 0xc011 },
    { kind: 'stack-overflow', thread: 'main', exception: 4 },
    { kind: 'out-of-memory', size: 4096 },
    { kind: 'panic', text: 'no pump' },
    { kind: 'snapshot', refused: 3 },
  ];
  const riscv = {
    machine: 'riscv32',
    cause: { kind: 'fault' },
    threads: [{ crashed: true, registers: { pc: 0x4200_0010, sp: 0x2000_0f80, ra: 0x4200_0100 } }],
    system: { mcause: 5, mtval: 8, mepc: 0x4200_0010 },
  };
  return [
    makeBoot({ hardware: 'B' }),
    makeReboot({ later: { reason: 0x8001, uptime: 9 }, alive: { interval: 1000, task: 5, pc: 7 } }),
    makePostcard({ pc: CODE + 4, lr: CODE + 9 }),
    makePostcard({ machine: 'riscv32', faultBits: 5 }),
    ...causes.map((cause) => makeCrash({ dump: makeDump({ cause, threads, log }) })),
    makeCrash({ dump: makeDump(riscv) }),
  ].map(encodeMessage);
}
