/** Retained records that decay: no access outside, no endless sending, and no record that is not as it was written. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { decayRecords } from './proof/records/decay.ts';
import { buildRecords, CONFIG, configFlags, recordSources } from './proof/records/device.ts';

const IMAGES = Number(process.env['NOINIT_PROOF_IMAGES'] ?? 4_000);
const LIMIT = 60_000 * Math.max(1, IMAGES / 4_000);

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
      const tally = decayRecords(buildRecords(), IMAGES);
      console.log(JSON.stringify(tally));
      expect(tally.right).toBeGreaterThanOrEqual(10);
      expect(tally.refused).toBeGreaterThan(0);
    },
    LIMIT,
  );
});
