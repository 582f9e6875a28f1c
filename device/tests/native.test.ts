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
const REBOOT: NativeTest = { sources: ['test_reboot.c', 'sent.c', 'host.c', 'assembly.c'], sanitizers: 'undefined' };
const REBOOT_CUTS: NativeTest = { ...REBOOT, sources: ['test_reboot_cuts.c', 'sent.c', 'host.c', 'assembly.c'] };
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
    ['the first', ['-DNOINIT_CRASH_SLOTS=1', '-DNOINIT_WATCHDOG_RESETS=1']],
    ['the newest', ['-DNOINIT_CRASH_POLICY=1', '-DNOINIT_CRASH_SLOTS=3']],
    ['the newest alone', ['-DNOINIT_CRASH_POLICY=1', '-DNOINIT_CRASH_SLOTS=1', '-DNOINIT_POSTCARDS=1']],
    ['the first three', ['-DNOINIT_CRASH_POLICY=2', '-DNOINIT_CRASH_SLOTS=3']],
    ['the newest lines of the log', ['-DNOINIT_CRASH_LOG_BYTES=200']],
  ] as const)(
    'captures in order, by importance, without secrets, and keeps %s',
    (_name, cflags) => expectPassed(runNative({ ...CRASH, cflags: [...CRASH.cflags, ...cflags] })),
    MINUTE,
  );

  it('tells why it restarted, over many starts', () => expectPassed(runNative(REBOOT)), MINUTE);

  it(
    'tells the same with late texts, a bootloader, the longest texts and build id',
    () => {
      const options = ['-DNOINIT_BOOT_DEFERRED=1', '-DNOINIT_BOOTLOADER_STASH=1', '-DNOINIT_BOOT_TEXT_BYTES=64'];
      expectPassed(runNative({ ...REBOOT, cflags: [...options, '-DHOST_BUILD_ID_SIZE=32', '-DNOINIT_BOOTS=8'] }));
    },
    MINUTE,
  );

  it(
    'keeps what it knows of boots over a reset after every store and a flipped bit',
    () => expectPassed(runNative(REBOOT_CUTS)),
    MINUTE,
  );

  it(
    'goes on with a stored lineage where RAM was lost',
    () => {
      const sources = ['test_reboot_lineage.c', 'sent.c', 'host.c', 'assembly.c'];
      expectPassed(runNative({ ...REBOOT, sources, cflags: ['-DNOINIT_LINEAGE_STORE=1'] }));
    },
    MINUTE,
  );

  it.each([16, 0])(
    'says again which firmware this is after %d messages of a link with one way',
    (repeat) => {
      const sources = ['test_reboot_one_way.c', 'sent.c', 'host.c', 'assembly.c'];
      expectPassed(
        runNative({ ...REBOOT, sources, cflags: ['-DNOINIT_PACKETIZER_ONE_WAY=1', `-DNOINIT_BOOT_REPEAT=${repeat}`] }),
      );
    },
    MINUTE,
  );

  it(
    'has flushed all that a capture stored, for chips with a data cache',
    () => {
      const flush =
        '-DNOINIT_ARCH_FLUSH(a, s)=({ extern void test_flush(const volatile void *, unsigned long); test_flush((a), (s)); })';
      expectPassed(runNative({ ...CRASH, cflags: [...CRASH.cflags, '-DTEST_FLUSH', flush, '-Wno-unused-function'] }));
    },
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
      'the check of a mark before its place',
      REBOOT_CUTS,
      'reboot/marks.c',
      '            NOINIT_STORE(mark[NOINIT_MARK_REASON], reason);\n',
      '            NOINIT_STORE(mark[NOINIT_MARK_REASON], reason);\n            NOINIT_STORE(now->mark_checks[i], check_of(mark));\n',
    ],
    [
      'a mark that is not looked at',
      REBOOT_CUTS,
      'reboot/marks.c',
      '    if (place->mark_checks[i] != check_of(mark)) {\n',
      '    if (false) {\n',
    ],
    [
      'the first mark taken back before the later one',
      REBOOT_CUTS,
      'reboot/marks.c',
      '        for (uint32_t i = 2; i-- > 0;) {\n',
      '        for (uint32_t i = 0; i < 2; i++) {\n',
    ],
    [
      'the register cleared before it is kept',
      REBOOT_CUTS,
      'reboot/boot_records.c',
      '        uint32_t raw = noinit_port_reset_cause_read();\n',
      '        uint32_t raw = noinit_port_reset_cause_read();\n        noinit_port_reset_cause_clear();\n',
    ],
    [
      'the register kept, and left as it is by the start after a cut one',
      REBOOT_CUTS,
      'reboot/boot_records.c',
      '        NOINIT_ARCH_FLUSH(&cause, sizeof cause);\n    }\n    noinit_port_reset_cause_clear();\n',
      '        NOINIT_ARCH_FLUSH(&cause, sizeof cause);\n        noinit_port_reset_cause_clear();\n    }\n',
    ],
    [
      'the head published before the boot record is there',
      REBOOT_CUTS,
      'reboot/boot_records.c',
      '    NOINIT_STORE(place->build_size, build->size);\n',
      '    noinit_head_publish();\n    NOINIT_STORE(place->build_size, build->size);\n',
    ],
    [
      'a record of the boot that is not checked',
      REBOOT_CUTS,
      'reboot/boot_records.c',
      '        if ((*place)->checks[i % 2u] == check_of(*place, i % 2u)) {\n',
      '        if ((*place)->checks[i % 2u] - check_of(*place, i % 2u) != 1u) {\n',
    ],
    [
      'texts told of before they are there',
      { ...REBOOT, cflags: ['-DNOINIT_BOOT_DEFERRED=1'] },
      'reboot/boot_records.c',
      '    noinit_boot_is_held = version == NULL || hardware == NULL;\n',
      '    noinit_boot_is_held = version == NULL || hardware == NULL;\n    NOINIT_STORE(place->text_check, text_check_of(place));\n',
    ],
    [
      'a stored number that is given again',
      { ...REBOOT, sources: ['test_reboot_lineage.c', 'sent.c', 'host.c', 'assembly.c'], cflags: ['-DNOINIT_LINEAGE_STORE=1'] },
      'core/lineage.c',
      '        noinit_head.origin.key.boot = kept.boot;\n',
      '        noinit_head.origin.key.boot = kept.boot - 1u;\n',
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
    ['a secret inside a region', CRASH, 'crash/crash_writer.c', 'clamp((uintptr_t)__noinit_secret_end, stop, end)', 'stop'],
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
