/**
 * The proof proved: each of these changes to the ring breaks one promise, and one of the proofs must see it. A change is a piece of the
 * source that stands there exactly once, and what takes its place, in a copy of device/src.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { KILLERS, type Killer } from './proof/killers.ts';
import { MUTANTS } from './proof/mutants.ts';

const MINUTE = 60_000;

describeWith(
  ['gcc', 'clang-14', 'wasm-ld-14', 'wasm2wat', 'arm-none-eabi-gcc', 'qemu-system-arm'],
  'a broken ring is found out',
  () => {
    it.each([...new Set(MUTANTS.map(({ killer }) => killer))])(
      'the proof "%s" holds for the ring as it is',
      (killer: Killer) => expect(KILLERS[killer](DEVICE)).toBe('holds'),
      MINUTE,
    );

    it.each(MUTANTS)(
      '$name: $killer',
      ({ file, right, wrong, killer }) => {
        const root = mkdtempSync(join(tmpdir(), 'noinit-mutant-'));
        try {
          for (const folder of ['src', 'include']) cpSync(join(DEVICE, folder), join(root, folder), { recursive: true });
          const path = join(root, file);
          const source = readFileSync(path, 'utf8');
          expect(source.split(right), 'stands there once').toHaveLength(2);
          writeFileSync(
            path,
            source.replace(right, () => wrong),
          );
          expect(KILLERS[killer](root)).not.toBe('holds');
        } finally {
          rmSync(root, { recursive: true, force: true });
        }
      },
      MINUTE,
    );
  },
);
