import { concatBytes } from '@noinit/bytes';
import {
  ENTRY,
  type LogArgument,
  makeDescriptor,
  makeGap,
  makeLogBody,
  makeLogEntry,
  makeLogSection,
  makeSegmentStart,
  makeStamped,
} from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { collectContent } from '../dictionary/read-dictionary.ts';
import { decodeLogEntries } from './decode-log-entries.ts';
import { decodeLogBody } from './log-body.ts';

const TARGET = { littleEndian: true, addressSize: 4 } as const;
const ROM = 0x0800_4000;
const INSTANCE = 0x2000_0200;

const { bytes: section, ids } = makeLogSection([
  { format: 'ready' },
  { format: 'speed %d of %u', types: ['i32', 'u32'], level: 2, line: 9, file: 'm.c' },
  { format: '%s/%s %llx %lld %.2f %g %p', types: ['string', 'string', 'u64', 'i64', 'f32', 'f64', 'pointer'] },
  { format: 'frame', flags: 2, level: 4 },
  { format: 'printed %d\n', types: ['i32'], flags: 1, level: 0 },
  { format: 'entered', flags: 4, function: ROM },
  { format: 'axis %d', types: ['source', 'i32'] },
  { format: '%Lg', types: ['f128'] },
  { format: '%s at %p', types: ['string', 'string'] },
]);
const [ready = 0, speed = 0, everything = 0, frame = 0, printed = 0, entered = 0, axis = 0, wide = 0, named = 0] = ids;
const rom = { name: '.rodata', address: ROM, bytes: new TextEncoder().encode('motor_start\0over heated\0') };
const instance = { name: 'more', address: 0x9000, bytes: makeDescriptor({ name: 'motor.left', source: INSTANCE, kind: 1 }) };
const dictionary = open(section);

function open(bytes: Uint8Array): LogDictionary {
  return new LogDictionary(collectContent([{ name: 'noinit_log', address: 0, bytes }, rom, instance], TARGET));
}

function log(id: number, delta: number, args: readonly LogArgument[] = []): Uint8Array {
  return makeLogEntry(makeLogBody({ id, delta, args }));
}

const speedEntry = log(speed, 69, [
  { type: 'i32', value: -5 },
  { type: 'u32', value: 4_000_000_000 },
]);
const readyEntry = log(ready, 1);
const longEntry = log(everything, 999_930, [
  { type: 'string', value: 'a longer piece of text, for a long entry' },
  { type: 'string', value: 'ab', cut: true },
  { type: 'u64', value: 0xfedc_ba98_7654_3210n },
  { type: 'i64', value: -1n },
  { type: 'f32', value: 1.5 },
  { type: 'f64', value: 0.1 },
  { type: 'pointer', value: 0x2000_0000 },
]);
const entries = concatBytes([readyEntry, speedEntry, longEntry]);

function decode(bytes: Uint8Array, firstEntry = 0) {
  return decodeLogEntries(bytes, { dictionary, firstEntry });
}

function only(entry: Uint8Array) {
  const { lines, damage } = decode(entry);
  expect(damage).toEqual([]);
  expect(lines).toHaveLength(1);
  return lines[0];
}

