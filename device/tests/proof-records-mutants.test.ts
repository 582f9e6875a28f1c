/** The proof of the records proved: each of these changes breaks one promise, and is found out for that. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { tryRecords } from './proof/records/killers.ts';
import { MORE, RECORD_MUTANTS } from './proof/records/mutants.ts';

const LIMIT = 60_000;

describeWith(['clang-14', 'wasm-ld-14', 'wasm2wat'], 'broken records are found out', () => {
  it.each(['usual', 'silent', 'stash', 'flush', 'decay'] as const)(
    'the proof "%s" holds for the SDK as it is',
    (killer) => expect(tryRecords(DEVICE, killer)).toBe('holds'),
    LIMIT,
  );

  it.each(RECORD_MUTANTS)(
    '$name',
    ({ name, file, right, wrong, killer, config, because }) => {
      const root = mkdtempSync(join(tmpdir(), 'noinit-mutant-'));
      try {
        for (const folder of ['src', 'include']) cpSync(join(DEVICE, folder), join(root, folder), { recursive: true });
        const path = join(root, 'src', file);
        let source = readFileSync(path, 'utf8');
        for (const [from, to] of [[right, wrong] as const, ...(MORE[name] ?? [])]) {
          const parts =
            typeof from === 'string' ? source.split(from).length : [...source.matchAll(new RegExp(from, 'gm'))].length + 1;
          expect(parts, `stands there once: ${from}`).toBe(2);
          source = typeof from === 'string' ? source.replace(from, () => to) : source.replace(from, to);
        }
        writeFileSync(path, source);
        expect(tryRecords(root, killer, config)).toMatch(because);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
    LIMIT,
  );
});
