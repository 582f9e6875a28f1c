import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { DEVICE, sdkSources } from './firmware.ts';
import { type NativeRun, type NativeTest, runNative } from './native.ts';

const RING: NativeTest = {
  sources: ['test_ring.c', 'cut.c'],
  sdk: ['core/ring.c', 'core/crc.c'].map((name) => join(DEVICE, 'src', name)),
};
/** Thousands of processes. */
const SDK: NativeTest = {
  sources: ['test_sdk.c', 'host.c', 'assembly.c'],
  cflags: ['-DNOINIT_LOG_CAPACITY=256'],
  sanitizers: 'undefined',
};
const PACKETIZER: NativeTest = { sources: ['test_packetizer.c', 'host.c', 'assembly.c'] };

const MINUTE = 60_000;

/** The same test with one SDK file changed: `wrong` in place of `right`, which must stand there exactly once. */
function withMutant(test: NativeTest, file: string, right: string, wrong: string): NativeRun {
  const original = readFileSync(join(DEVICE, 'src', file), 'utf8');
  expect(original.split(right)).toHaveLength(2);
  const folder = mkdtempSync(join(tmpdir(), 'noinit-mutant-'));
  try {
    const mutant = join(folder, basename(file));
    writeFileSync(mutant, original.replace(right, wrong));
    const sdk = (test.sdk ?? sdkSources()).map((path) => (path.endsWith(`/src/${file}`) ? mutant : path));
    return runNative({ ...test, sdk });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectPassed(run: NativeRun): void {
  expect(run.output).not.toContain('not so');
  expect(run.passed, run.output).toBe(true);
}

describeWith(['gcc'], 'the SDK on this machine', () => {
  it(
    'keeps whole ring entries over a reset after every store, and survives any bytes',
    () => expectPassed(runNative(RING)),
    MINUTE,
  );

  it('keeps records, marks, captures and lines over a reset after every store', () => expectPassed(runNative(SDK)), MINUTE);

  it('sends all that was recorded over a lossy link', () => expectPassed(runNative(PACKETIZER)), MINUTE);

  it(
    'sends the same with a CRC in every chunk',
    () => {
      expectPassed(runNative({ ...PACKETIZER, cflags: ['-DNOINIT_CHUNK_CRC=1'] }));
    },
    MINUTE,
  );
});

describeWith(['gcc'], 'a wrong order of stores is caught', () => {
  it.each([
    [
      'the head before the bytes of the entry',
      RING,
      'core/ring.c',
      '    noinit_ring_make_room(ring, head + size + 1u);\n',
      '    noinit_ring_make_room(ring, head + size + 1u);\n    NOINIT_STORE(ring->header->head, ring->header->head + head + size + 1u);\n    NOINIT_STORE(ring->header->head, ring->header->head - head - size - 1u);\n',
    ],
    [
      'the place of the tail before its number',
      RING,
      'core/ring.c',
      '    NOINIT_STORE(header->tail_number, header->tail_number + 1u);\n    NOINIT_ARCH_PUBLISH();\n    NOINIT_STORE(header->tail, entry.end);\n',
      '    NOINIT_STORE(header->tail, entry.end);\n    NOINIT_STORE(header->tail_number, header->tail_number + 1u);\n',
    ],
    [
      'an eviction after the bytes went in',
      RING,
      'core/ring.c',
      '    noinit_ring_make_room(ring, head + size + 1u);\n',
      '    noinit_ring_make_room(ring, size);\n',
    ],
    [
      'the magic of a new ring before its header',
      RING,
      'core/ring.c',
      '    NOINIT_STORE(header->magic, 0u);\n',
      '    NOINIT_STORE(header->magic, ring->magic);\n',
    ],
    [
      'the retained head over its only whole copy',
      SDK,
      'core/head.c',
      '    copy_t *copy = &copies[generation & 1u];\n',
      '    copy_t *copy = &copies[0];\n',
    ],
    [
      'the reason of a mark before its place',
      SDK,
      'reboot/reboot.c',
      '        NOINIT_STORE(memory.mark.reason, 0u);\n',
      '        NOINIT_STORE(memory.mark.reason, MARK_MAGIC | reason);\n',
    ],
    [
      'the size of a crash record before its item',
      SDK,
      'crash/crash.c',
      '    publish(WRITING);\n',
      '    publish(400u | WRITING);\n',
    ],
    [
      'the head of the log before its bytes, on the short path',
      SDK,
      'log/log.c',
      '    uint8_t *const entry = &memory.data[head & (NOINIT_LOG_CAPACITY - 1u)];\n',
      '    uint8_t *const entry = &memory.data[head & (NOINIT_LOG_CAPACITY - 1u)];\n    NOINIT_STORE(header->head, head + 2u);\n',
    ],
  ] as const)(
    '%s',
    (_name, test, file, right, wrong) => {
      expect(withMutant(test, file, right, wrong).passed).toBe(false);
    },
    MINUTE,
  );
});
