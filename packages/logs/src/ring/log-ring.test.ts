import { concatBytes } from '@noinit/bytes';
import { type BuildPrefix, buildId } from '@noinit/model';
import { ENTRY, MadeRing, makeLogSection, Random } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { collectContent } from '../dictionary/read-dictionary.ts';
import { decodeLogRing } from './decode-log-ring.ts';
import type { LogRingDecoding } from './decoded-segment.ts';

const OLD = '1111111111111111';
const NEW = '2222222222222222';
const TARGET = { littleEndian: true, addressSize: 4 } as const;

const old = makeLogSection([
  { format: 'old %d', types: ['i32'] },
  { format: 'blob', flags: 2 },
  { format: 'name %s', types: ['string'] },
]);
const fresh = makeLogSection([{ format: 'new %d', types: ['i32'] }]);
const [count = 0, blob = 0, name = 0] = old.ids;
const dictionaries = new Map([
  [OLD, open(old.bytes, OLD)],
  [NEW, open(fresh.bytes, NEW)],
]);

function open(bytes: Uint8Array, build: string): LogDictionary {
  return new LogDictionary(collectContent([{ name: 'noinit_log', address: 0, bytes }], TARGET), buildId(build));
}

function decode(region: Uint8Array, trustsGaps = false): LogRingDecoding {
  const dictionaryOf = (build: BuildPrefix) => dictionaries.get(build) ?? { unknown: `build ${build} is not given` };
  return decodeLogRing(region, { dictionaryOf, trustsGaps });
}

function texts({ segments }: LogRingDecoding): readonly string[] {
  return segments.flatMap(({ lines }) => lines.map(({ text }) => text));
}

const number = (value: number) => [{ type: 'i32', value }] as const;

/** Two boots of one build and one of another, some blocks of each. */
function twoBuilds(blocks = 12): MadeRing {
  const ring = new MadeRing({ blocks }).boot({ boot: 4, build: OLD });
  for (let index = 0; index < 20; index++) ring.log(count, 10 * index, number(index));
  ring.log(blob, 300, [], { kind: ENTRY.hexdump, data: Uint8Array.from({ length: 200 }, (_, at) => at) });
  ring.boot({ boot: 5, build: OLD, stamp: 500, uptime: 7 }).log(count, 501, number(100)).text(502, 'raw\n').gap(503, 6);
  ring.boot({ boot: 6, build: NEW, stamp: 8, frequency: 32_768 });
  for (let index = 0; index < 5; index++) ring.log(fresh.ids[0] ?? 0, 8 + 32_768 * index, number(-index));
  return ring;
}

