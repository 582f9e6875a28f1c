import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { type NativeRun, type NativeTest, runNative } from './native.ts';
import { ringSources } from './proof/arm.ts';
import { runMutant } from './run-mutant.ts';

const RING: Pick<NativeTest, 'sdk'> = { sdk: ringSources() };
/** Thousands of processes; a log of four blocks. */
const SDK: NativeTest = {
  sources: ['test_sdk.c', 'host.c', 'assembly.c'],
  cflags: ['-Wl,--defsym=LOG_LENGTH=600'],
  sanitizers: 'undefined',
};
const PACKETIZER: NativeTest = { sources: ['test_packetizer.c', 'host.c', 'assembly.c'] };

/** It reads what lies around a secret, and steers how many bytes a record may have. */
const CRASH: NativeTest & { readonly cflags: readonly string[] } = {
  sources: ['test_crash.c', 'host.c', 'assembly.c'],
  cflags: ['-DNOINIT_CRASH_ROOM=({ extern uint32_t test_room; test_room; })'],
  sanitizers: 'undefined',
};

const MINUTE = 60_000;

function expectPassed(run: NativeRun): void {
  expect(run.output).not.toContain('not so');
  expect(run.passed, run.output).toBe(true);
}

describeWith(['gcc'], 'the SDK on this machine', () => {
  it.each([
    ['appends, overwrites, drops and reads in order', ['test_ring.c', 'ring_rig.c']],
    ['keeps whole ring entries over a reset after every store', ['test_ring_cuts.c', 'cut.c', 'ring_rig.c']],
    ['survives any bytes in a ring', ['test_ring_damage.c', 'ring_rig.c']],
  ] as const)('%s', (_name, sources) => expectPassed(runNative({ ...RING, sources })), MINUTE);

  it('keeps records, marks, captures and lines over a reset after every store', () => expectPassed(runNative(SDK)), MINUTE);

  it(
    'sends lines and records over many starts',
    () => expectPassed(runNative({ ...SDK, cflags: ['-Wl,--defsym=LOG_LENGTH=2048'] })),
    MINUTE,
  );

  it.each([
    ['first and latest', []],
    ['the first', ['-DNOINIT_CRASH_SLOTS=1']],
    ['the newest', ['-DNOINIT_CRASH_POLICY=1', '-DNOINIT_CRASH_SLOTS=3']],
    ['the newest alone', ['-DNOINIT_CRASH_POLICY=1', '-DNOINIT_CRASH_SLOTS=1', '-DNOINIT_POSTCARDS=1']],
    ['the first three', ['-DNOINIT_CRASH_POLICY=2', '-DNOINIT_CRASH_SLOTS=3']],
  ] as const)(
    'captures in order, by importance, without secrets, and keeps %s',
    (_name, cflags) => expectPassed(runNative({ ...CRASH, cflags: [...CRASH.cflags, ...cflags] })),
    MINUTE,
  );

  it('sends all that was recorded over a lossy link', () => expectPassed(runNative(PACKETIZER)), MINUTE);

  it(
    'sends the same with a CRC in every chunk',
    () => {
      expectPassed(runNative({ ...PACKETIZER, cflags: ['-DNOINIT_CHUNK_CRC=1'] }));
    },
    MINUTE,
  );
});

/** The ring's own: proof-mutants.test.ts. */
describeWith(['gcc'], 'a wrong order of stores is caught', () => {
  it.each([
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
      CRASH,
      'crash/crash.c',
      '    set_state(slot, CHECKED(WRITING));\n',
      '    set_state(slot, CHECKED(400u | WRITING));\n',
    ],
    ['a capture without its mark', CRASH, 'crash/capture.c', '    noinit_crash_mark(true);\n', ''],
    [
      'a postcard over one that the packetizer holds',
      CRASH,
      'crash/postcard.c',
      'postcard != NULL && postcard->crc == pending_crc',
      'postcard != NULL',
    ],
    [
      'a snapshot in place of a crash',
      CRASH,
      'crash/crash.c',
      'is_snapshot || NOINIT_CRASH_POLICY == 2',
      '(is_snapshot && NOINIT_CRASH_POLICY == 2)',
    ],
    ['a secret inside a region', CRASH, 'crash/crash_writer.c', 'clamp((uintptr_t)__noinit_secret_end, pause, end)', 'pause'],
    [
      'an assertion in spite of a capture that runs',
      CRASH,
      'crash/capture.c',
      'noinit_capture_phase == BUSY',
      'noinit_capture_phase == 1u',
    ],
  ] as const)(
    '%s',
    (_name, test, file, right, wrong) => {
      expect(runMutant(test, file, right, wrong).passed).toBe(false);
    },
    MINUTE,
  );
});
