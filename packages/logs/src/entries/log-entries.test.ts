import { concatBytes } from '@noinit/bytes';
import { type LogArgument, makeLogBody, makeLogEntry, makeLogSection, makeSegmentStart } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDescriptors, LogDictionary } from './dictionary.ts';
import { decodeLogBody } from './log-body.ts';
import { decodeLogEntries, scanLogEntries } from './log-entries.ts';

const { bytes: section, ids } = makeLogSection([
  { format: 'ready' },
  { format: 'speed %d of %u', types: ['i32', 'u32'], level: 2, line: 9, module: 'motor', file: 'm.c' },
  { format: '%s/%s %llx %lld %.2f %g %p', types: ['string', 'string', 'u64', 'i64', 'f32', 'f64', 'pointer'] },
]);
const dictionary = new LogDictionary(findDescriptors([{ name: 'noinit_log', address: 0, bytes: section }], true));
const [ready = 0, speed = 0, everything = 0] = ids;

const speedEntry = makeLogEntry(
  makeLogBody({
    id: speed,
    uptime: 70,
    args: [
      { type: 'i32', value: -5 },
      { type: 'u32', value: 4_000_000_000 },
    ],
  }),
);
const readyEntry = makeLogEntry(makeLogBody({ id: ready, uptime: 1 }));
const longEntry = makeLogEntry(
  makeLogBody({
    id: everything,
    uptime: 1_000_000,
    args: [
      { type: 'string', value: 'a longer piece of text, for a long entry' },
      { type: 'string', value: 'ab', cut: true },
      { type: 'u64', value: 0xfedc_ba98_7654_3210n },
      { type: 'i64', value: -1n },
      { type: 'f32', value: 1.5 },
      { type: 'f64', value: 0.1 },
      { type: 'pointer', value: 0x2000_0000 },
    ],
  }),
);
const entries = concatBytes([readyEntry, speedEntry, longEntry]);

describe('entries of a log ring', () => {
  it('become numbered lines', () => {
    expect(decodeLogEntries(entries, { dictionary, firstEntry: 40 })).toEqual({
      lines: [
        { number: 40, uptime: 1, level: 'info', source: 'app', text: 'ready', file: 'src/main.c', line: 42 },
        { number: 41, uptime: 70, level: 'warning', source: 'motor', text: 'speed -5 of 4000000000', file: 'm.c', line: 9 },
        {
          number: 42,
          uptime: 1_000_000,
          level: 'info',
          source: 'app',
          text: 'a longer piece of text, for a long entry/ab… fedcba9876543210 -1 1.50 0.1 0x20000000',
          file: 'src/main.c',
          line: 42,
        },
      ],
      damage: [],
    });
  });

  it('show id and raw arguments, marked unknown, where no dictionary is there', () => {
    const { lines, damage } = decodeLogEntries(speedEntry, { firstEntry: 0 });
    expect(damage).toEqual([]);
    expect(lines).toMatchObject([{ uptime: 70, text: `log ${speed}: 0980d0acf30e`, unknown: expect.any(String) }]);
  });

  it('show an id that leads nowhere, and arguments that do not fit, as unknown', () => {
    const nowhere = makeLogEntry(makeLogBody({ id: 999, uptime: 3 }));
    const tooFew = makeLogEntry(makeLogBody({ id: speed, uptime: 3, args: [{ type: 'i32', value: 1 }] }));
    const tooMany = makeLogEntry(makeLogBody({ id: ready, uptime: 3, args: [{ type: 'i32', value: 1 }] }));
    const { lines } = decodeLogEntries(concatBytes([nowhere, tooFew, tooMany]), { dictionary, firstEntry: 0 });
    expect(lines.map(({ text, unknown }) => ({ text, unknown: unknown !== undefined }))).toEqual([
      { text: 'log 999', unknown: true },
      { text: `log ${speed}: 02`, unknown: true },
      { text: 'log 0: 02', unknown: true },
    ]);
  });

  it('keep their numbers where one between them is broken or of another kind', () => {
    const broken = speedEntry.slice();
    broken[3] = (broken[3] ?? 0) ^ 1;
    const other = makeLogEntry(new Uint8Array([1, 2, 3]), 6);
    const empty = makeLogEntry(new Uint8Array(0));
    const segment = makeSegmentStart({ lineage: 1, boot: 2, build: new Uint8Array(8) });
    const all = concatBytes([readyEntry, broken, segment, other, empty, readyEntry]);
    const { lines, damage } = decodeLogEntries(all, { dictionary, firstEntry: 7 });
    expect(lines.map(({ number }) => number)).toEqual([7, 12]);
    expect(damage.map(({ why }) => why)).toEqual(['checksum-mismatch', 'unknown-kind', 'malformed']);
    expect(damage[1]?.offset).toBe(readyEntry.length + broken.length + segment.length);
  });

  it('are read up to a cut, wherever it is', () => {
    const ends = [readyEntry.length, readyEntry.length + speedEntry.length, entries.length];
    for (let length = 0; length <= entries.length; length++) {
      const { lines, damage } = decodeLogEntries(entries.subarray(0, length), { dictionary, firstEntry: 0 });
      expect(lines).toHaveLength(ends.filter((end) => end <= length).length);
      expect(damage.length).toBe(length === 0 || ends.includes(length) ? 0 : 1);
    }
  });

  it('never throw, and never show a bent bit as a known line', () => {
    const whole = decodeLogEntries(entries, { dictionary, firstEntry: 0 }).lines;
    for (let bit = 0; bit < entries.length * 8; bit++) {
      const bent = entries.slice();
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const { lines, damage } = decodeLogEntries(bent, { dictionary, firstEntry: 0 });
      expect(damage.length).toBeGreaterThan(0);
      for (const line of lines) if (!line.unknown) expect(whole.map(({ text }) => text)).toContain(line.text);
    }
  });

  it('never throw and never loop for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { lines, damage } = decodeLogEntries(bytes, { dictionary, firstEntry: 0 });
        expect(lines.length).toBeLessThanOrEqual(bytes.length);
        expect(lines.length + damage.length).toBeGreaterThan(bytes.length === 0 ? -1 : 0);
        decodeLogBody(bytes, dictionary);
      }),
    );
  });

  it('may have 4095 bytes and no more', () => {
    expect(scanLogEntries(makeLogEntry(new Uint8Array(4_095))).entries).toMatchObject([{ intact: true }]);
    expect(scanLogEntries(makeLogEntry(new Uint8Array(4_096))).damage).toMatchObject([{ why: 'too-large' }]);
  });
});

describe('the arguments of a log body', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(0xffff_ffff),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (signed, unsigned, wide) => {
          const { bytes } = makeLogSection([{ format: '%d %u %lld', types: ['i32', 'u32', 'i64'] }]);
          const own = new LogDictionary(findDescriptors([{ name: 'noinit_log', address: 0, bytes }], true));
          const args: LogArgument[] = [
            { type: 'i32', value: signed },
            { type: 'u32', value: unsigned },
            { type: 'i64', value: wide },
          ];
          expect(decodeLogBody(makeLogBody({ id: 0, uptime: 0, args }), own)?.text).toBe(`${signed} ${unsigned} ${wide}`);
        },
      ),
    );
  });
});
