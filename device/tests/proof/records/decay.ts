/** Bits of a full memory flipped: what is sent then is as it was written, or not sent, or refused. */
import { randomFrom } from '../script.ts';
import { Wrong } from './cuts.ts';
import { RecordsDevice, type RecordsModule, type Remains } from './device.ts';
import type { RecordOp } from './script.ts';
import { NoRecord, tellMessage } from './tell.ts';

/** Both copies of the head were hit. */
const NEW_LINEAGE = 'boot 1: raw 8 whole false counts 0 0 0 ran 0';
const START: RecordOp = { kind: 'start', hasVersion: true };

export interface DecayTally {
  /** Kinds of records that there were. */
  right: number;
  images: number;
  records: number;
  refused: number;
  /** Images that open a lineage. */
  anew: number;
}

export function decayRecords(built: RecordsModule, images: number): DecayTally {
  /** Whatever was written of a boot and waited at some time. */
  const right = new Set<string>();
  const full = fullMemory(built, right);
  const random = randomFrom(77);
  const tally = { right: right.size, images, records: 0, refused: 0, anew: 0 };
  for (let image = 0; image < images; image++) {
    const retained = full.retained.slice();
    for (let flips = 1 << random(9); flips > 0; flips--) {
      const at = random(retained.length);
      retained[at] = (retained[at] ?? 0) ^ (1 << random(8));
    }
    const { told, refused } = sendAll(built, { retained, register: 0 });
    tally.records += told.length;
    tally.refused += refused;
    if (told.includes(NEW_LINEAGE)) tally.anew += 1;
    // Version and hardware have a check of their own: without them the boot is still right.
    const wrong = told.filter((one) => !right.has(one.replace(/ without version$/, '')) && !isOfStart(one, told));
    if (wrong.length > 0) throw new Wrong(`image ${image} sends ${wrong.join(', ')}`);
  }
  return tally;
}

/** Four boots, three crashes; the last boot is running. */
function fullMemory(built: RecordsModule, right: Set<string>): Remains {
  let remains: Remains = { retained: new Uint8Array(built.high - built.low).fill(0x99), register: 1 };
  for (let boot = 1; boot <= 4; boot++) {
    const device = new RecordsDevice(built, remains);
    device.step(START);
    device.step({ kind: 'alive', uptime: 1000 * boot, task: boot, pc: 100 * boot });
    device.step({ kind: 'mark', reason: 4, pc: 10 * boot, lr: 20 * boot + 1 });
    if (boot < 4) device.step({ kind: 'crash', cause: 1, pc: 1000 * boot, lr: 7, bits: boot });
    remains = { ...device.remains(), register: 8 };
    for (const one of sendAll(built, { ...remains, register: 0 }).told) right.add(one);
  }
  return { ...remains, register: 0 };
}

/** By the start over these remains; how many messages are no records that a host takes. */
function sendAll(built: RecordsModule, remains: Remains): { readonly told: string[]; readonly refused: number } {
  const device = new RecordsDevice(built, { ...remains, register: 8 });
  const result = device.step(START);
  if (result !== 0) throw new Wrong(`the start gives ${result}`);
  const told: string[] = [];
  for (let refused = 0; ; ) {
    const size = device.step({ kind: 'pull' });
    if (typeof size !== 'number' || size === 0) return { told, refused };
    try {
      told.push(tellMessage(device.chunk(size).subarray(5)));
    } catch (error) {
      if (!(error instanceof NoRecord)) throw error;
      refused += 1;
    }
    if (told.length + refused > 60) throw new Wrong('sends for ever');
    device.step({ kind: 'ack' });
  }
}

/**
 * Written by the start over the decayed image: the record of the boot that begins, and that of how the one before it ended, whose signs of life
 * have no check until then. Where the newer copy of the head was hit, that is the boot before the last.
 */
function isOfStart(one: string, told: readonly string[]): boolean {
  const begun = Math.max(...told.map((other) => Number(/^boot (\d+): raw 8 /.exec(other)?.[1] ?? 0)));
  return one === NEW_LINEAGE || one.startsWith(`boot ${begun}: raw 8 `) || one.startsWith(`reboot ${begun - 1}: `);
}
