/** Retained records that decay: no access outside, no endless sending, and no record that is not as it was written. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { buildRecords, CONFIG, configFlags, RecordsDevice, type Remains, recordSources } from './proof/records/device.ts';
import type { RecordOp } from './proof/records/script.ts';
import { NoRecord, tellMessage } from './proof/records/tell.ts';
import { randomFrom } from './proof/script.ts';

const IMAGES = Number(process.env['NOINIT_PROOF_IMAGES'] ?? 4_000);
const LIMIT = 60_000 * Math.max(1, IMAGES / 4_000);
/** Both copies of the head were hit. */
const NEW_LINEAGE = 'boot 1: raw 8 whole false counts 0 0 0 ran 0';
const START: RecordOp = { kind: 'start', hasVersion: true };

describeWith(['gcc'], 'records in memory that decayed', () => {
  it(
    'are started over, sent and written to without an access outside',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'noinit-decay-'));
      try {
        const program = join(folder, 'program');
        const PROOF = join(DEVICE, 'tests/proof/records');
        const flags = [
          '-std=gnu11',
          '-O1',
          '-g',
          '-fsanitize=address,undefined',
          '-fno-sanitize-recover=all',
          '-Wall',
          '-DPROOF_ON_HOST',
        ];
        const includes = ['include', 'src'].map((name) => `-I${join(DEVICE, name)}`);
        const sources = [...recordSources(), join(PROOF, 'machine.c'), join(PROOF, 'decay.c')];
        const link = ['-Wl,-T', join(DEVICE, 'tests/native/host.ld'), '-o', program];
        execFileSync('gcc', [...flags, ...configFlags(CONFIG), ...includes, ...sources, ...link], { stdio: 'pipe' });
        const images = Math.ceil(IMAGES / 5);
        expect(execFileSync(program, [String(images), '1'], { encoding: 'utf8', stdio: 'pipe' })).toBe(`${images} images\n`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    LIMIT,
  );
});

describeWith(['clang-14', 'wasm-ld-14', 'wasm2wat'], 'records in memory that decayed', () => {
  it(
    `are sent as they were written or not at all, in ${IMAGES} images`,
    () => {
      const built = buildRecords();
      /** Whatever was written of a boot and waited at some time. */
      const right = new Set<string>();
      const full = fullMemory();
      expect(right.size).toBeGreaterThanOrEqual(10);
      const random = randomFrom(77);
      const tally = { images: 0, records: 0, refused: 0, lost: 0, anew: 0 };
      for (; tally.images < IMAGES; tally.images++) {
        const retained = full.retained.slice();
        for (let flips = 1 << random(9); flips > 0; flips--) {
          const at = random(retained.length);
          retained[at] = (retained[at] ?? 0) ^ (1 << random(8));
        }
        const { told, refused } = sent({ retained, register: 0 });
        tally.records += told.length;
        tally.refused += refused;
        tally.lost += right.size - told.filter((one) => right.has(one)).length;
        if (told.includes(NEW_LINEAGE)) tally.anew += 1;
        // Version and hardware have a check of their own: without them the boot is still right.
        const wrong = told.filter((one) => !right.has(one.replace(/ without version$/, '')) && !isOfStart(one, told));
        expect(wrong, `image ${tally.images}`).toEqual([]);
      }
      console.log(JSON.stringify(tally));
      expect(tally.refused).toBeGreaterThan(0);

      /** Four boots, three crashes, a snapshot; the last boot is running. */
      function fullMemory(): Remains {
        let remains: Remains = { retained: new Uint8Array(built.high - built.low).fill(0x99), register: 1 };
        for (let boot = 1; boot <= 4; boot++) {
          const device = new RecordsDevice(built, remains);
          device.step(START);
          device.step({ kind: 'alive', uptime: 1000 * boot, task: boot, pc: 100 * boot });
          device.step({ kind: 'mark', reason: 4, pc: 10 * boot, lr: 20 * boot + 1 });
          if (boot < 4) device.step({ kind: 'crash', cause: 1, pc: 1000 * boot, lr: 7, bits: boot });
          remains = { ...device.remains(), register: 8 };
          for (const one of sent({ ...remains, register: 0 }).told) if (!/^boot.* raw 12/.test(one)) right.add(one);
        }
        return { ...remains, register: 0 };
      }

      function sent(remains: Remains): { readonly told: string[]; readonly refused: number } {
        const device = new RecordsDevice(built, { ...remains, register: 8 });
        expect(device.step(START)).toBe(0);
        const told: string[] = [];
        let refused = 0;
        for (;;) {
          const size = device.step({ kind: 'pull' });
          if (typeof size !== 'number' || size === 0) return { told, refused };
          try {
            told.push(tellMessage(device.chunk(size).subarray(5)));
          } catch (error) {
            if (!(error instanceof NoRecord)) throw error;
            refused += 1;
          }
          expect(told.length + refused).toBeLessThan(60);
          expect(device.step({ kind: 'ack' })).toBe(0);
        }
      }
    },
    LIMIT,
  );
});

/**
 * Written by the start over the decayed image: the record of the boot that begins, and that of how the one before it ended, whose signs of life
 * have no check until then. Where the newer copy of the head was hit, that is the boot before the last.
 */
function isOfStart(one: string, told: readonly string[]): boolean {
  const begun = Math.max(...told.map((other) => Number(/^boot (\d+): raw 8 /.exec(other)?.[1] ?? 0)));
  return one === NEW_LINEAGE || one.startsWith(`boot ${begun}: raw 8 `) || one.startsWith(`reboot ${begun - 1}: `);
}
