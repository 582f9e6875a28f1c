import { concatBytes, crc16 } from '@noinit/bytes';
import { type BuildPrefix, buildId } from '@noinit/model';
import { ENTRY, MadeRing, makeLogSection, Random } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { collectContent } from '../dictionary/read-dictionary.ts';
import { decodeBlockStream } from './decode-block-stream.ts';
import type { LogRingDecoding } from './decoded-segment.ts';

const OLD = '1111111111111111';
const NEW = '2222222222222222';
const BLOCK = 128;
const old = makeLogSection([{ format: 'old %d', types: ['i32'] }]);
const fresh = makeLogSection([{ format: 'new %d', types: ['i32'] }]);
const [id = 0] = old.ids;
const dictionaries = new Map([
  [OLD, open(old.bytes, OLD)],
  [NEW, open(fresh.bytes, NEW)],
]);

function open(bytes: Uint8Array, build: string): LogDictionary {
  const content = collectContent([{ name: 'noinit_log', address: 0, bytes }], { littleEndian: true, addressSize: 4 });
  return new LogDictionary(content, buildId(build));
}

function decode(stream: Uint8Array, trustsGaps = false): LogRingDecoding {
  const dictionaryOf = (build: BuildPrefix) => dictionaries.get(build) ?? { unknown: 'not given' };
  return decodeBlockStream(stream, { dictionaryOf, trustsGaps });
}

function texts({ segments }: LogRingDecoding): readonly string[] {
  return segments.flatMap(({ lines }) => lines.map(({ text }) => text));
}

function oneBoot(count: number, boot = 1, build = OLD): MadeRing {
  return more(new MadeRing({ blocks: 200 }).boot({ boot, build }), 0, count);
}

function more(ring: MadeRing, from: number, to: number): MadeRing {
  for (let index = from; index < to; index++) ring.log(id, 10 * index, [{ type: 'i32', value: index }]);
  return ring;
}

const numbered = (from: number, to: number, word = 'old') =>
  Array.from({ length: to - from }, (_, index) => `${word} ${from + index}`);

