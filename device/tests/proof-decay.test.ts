/** Retained memory that decays: no access outside, no endless reading, and no more wrong entries than the page says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { RING_SOURCES } from './proof/arm.ts';

const IMAGES = Number(process.env['NOINIT_PROOF_IMAGES'] ?? 100_000);

interface Line {
  readonly what: string;
  readonly rate: number;
  readonly images: number;
  readonly anew: number;
  readonly kept: number;
  readonly wrong: number;
}

describeWith(['gcc'], 'retained memory that decayed', () => {
  it(
    `is recovered ${IMAGES} times without an access outside, within the stated strength`,
    () => {
      const lines = runDecay(IMAGES);
      const total = (what: string): Line[] => lines.filter((line) => line.what === what);
      expect(lines.reduce((sum, { images }) => sum + images, 0)).toBeGreaterThanOrEqual(IMAGES * 0.99);
      for (const line of [...total('sealed'), ...total('places')]) expect([line.wrong, line.anew]).toEqual([0, 0]);
      // An entry check of 8 bits misses one in 256: only entries of blocks that were open are at risk.
      for (const line of [...total('whole'), ...total('blocks')]) expect(line.wrong).toBeLessThanOrEqual(line.images * STRENGTH);
    },
    60_000 * Math.max(1, IMAGES / 100_000),
  );
});

/** Wrong entries an image, at any rate of decay. */
const STRENGTH = 0.02;

function runDecay(images: number): Line[] {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-decay-'));
  try {
    const program = join(folder, 'decay');
    const flags = [
      '-std=gnu11',
      '-O2',
      '-g',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=all',
      '-Wall',
      '-Wextra',
      '-Werror',
    ];
    const includes = [`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`];
    execFileSync('gcc', [...flags, ...includes, join(DEVICE, 'tests/proof/decay.c'), ...RING_SOURCES, '-lm', '-o', program]);
    const text = execFileSync(program, [String(images), '1'], { encoding: 'utf8' });
    console.log(text);
    return [...text.matchAll(/^(\w+) (?:rate ([\d.]+)|\w+) images (\d+) anew (\d+) kept (\d+) wrong (\d+)$/gm)].map((match) => ({
      what: match[1] ?? '',
      rate: Number(match[2] ?? 0),
      images: Number(match[3]),
      anew: Number(match[4]),
      kept: Number(match[5]),
      wrong: Number(match[6]),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
