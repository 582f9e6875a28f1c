/** Changes to the records' code that must not go unseen: which proof sees each, and what it must have complained about. */
import type { Config } from './device.ts';

export type Killer = 'usual' | 'silent' | 'stash' | 'flush' | 'decay';

export interface RecordMutant {
  readonly name: string;
  /** Under device/src. */
  readonly file: string;
  /** Stands there once. */
  readonly right: string | RegExp;
  readonly wrong: string;
  readonly killer: Killer;
  readonly config?: Partial<Config>;
  /** Of the finding: the operation, and the record or the state that is wrong. */
  readonly because: RegExp;
}

const BOOTS = 'reboot/boot_records.c';
const MARKS = 'reboot/marks.c';
const CAPTURE = 'crash/capture.c';
const SLOTS = 'crash/crash.c';
const CARDS = 'crash/postcard.c';
const HEAD = 'core/head.c';

export const RECORD_MUTANTS: readonly RecordMutant[] = [
  {
    name: 'the raw register is cleared before it is stored',
    file: BOOTS,
    right: '        uint32_t raw = noinit_port_reset_cause_read();\n',
    wrong: '        uint32_t raw = noinit_port_reset_cause_read();\n        noinit_port_reset_cause_clear();\n',
    killer: 'usual',
    because: /"start".*cut[\s\S]*says[\s\S]*raw 4 /,
  },
  {
    name: 'the raw register that a cut start had stored is forgotten',
    file: BOOTS,
    right: '    if (cause.check != (cause.raw ^ seed)) {\n',
    wrong: '    if (seed != 0) {\n',
    killer: 'usual',
    because: /"start".*cut[\s\S]*says[\s\S]*raw 4 /,
  },
  {
    name: 'the raw register of one boot is taken for the next',
    file: BOOTS,
    right: '    const uint32_t seed = ~noinit_head.origin.key.boot * 0x9e3779b1u;',
    wrong: '    const uint32_t seed = ~0u;',
    killer: 'usual',
    because: /says[\s\S]*none of 1, the first\n(re)?boot/,
  },
  {
    name: 'a stash is used twice',
    file: BOOTS,
    right: '    NOINIT_STORE(stash.magic, 0u);\n',
    wrong: '',
    killer: 'stash',
    because: /^the second start has raw 16$/,
  },
  {
    name: 'a stash is forgotten before it is kept',
    file: BOOTS,
    right: '            raw = stash.raw;\n',
    wrong: '            raw = stash.raw;\n            NOINIT_STORE(stash.magic, 0u);\n',
    killer: 'stash',
    because: /^cut before store \d+ of the start: raw 0$/,
  },
  {
    name: 'the head is written over its only whole copy',
    file: HEAD,
    right: '    copy_t *copy = &copies[generation & 1u];\n',
    wrong: '    copy_t *copy = &copies[0];\n',
    killer: 'usual',
    because: /cut before store \d+[\s\S]*boot 1: raw \d+ whole false/,
  },
  {
    name: 'the head is published before the boot has its record',
    file: BOOTS,
    right: '    head->origin.key.boot++;\n',
    wrong: '    head->origin.key.boot++;\n    noinit_head_publish();\n',
    killer: 'usual',
    because: /"start".*cut before store \d+/,
  },
  {
    name: 'numbers that were given away are not kept',
    file: HEAD,
    right: '    const uint32_t number = (*field)++;\n    noinit_head_publish();\n',
    wrong: '    const uint32_t number = (*field)++;\n',
    killer: 'usual',
    because: /message id \d+ again/,
  },
  {
    name: 'the CRC of a record covers its first word alone',
    file: BOOTS,
    right: '    return noinit_crc32(0, (const uint8_t *)place + start, end - start);\n',
    wrong: '    return noinit_crc32(0, (const uint8_t *)place + start, end > start ? 4u : 0u);\n',
    killer: 'decay',
    because: /^image \d+ sends .*boot \d+:/,
  },
  {
    name: 'with the boot record its reboot record is taken for sent',
    file: BOOTS,
    right: '        count_out(place, record, 1u);\n',
    wrong: '        count_out(place, record, 1u);\n        count_out(place, 1u - record, 1u);\n',
    killer: 'usual',
    because: /says[\s\S]*\nreboot \d+/,
  },
  {
    name: 'a mark counts before it is whole',
    file: MARKS,
    right: '    if (place->mark_checks[i] != check_of(mark)) {\n',
    wrong: '    if (mark[NOINIT_MARK_REASON] == 0 && place->mark_checks[i] != check_of(mark)) {\n',
    killer: 'usual',
    because: /"(mark|crash)".*cut before store \d+[\s\S]*\nreboot \d+: [\s\S]*marks/,
  },
  {
    name: 'a second mark takes the place of the first',
    file: MARKS,
    right: '    return noinit_mark_that_counts(now, 0) == 0 ? 0u : ',
    wrong: '    return noinit_mark_that_counts(now, 0) != reason ? 0u : ',
    killer: 'usual',
    because: /"(mark|crash)"[\s\S]*\nreboot \d+: [\s\S]*marks/,
  },
  {
    name: 'unmark leaves the later mark',
    file: MARKS,
    right: '        for (uint32_t i = 2; i-- > 0;) {\n            NOINIT_STORE(mark_at(now, i)[NOINIT_MARK_REASON], 0u);\n',
    wrong: '        for (uint32_t i = 1; i-- > 0;) {\n            NOINIT_STORE(mark_at(now, i)[NOINIT_MARK_REASON], 0u);\n',
    killer: 'usual',
    because: /"unmark"[\s\S]*\nreboot \d+: [\s\S]*marks -/,
  },
  {
    name: 'unmark takes the first mark back first',
    file: MARKS,
    right: '        for (uint32_t i = 2; i-- > 0;) {\n            NOINIT_STORE(mark_at(now, i)[NOINIT_MARK_REASON], 0u);\n',
    wrong:
      '        for (uint32_t i = 0; i < 2u; i++) {\n            NOINIT_STORE(mark_at(now, i)[NOINIT_MARK_REASON], 0u);\n            NOINIT_ARCH_PUBLISH();\n',
    killer: 'usual',
    because: /"unmark".*cut before store 1/,
  },
  {
    name: 'the uptime is stored before what ran then',
    file: MARKS,
    right: '        const uint32_t before = now->reboot[NOINIT_REBOOT_UPTIME];\n',
    wrong:
      '        const uint32_t before = now->reboot[NOINIT_REBOOT_UPTIME];\n        (void)see(now);\n        NOINIT_ARCH_PUBLISH();\n',
    killer: 'usual',
    because: /"alive".*cut before store/,
  },
  {
    name: 'the capture is not marked open',
    file: CAPTURE,
    right: '    noinit_crash_mark(true);\n',
    wrong: '',
    killer: 'usual',
    because: /"(crash|snapshot)".*cut before store \d+[\s\S]*says/,
  },
  {
    name: 'the capture is marked open behind the postcard',
    file: CAPTURE,
    right: '    noinit_crash_mark(true);\n',
    wrong: '',
    killer: 'usual',
    because: /"crash".*cut before store \d+[\s\S]*says/,
  },
  {
    name: 'the capture is marked closed before its record is',
    file: CAPTURE,
    right: `    uint32_t sequence;\n`,
    wrong: `    uint32_t sequence;\n    noinit_crash_mark(false);\n`,
    killer: 'usual',
    because: /"(crash|snapshot)".*cut before store \d+[\s\S]*says/,
  },
  {
    name: 'the postcard is written behind the slot',
    file: CAPTURE,
    right: /^( +noinit_postcard_write\(.*\);\n)([\s\S]*?)( +noinit_crash_mark\(false\);\n)/m,
    wrong: '$2    if (!is_snapshot) {\n$1    }\n$3',
    killer: 'usual',
    because: /"crash".*cut before store \d+[\s\S]*\ncrash \d+ #\d+: .* items 1\nwhich/,
  },
  {
    name: 'a postcard takes the place of one that is not the oldest',
    file: CARDS,
    right: '        if (age >= least && age < lowest) {\n            lowest = age;\n',
    wrong: '        if (age >= least) {\n',
    killer: 'silent',
    because: /"crash"[\s\S]*\npostcard/,
  },
  {
    name: 'an acknowledged postcard comes back',
    file: CARDS,
    right: '    NOINIT_STORE(postcard->crc, ~crc_of(postcard));\n',
    wrong: '    NOINIT_STORE(postcard->crc, ~postcard->crc);\n    NOINIT_ARCH_PUBLISH();\n',
    killer: 'usual',
    because: /"crash".*cut before store \d+[\s\S]*says[\s\S]*postcard/,
  },
  {
    name: 'a postcard is sent without its CRC',
    file: CARDS,
    right: '    if ((postcard->what & 0xffu) != 0x50u || postcard->crc != crc_of(postcard)) {\n',
    wrong: '    if ((postcard->what & 0xffu) != 0x50u || postcard->crc == 0) {\n',
    killer: 'silent',
    because: /"crash".*cut before store|CRC|checksum/,
  },
  {
    name: 'an item counts before its bytes stand there',
    file: 'crash/crash_writer.c',
    right: '    noinit_cbor_byte(cbor, 0x19);\n',
    wrong: '    noinit_crash_slot_publish(cbor->size + 3u, false);\n    noinit_cbor_byte(cbor, 0x19);\n',
    killer: 'usual',
    because: /"(crash|snapshot)".*cut before store \d+ of \d+: (?!says)/,
  },
  {
    name: 'a slot is not freed before another record goes into it',
    file: SLOTS,
    right: '    set_state(slot, 0);\n    NOINIT_STORE(slot->sequence, *sequence);\n    set_state(slot, CHECKED(WRITING));\n',
    wrong: '    NOINIT_STORE(slot->sequence, *sequence);\n    NOINIT_ARCH_PUBLISH();\n',
    killer: 'silent',
    because: /"crash".*cut before store/,
  },
  {
    name: 'the first crash gives way while it waits',
    file: SLOTS,
    right: '    return find(NOINIT_CRASH_POLICY == 1 ? 1 : -1);\n',
    wrong: '    return find(1);\n',
    killer: 'silent',
    because: /"crash"[\s\S]*\ncrash \d+ #\d+/,
  },
  {
    name: 'the latest crash gives way where the oldest should',
    file: SLOTS,
    right: '    return find(NOINIT_CRASH_POLICY == 1 ? 1 : -1);\n',
    wrong: '    return find(-1);\n',
    killer: 'silent',
    config: { policy: 1 },
    because: /"crash"[\s\S]*\ncrash \d+ #\d+/,
  },
  {
    name: 'a crash gives way where none should',
    file: SLOTS,
    right: 'NOINIT_CRASH_POLICY == 2 || ',
    wrong: '',
    killer: 'silent',
    config: { policy: 2 },
    because: /"crash"[\s\S]*\ncrash \d+ #\d+/,
  },
  {
    name: 'a snapshot takes the place of a crash',
    file: SLOTS,
    right: '    if (is_snapshot || ',
    wrong: '    if (',
    killer: 'silent',
    because: /"snapshot"[\s\S]*\ncrash \d+ #\d+/,
  },
  {
    name: 'every start makes the firmware healthy',
    file: BOOTS,
    right: '    const uint32_t raw = take_cause();\n',
    wrong: '    const uint32_t raw = take_cause();\n    noinit_head.counts[NOINIT_COUNT_UNHEALTHY] = 0;\n',
    killer: 'usual',
    because: /\nboot \d+: .*counts/,
  },
  {
    name: 'every start clears the count of unexpected reboots',
    file: BOOTS,
    right: '    if (hardware == NOINIT_REASON_POWER_ON) {\n',
    wrong: '    if (hardware != 0) {\n',
    killer: 'usual',
    because: /\nboot \d+: .*counts/,
  },
  {
    name: 'a mark stays in the cache',
    file: MARKS,
    right: '            NOINIT_STORE(now->mark_checks[i], check_of(mark));\n            NOINIT_ARCH_FLUSH(now, sizeof *now);\n',
    wrong: '            NOINIT_STORE(now->mark_checks[i], check_of(mark));\n',
    killer: 'flush',
    because: /"(mark|crash)", .*flushed|"mark".*flushed/,
  },
  {
    name: 'the bytes of a crash stay in the cache',
    file: SLOTS,
    right: '    NOINIT_ARCH_FLUSH(taken->bytes, size);\n',
    wrong: '',
    killer: 'flush',
    because: /"(crash|snapshot)".*flushed/,
  },
  {
    name: 'a slot is published in the cache alone',
    file: SLOTS,
    right: '    NOINIT_ARCH_FLUSH(slot, 8u);\n',
    wrong: '',
    killer: 'flush',
    because: /"(crash|snapshot)".*flushed/,
  },
];

/** What else a mutant changes in the same file. */
export const MORE: Readonly<Record<string, readonly (readonly [right: string, wrong: string])[]>> = {
  // Else the compiler may happen to store the reason last.
  'a mark counts before it is whole': [
    [
      '            NOINIT_STORE(mark[NOINIT_MARK_REASON], reason);\n',
      '            NOINIT_STORE(mark[NOINIT_MARK_REASON], reason);\n            NOINIT_ARCH_PUBLISH();\n',
    ],
  ],
  'the capture is marked open behind the postcard': [
    ['    uint32_t sequence;\n', '    noinit_crash_mark(true);\n    uint32_t sequence;\n'],
  ],
};