describe('a stream of blocks', () => {
  it('gives every line with its time, up to the last entry that was written', () => {
    const decoded = decode(oneBoot(60).stream());
    expect(decoded.damage).toEqual([]);
    expect(texts(decoded)).toEqual(numbered(0, 60));
    expect(decoded.segments[0]?.lines.map(({ uptime }) => uptime)).toEqual(Array.from({ length: 60 }, (_, index) => 10 * index));
  });

  it('gives the lines of two builds, each from its own ELF file', () => {
    const ring = oneBoot(30)
      .boot({ boot: 2, build: NEW })
      .log(id, 5, [{ type: 'i32', value: 1 }]);
    const decoded = decode(ring.stream());
    expect(decoded.damage).toEqual([]);
    expect(texts(decoded)).toEqual([...numbered(0, 30), 'new 1']);
  });

  it('that begins within a block numbers what is left of it by the block behind', () => {
    const stream = oneBoot(80).stream();
    // The third block, from its fourth entry on.
    const begin = 2 * BLOCK + (stream[2 * BLOCK + 10] ?? 0);
    const start = begin + entryLengths(stream, begin, 3);
    const { segments, damage } = decode(stream.subarray(start));
    expect(damage).toEqual([]);
    const whole = decode(stream).segments[0]?.lines ?? [];
    const lines = segments[0]?.lines ?? [];
    expect(segments[0]?.start).toBeUndefined();
    expect(lines.length).toBeGreaterThan(40);
    const first = whole.findIndex(({ number }) => number === lines[0]?.number);
    expect(lines.map(({ number, stamp }) => [number, stamp])).toEqual(
      whole.slice(first).map(({ number, stamp }) => [number, stamp]),
    );
    expect(lines.every(({ unknown }) => unknown !== undefined)).toBe(true);
  });

  it('is numbered by its first whole block, whatever the end of a block before that looks like', () => {
    const stream = oneBoot(60).stream().subarray(BLOCK);
    const numbers = decode(stream).segments.flatMap(({ lines }) => lines.map(({ number }) => number));
    for (const first of [0, 80]) {
      // Twelve bytes of a long entry, which may be read as the header of a block.
      const rest = new Uint8Array(12).fill(7).fill(first, 10, 11);
      const { segments, damage } = decode(concatBytes([rest, stream]));
      expect(segments.flatMap(({ lines }) => lines.flatMap(({ kind, number }) => (kind === 'gap' ? [] : [number])))).toEqual(
        numbers,
      );
      expect(segments.every(({ whyUnknown }) => !whyUnknown?.includes('go back'))).toBe(true);
      expect(damage).toMatchObject([{ offset: 0, why: 'malformed' }]);
    }
  });

  it('that begins within the last block before another start has its numbers, and says that the times are not known', () => {
    const ring = oneBoot(3)
      .text(40, 'last words\n')
      .boot({ boot: 2, build: NEW })
      .log(id, 5, [{ type: 'i32', value: 1 }]);
    const stream = ring.stream();
    const start = 12 + 49 + entryLengths(stream, 12 + 49, 1);
    const { segments, damage } = decode(stream.subarray(start));
    expect(damage).toMatchObject([{ why: 'missing-part', detail: 'the times of the first entries are not known' }]);
    expect(segments.map(({ start: known, lines }) => [known?.boot, lines.map(({ number }) => number)])).toEqual([
      [undefined, [2, 3, 4]],
      [2, [6]],
    ]);
    expect(segments[0]?.lines.map(({ text }) => text)).toEqual([`log ${id}: 02`, `log ${id}: 04`, 'last words\n']);
  });

  it('that was begun again after a reset tells nothing twice, wherever it broke off and wherever it began again', () => {
    const ring = oneBoot(40);
    const before = ring.stream();
    const after = more(ring, 40, 60).stream();
    for (let broke = 2 * BLOCK + 12; broke <= before.length; broke += 7) {
      const block = Math.floor(broke / BLOCK) * BLOCK;
      for (const back of [0, BLOCK, 2 * BLOCK]) {
        const first = block - back + (after[block - back + 10] ?? 0);
        const restart = first + (back === 0 ? 0 : entryLengths(after, first, 2));
        if (restart > broke) continue;
        const decoded = decode(concatBytes([before.subarray(0, broke), after.subarray(restart)]));
        expect(texts(decoded), `broke off at ${broke}, again from ${restart}`).toEqual(numbered(0, 60));
      }
    }
  });

  it('goes on behind missing blocks where the segment is the same, and says how many entries are missing', () => {
    const stream = oneBoot(100).stream();
    const cut = concatBytes([stream.subarray(0, 2 * BLOCK), stream.subarray(4 * BLOCK)]);
    const { segments } = decode(cut);
    expect(segments.map(({ start }) => start?.boot)).toEqual([1]);
    const gap = segments[0]?.lines.find(({ kind }) => kind === 'gap');
    expect(gap?.text).toBe(`${gap?.lost} entries were overwritten before they were read`);
    const whole = numbered(0, 100);
    for (const { text, kind } of segments[0]?.lines ?? []) if (kind !== 'gap') expect(whole).toContain(text);
    expect(texts(decode(cut)).at(-1)).toBe('old 99');
  });

  it('shows lines raw where the start of their build is among the missing blocks', () => {
    const ring = oneBoot(30).boot({ boot: 2, build: NEW });
    const stream = more(ring, 0, 60).stream();
    const start =
      Math.floor(stream.findIndex((_, at) => at % BLOCK === 11 && at > BLOCK && ((stream[at] ?? 0) & 1) === 1) / BLOCK) * BLOCK;
    const cut = concatBytes([stream.subarray(0, start), stream.subarray(start + BLOCK)]);
    const { segments } = decode(cut);
    expect(segments.map(({ start: known }) => known?.boot)).toEqual([1, undefined]);
    expect(segments[1]?.lines[0]?.unknown).toContain('is lost');
    expect(texts(decode(cut, true)).at(-1)).toBe('old 59');
  });

  it('reads on with the start that the device repeats because it was overwritten', () => {
    const ring = oneBoot(20).boot({ boot: 2, build: NEW });
    const stream = more(ring, 0, 60).stream();
    const begins =
      Math.floor(stream.findIndex((_, at) => at % BLOCK === 11 && at > BLOCK && ((stream[at] ?? 0) & 1) === 1) / BLOCK) * BLOCK;
    const behind = stream.subarray(begins + 2 * BLOCK);
    // The block of the start with another number, and nothing else in it.
    const word = stream.slice(begins, begins + BLOCK);
    word.set(behind.subarray(0, 4));
    flip(word, 0, 1);
    word.fill(0, 12 + 49, 126).set([0xe0], 12 + 49);
    word.set(new Uint8Array(Uint16Array.of(crc16(word.subarray(0, 126))).buffer), 126);
    const alone = decode(concatBytes([word, behind]));
    expect(alone.damage).toEqual([]);
    expect(alone.segments.map(({ start }) => start?.boot)).toEqual([2]);
    expect(texts(alone).at(-1)).toBe('new 59');
    const { segments } = decode(concatBytes([stream.subarray(0, begins), word, behind]));
    expect(segments.map(({ start }) => start?.boot)).toEqual([1, 2]);
    const first = new DataView(behind.buffer, behind.byteOffset).getUint32(0, true);
    expect(segments[1]?.lines[0]).toMatchObject({ kind: 'gap', lost: first - 21 });
  });

  it('of an empty ring behind that of another lineage begins anew', () => {
    const first = oneBoot(30).stream();
    const second = new MadeRing({ blocks: 20 }).boot({ lineage: 9, build: NEW }).log(id, 1, [{ type: 'i32', value: 3 }]);
    const whole = second.endBlock().stream();
    const decoded = decode(concatBytes([oneBoot(30).endBlock().stream(), whole]));
    expect(first.length).toBeGreaterThan(0);
    expect(texts(decoded)).toEqual([...numbered(0, 30), 'new 3']);
  });

  it('never throws, and never gives a wrong line of a sealed block, for a bent bit or a cut', () => {
    const stream = oneBoot(24).entry(ENTRY.defmt, 300, Uint8Array.of(1, 2)).endBlock().stream();
    const whole = new Set(texts(decode(stream)));
    const known = (bytes: Uint8Array, what: string) => {
      for (const { lines } of decode(bytes).segments)
        for (const line of lines) if (!line.unknown && line.kind !== 'gap') expect(whole, what).toContain(line.text);
    };
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const bent = stream.slice();
      flip(bent, bit >>> 3, 1 << (bit & 7));
      known(bent, `bit ${bit}`);
    }
    for (let cut = 0; cut <= stream.length; cut++) {
      known(stream.subarray(cut), `from ${cut}`);
      known(stream.subarray(0, cut), `to ${cut}`);
    }
  });

  it('never throws for bytes of any kind', () => {
    const random = new Random(3);
    for (let run = 0; run < 200; run++) decode(random.bytes(random.below(700)));
  });
});

/** Bytes of so many short entries. */
function entryLengths(bytes: Uint8Array, start: number, count: number): number {
  let at = start;
  for (let index = 0; index < count; index++) at += ((bytes[at] ?? 0) & 31) + 2;
  return at - start;
}

function flip(bytes: Uint8Array, at: number, bits: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ bits;
}