describe('a dump of the log region', () => {
  it('gives the lines of every boot, each with its own build, number and time', () => {
    const { segments, damage } = decode(twoBuilds().region());
    expect(damage).toEqual([]);
    expect(segments.map(({ start }) => [start?.boot, start?.build])).toEqual([
      [4, OLD],
      [5, OLD],
      [6, NEW],
    ]);
    expect(segments[0]?.lines.slice(0, 2)).toEqual([
      { number: 1, uptime: 0, stamp: 0, level: 'info', source: 'app', text: 'old 0', file: 'src/main.c', line: 42 },
      { number: 2, uptime: 10, stamp: 10, level: 'info', source: 'app', text: 'old 1', file: 'src/main.c', line: 42 },
    ]);
    expect(segments[0]?.lines[20]).toMatchObject({
      kind: 'hexdump',
      text: 'blob',
      uptime: 300,
      data: expect.stringMatching(/^000102.*c7$/),
    });
    expect(segments[1]?.lines).toMatchObject([
      { number: 23, uptime: 8, stamp: 501, text: 'old 100' },
      { number: 24, kind: 'text', text: 'raw\n' },
      { number: 25, kind: 'gap', lost: 6 },
    ]);
    expect(segments[2]?.lines.map(({ text, uptime }) => [text, uptime])).toEqual([
      ['new 0', 0],
      ['new -1', 1000],
      ['new -2', 2000],
      ['new -3', 3000],
      ['new -4', 4000],
    ]);
  });

  it('is read at any place of a larger dump, and with the rings of other cores behind it', () => {
    const first = new MadeRing({ blocks: 4 }).boot({ build: OLD }).log(count, 1, number(1));
    const second = new MadeRing({ blocks: 4 }).boot({ build: OLD, core: 1 }).log(count, 2, number(2));
    const dump = concatBytes([new Uint8Array(44), first.region(), second.region(), new Uint8Array(90)]);
    const { segments, damage } = decode(dump);
    expect(damage).toEqual([]);
    expect(segments.flatMap(({ lines }) => lines.map(({ text, core = 0 }) => [text, core]))).toEqual([
      ['old 1', 0],
      ['old 2', 1],
    ]);
  });

  it('knows by its header whose the entries are when their start was overwritten', () => {
    const ring = new MadeRing({ blocks: 6 }).boot({ build: OLD, stamp: 1000, uptime: 50 });
    for (let index = 0; index < 150; index++) ring.log(count, 1000 + index, number(index));
    const { segments, damage } = decode(ring.region());
    expect(damage).toEqual([]);
    expect(segments).toHaveLength(1);
    const lines = segments[0]?.lines ?? [];
    expect(lines.length).toBeGreaterThan(60);
    for (const { number: at, text, uptime } of lines) expect([text, uptime]).toEqual([`old ${at - 1}`, 50 + at - 1]);
    expect(lines.at(-1)?.text).toBe('old 149');
  });

  it('shows lines raw where the build is not given, and says which it is', () => {
    const ring = new MadeRing().boot({ build: '3333333333333333' }).log(count, 1, number(1));
    const { segments } = decode(ring.region());
    expect(segments[0]?.whyUnknown).toBe('build 3333333333333333 is not given');
    expect(segments[0]?.lines).toMatchObject([{ text: `log ${count}: 02`, unknown: 'build 3333333333333333 is not given' }]);
  });

  it('counts an entry that was never closed, and what was dropped last', () => {
    const ring = new MadeRing().boot({ build: OLD }).log(count, 1, number(1));
    ring.entry(ENTRY.open, 2, Uint8Array.of(1, 2, 3)).log(count, 3, number(3));
    const { segments, damage } = decode(ring.region({ lost: 9 }));
    expect(damage).toEqual([]);
    expect(segments[0]).toMatchObject({ open: 1, lines: [{ number: 1 }, { number: 3 }, { kind: 'gap', lost: 9 }] });
  });

  it('loses one block of entries to a damaged block, and says how many', () => {
    const ring = twoBuilds();
    const region = ring.region();
    flip(region, 88 + 128 * 1 + 40, 4);
    const { segments, damage } = decode(region);
    expect(damage).toMatchObject([{ why: 'checksum-mismatch', detail: 'block 1 of the ring is damaged' }]);
    const whole = texts(decode(ring.region()));
    const left = texts({ segments, damage });
    expect(left.filter((text) => !whole.includes(text))).toEqual([expect.stringMatching(/^\d+ entries were lost to damage$/)]);
    expect(left.filter((text) => text.startsWith('new'))).toHaveLength(5);
  });

  it('never reads lines behind a damaged start with the build before it', () => {
    const ring = twoBuilds();
    for (let index = 5; index < 40; index++) ring.log(fresh.ids[0] ?? 0, 8 + 32_768 * index, number(-index));
    const region = ring.region();
    const third =
      Array.from({ length: 12 }, (_, block) => 88 + 128 * block).findLast((at) => ((region[at + 11] ?? 0) & 1) === 1) ?? 0;
    flip(region, third + 30, 1);
    const { segments } = decode(region);
    expect(segments.at(-1)).toMatchObject({ start: undefined, whyUnknown: expect.stringContaining('is lost') });
    for (const { text, unknown } of segments.at(-1)?.lines ?? []) if (unknown === undefined) expect(text).toContain('lost');
    expect(segments[1]?.lines.map(({ text }) => text)).toContain('old 100');
  });

  it.each([
    ['the header', 0, 1],
    ['the geometry', 12, 1],
    ['the place of the newest entry', 20, 1],
    ['the place of the oldest entry', 24, 1],
    ['the place of the first open block', 28, 1],
    ['the mark of what was read', 32, 1],
    ['the count of dropped entries', 40, 1],
  ])('gives the same lines with %s damaged, and names the damage', (_what, at, bit) => {
    const ring = twoBuilds();
    const region = ring.region();
    const whole = decode(region);
    flip(region, at, bit);
    const bent = decode(region);
    expect(bent.damage).toHaveLength(1);
    expect(texts(bent)).toEqual(texts(whole));
  });

  it('is read as far as it goes, wherever it is cut', () => {
    const region = twoBuilds().region();
    const whole = new Set(texts(decode(region)));
    for (let length = 0; length < region.length; length++) {
      const { segments, damage } = decode(region.subarray(0, length));
      if (length < region.length - 3 * 128) expect(damage.length, `cut at ${length}`).toBeGreaterThan(0);
      for (const { lines } of segments)
        for (const line of lines) if (!line.unknown && line.kind !== 'gap') expect(whole).toContain(line.text);
    }
  });

  it('never gives a wrong line for a bent bit, wherever it is', () => {
    const region = twoBuilds().region();
    const whole = new Map(
      decode(region).segments.flatMap(({ lines }) => lines.map((line) => [line.number, JSON.stringify(line)])),
    );
    for (let bit = 0; bit < region.length * 8; bit++) {
      const bent = region.slice();
      flip(bent, bit >>> 3, 1 << (bit & 7));
      for (const { lines } of decode(bent).segments)
        for (const line of lines)
          if (!line.unknown && line.kind !== 'gap') expect(whole.get(line.number), `bit ${bit}`).toBe(JSON.stringify(line));
    }
  });

  it('never throws for bytes of any kind', () => {
    const random = new Random(5);
    const region = twoBuilds().region();
    for (let run = 0; run < 300; run++) {
      const bent = region.slice();
      for (let change = random.below(60); change >= 0; change--) bent[random.below(bent.length)] = random.below(256);
      decode(bent);
      decode(random.bytes(random.below(2000)));
    }
  });
});

it('strings that were logged stay with their entries over block ends', () => {
  const ring = new MadeRing({ blocks: 8 }).boot({ build: OLD });
  const words = ['a'.repeat(100), 'b'.repeat(120), 'c'];
  for (const [index, value] of words.entries()) ring.log(name, index, [{ type: 'string', value }]);
  expect(texts(decode(ring.region()))).toEqual(words.map((word) => `name ${word}`));
});

function flip(bytes: Uint8Array, at: number, bits: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ bits;
}
