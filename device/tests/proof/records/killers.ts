/** Short runs of the records' proof over any copy of the sources: `holds`, or what they found. */
import { cutRecords, noise } from './cuts.ts';
import { decayRecords } from './decay.ts';
import { buildRecords, CONFIG, type Config, RecordsDevice, type RecordsModule } from './device.ts';
import { FLUSH_FLAG, loseUnflushedRecords } from './flushes.ts';
import type { Killer } from './mutants.ts';
import { living, SILENT, USUAL } from './scripts.ts';
import { tellMessage } from './tell.ts';

export function tryRecords(root: string | undefined, killer: Killer, config: Partial<Config> = {}): string {
  const cflags = killer === 'flush' ? FLUSH_FLAG : [];
  const built = buildRecords(root, { ...CONFIG, ...config, cflags, stash: killer === 'stash' });
  try {
    if (killer === 'stash') tryStash(built);
    else if (killer === 'decay') decayRecords(built, 300);
    else if (killer === 'flush') loseUnflushedRecords({ built, steps: 160, choose: living(1, USUAL) });
    else {
      const choose = killer === 'usual' ? living(1, USUAL) : living(12, SILENT);
      cutRecords({ built, steps: killer === 'usual' ? 140 : 60, choose, recoveryEvery: 211 });
    }
    return 'holds';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const WATCHDOG = 16;

/**
 * A bootloader read the register, so it reads 0. What it stashed is the cause of one start, also of one that was cut, and of no other.
 */
function tryStash(built: RecordsModule): void {
  const at = built.objects.find(({ name }) => name.endsWith('0.stash'))?.at ?? 0;
  const device = new RecordsDevice(built, { retained: noise(built), register: 0 });
  device.step({ kind: 'stash', at, raw: WATCHDOG });
  const stashed = { retained: device.remains().retained, register: 0 };
  for (let k = 0; ; k++) {
    const cut = new RecordsDevice(built, stashed);
    if (cut.stepCut({ kind: 'start', hasVersion: true }, k)) break;
    const { retained } = cut.remains();
    const first = rawOfBoots(built, retained)[0];
    if (first !== WATCHDOG) throw new Error(`cut before store ${k} of the start: raw ${first}`);
  }
  device.restart(stashed);
  device.step({ kind: 'start', hasVersion: true });
  const second = rawOfBoots(built, device.remains().retained)[1];
  if (second !== 0) throw new Error(`the second start has raw ${second}`);
}

/** Of each boot record that the start after it sends. */
function rawOfBoots(built: RecordsModule, retained: Uint8Array): number[] {
  const device = new RecordsDevice(built, { retained, register: 0 });
  device.step({ kind: 'start', hasVersion: true });
  const raws: number[] = [];
  for (;;) {
    const size = device.step({ kind: 'pull' });
    if (typeof size !== 'number' || size === 0) return raws;
    const raw = /^boot \d+: raw (\d+) /.exec(tellMessage(device.chunk(size).subarray(5)));
    if (raw !== null) raws.push(Number(raw[1]));
    device.step({ kind: 'ack' });
  }
}
