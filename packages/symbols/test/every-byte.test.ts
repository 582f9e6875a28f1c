/** Whole small files, cut at every length and bent at every byte: refused or read, and always at once. */
import { readFileSync } from 'node:fs';
import { NoinitError } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { readEverything } from './read-everything.ts';

const FILES = ['tiny-gcc-dwarf5', 'tiny-gcc-types', 'tiny-clang-dwarf5', 'tiny-rv32', 'tiny-zstd'];
/** No file of some kilobytes may take longer. */
const MAX_MILLISECONDS = 1000;
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`../../../fixtures/elf/${name}.elf`, import.meta.url)));

let slowest = 0;

/** The refusal's code or undefined. */
function attempt(bytes: Uint8Array): string | undefined {
  const start = performance.now();
  try {
    readEverything(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof NoinitError) return error.code;
    throw error;
  } finally {
    slowest = Math.max(slowest, performance.now() - start);
  }
}

describe.each(FILES)('%s', (name) => {
  const whole = bytesOf(name);

  it('is read when it is sound', () => {
    const { entries, rows, frames } = readEverything(whole);
    expect([entries, rows, frames].map((count) => count > 10)).toEqual([true, true, true]);
  });

  it('is read or refused when it is cut at any length', () => {
    for (let length = 0; length < whole.length; length++) attempt(whole.subarray(0, length));
  });

  it('is read or refused when a bit of any byte is bent', () => {
    const bent = whole.slice();
    for (let at = 0; at < whole.length; at++) {
      // All eight would take minutes: `fuzz/` bends them.
      bent[at] = (whole[at] ?? 0) ^ (1 << ((at * 3) & 7));
      attempt(bent);
      bent[at] = whole[at] ?? 0;
    }
  }, 60_000);

  it('is never at it for long', () => {
    expect(slowest).toBeLessThan(MAX_MILLISECONDS);
  });
});