describe('entries of a log record', () => {
  it('become numbered lines', () => {
    const place = { source: 'app', file: 'src/main.c', line: 42 };
    expect(decode(entries, 40)).toEqual({
      lines: [
        { number: 40, uptime: 1, stamp: 1, level: 'info', text: 'ready', ...place },
        {
          number: 41,
          uptime: 70,
          stamp: 70,
          level: 'warning',
          source: 'app',
          text: 'speed -5 of 4000000000',
          file: 'm.c',
          line: 9,
        },
        {
          number: 42,
          uptime: 1_000_000,
          stamp: 1_000_000,
          level: 'info',
          text: 'a longer piece of text, for a long entry/ab… fedcba9876543210 -1 1.50 0.1 0x20000000',
          ...place,
        },
      ],
      damage: [],
      nextEntry: 43,
    });
  });

  it('have the uptime that their clock says', () => {
    const clock = { frequency: 32_768, stamp: 100, uptime: 5_000 };
    const { lines } = decodeLogEntries(log(ready, 16_384), { dictionary, firstEntry: 0, base: 32_868, clock, core: 1 });
    expect(lines).toMatchObject([{ stamp: 49_252, uptime: 6_500, core: 1 }]);
  });

  it('may be hexdumps, raw text, gaps, and another logger’s', () => {
    const data = Uint8Array.of(0xde, 0xad);
    expect(only(makeLogEntry(makeLogBody({ id: frame, data }), ENTRY.hexdump))).toMatchObject({
      kind: 'hexdump',
      level: 'debug',
      text: 'frame',
      data: 'dead',
    });
    expect(only(makeLogEntry(makeStamped(new TextEncoder().encode('zwölf\n')), ENTRY.text))).toMatchObject({
      kind: 'text',
      text: 'zwölf\n',
    });
    expect(only(log(printed, 0, [{ type: 'i32', value: 3 }]))).toMatchObject({ kind: 'text', text: 'printed 3\n' });
    expect(only(makeGap(12))).toMatchObject({ kind: 'gap', lost: 12, text: '12 entries were dropped: there was no room' });
    expect(only(makeGap(16_777_215))).toMatchObject({ text: expect.stringContaining('or more') });
    for (const kind of [ENTRY.defmt, ENTRY.zephyr])
      expect(only(makeLogEntry(makeStamped(data), kind))).toMatchObject({
        kind: 'foreign',
        data: 'dead',
        unknown: expect.any(String),
      });
  });

  it('name the function, the instance, and strings that stay in the firmware', () => {
    expect(only(log(entered, 0))).toMatchObject({ function: 'motor_start', text: 'entered' });
    const left: LogArgument[] = [{ type: 'source', value: INSTANCE }];
    expect(only(log(axis, 0, [...left, { type: 'i32', value: 4 }]))).toMatchObject({ source: 'motor.left', text: 'axis 4' });
    const strings: LogArgument[] = [ROM + 12, ROM].map((address) => ({ type: 'string', address }));
    expect(only(log(named, 0, strings))).toMatchObject({ text: 'over heated at 0x8004000' });
  });

  it('say where a string is not in the ELF file', () => {
    const line = only(
      log(
        named,
        0,
        [0x100, 0].map((address) => ({ type: 'string', address }) as const),
      ),
    );
    expect(line).toMatchObject({
      text: '<string at 0x00000100> at 0x0',
      unknown: expect.stringContaining('not in the ELF file'),
    });
  });

  it('print a long double exactly', () => {
    // 1/3 as binary128.
    const third = 0x3ffd_5555_5555_5555_5555_5555_5555_5555n;
    expect(only(log(wide, 0, [{ type: 'f128', value: third }]))?.text).toBe('0.333333');
  });

  it('that only a back end wanted have no line, but a number and a time', () => {
    const stub = makeLogEntry(makeStamped(new Uint8Array(0), 500, true), ENTRY.open);
    const { lines, damage, nextEntry } = decode(concatBytes([readyEntry, stub, readyEntry]), 5);
    expect(damage).toEqual([]);
    expect(lines).toMatchObject([
      { number: 5, uptime: 1 },
      { number: 7, uptime: 502 },
    ]);
    expect(nextEntry).toBe(8);
  });

  it('show id and raw arguments, marked unknown, where no dictionary is there', () => {
    const { lines, damage } = decodeLogEntries(speedEntry, { firstEntry: 0 });
    expect(damage).toEqual([]);
    expect(lines).toMatchObject([{ uptime: 69, text: `log ${speed}: 09ffdfa69902`, unknown: expect.any(String) }]);
  });

  it('show an id that leads nowhere, and arguments that do not fit, as unknown', () => {
    const one: LogArgument[] = [{ type: 'i32', value: 1 }];
    const { lines } = decode(concatBytes([log(999, 0), log(speed, 0, one), log(ready, 0, one), log(frame, 0)]));
    expect(lines.map(({ text, unknown }) => ({ text, unknown: unknown !== undefined }))).toEqual([
      { text: 'log 999', unknown: true },
      { text: `log ${speed}: 02`, unknown: true },
      { text: `log ${ready}: 02`, unknown: true },
      { text: `log ${frame}`, unknown: true },
    ]);
  });

  it('keep their numbers where one between them is broken', () => {
    const broken = speedEntry.slice();
    broken[3] = (broken[3] ?? 0) ^ 1;
    const empty = makeLogEntry(makeStamped(new Uint8Array(0)));
    const { lines, damage } = decode(concatBytes([readyEntry, broken, makeSegmentStart({}), empty, readyEntry]), 7);
    expect(lines.map(({ number, unknown }) => [number, unknown])).toEqual([
      [7, undefined],
      [10, 'an entry without an id'],
      [11, undefined],
    ]);
    expect(damage).toMatchObject([{ offset: readyEntry.length, why: 'checksum-mismatch' }]);
  });

  it('are read up to a cut, wherever it is', () => {
    const ends = [readyEntry.length, readyEntry.length + speedEntry.length, entries.length];
    for (let length = 0; length <= entries.length; length++) {
      const { lines, damage } = decode(entries.subarray(0, length));
      expect(lines).toHaveLength(ends.filter((end) => end <= length).length);
      expect(damage.length).toBe(length === 0 || ends.includes(length) ? 0 : 1);
    }
  });

  it('never throw, and never show a bent bit as a known line', () => {
    const whole = decode(entries).lines;
    for (let bit = 0; bit < entries.length * 8; bit++) {
      const bent = entries.slice();
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const { lines, damage } = decode(bent);
      expect(damage.length).toBeGreaterThan(0);
      for (const line of lines) if (!line.unknown) expect(whole.map(({ text }) => text)).toContain(line.text);
    }
  });

  it('never throw and never loop for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { lines } = decode(bytes);
        expect(lines.length).toBeLessThanOrEqual(bytes.length);
        decodeLogBody(bytes, dictionary);
      }),
    );
  });

  it('may have 4607 bytes and no more', () => {
    expect(decode(makeLogEntry(makeStamped(new Uint8Array(4_606)), ENTRY.defmt)).damage).toEqual([]);
    expect(decode(makeLogEntry(makeStamped(new Uint8Array(4_607)), ENTRY.defmt)).damage).toMatchObject([{ why: 'too-large' }]);
  });
});

describe('the content of an entry by itself', () => {
  it('is the text of an assertion', () => {
    const args: LogArgument[] = [
      { type: 'i32', value: 7 },
      { type: 'u32', value: 8 },
    ];
    const body = makeLogBody({ id: speed, delta: 70, args });
    expect(decodeLogBody(body, dictionary)).toMatchObject({ uptime: 70, text: 'speed 7 of 8', file: 'm.c', line: 9 });
    expect(decodeLogBody(Uint8Array.of(0x80), dictionary)).toBeUndefined();
  });

  it('holds arguments as they were written', () => {
    const { bytes, ids: own } = makeLogSection([{ format: '%d %u %lld', types: ['i32', 'u32', 'i64'] }]);
    const numbers = open(bytes);
    const wide64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.integer(), fc.nat(0xffff_ffff), wide64, (signed, unsigned, wide) => {
        const args: LogArgument[] = [
          { type: 'i32', value: signed },
          { type: 'u32', value: unsigned },
          { type: 'i64', value: wide },
        ];
        const body = makeLogBody({ id: own[0] ?? 0, args });
        expect(decodeLogBody(body, numbers)?.text).toBe(`${signed} ${unsigned} ${wide}`);
      }),
    );
  });
});
