import { equalBytes } from '@noinit/bytes';
import { Random } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleMessages } from './assembly.ts';
import { type Chunk, scanChunk } from './chunk.ts';
import { encodeChunks, sealMessage } from './encode/index.ts';

/** A message of `length` bytes, its CRC-32 included. */
function makeMessage(seed: number, length: number): Uint8Array {
  return sealMessage(new Random(seed).bytes(length - 4));
}

function cut(message: Uint8Array, size: number): readonly Chunk[] {
  return encodeChunks(message, { messageId: 7, size }).map((bytes) => {
    const scan = scanChunk(bytes);
    if (scan.kind === 'chunk') return scan.chunk;
    throw new Error(scan.damage.detail);
  });
}

describe('chunks of one message', () => {
  const message = makeMessage(1, 500);
  const whole = { messages: [message], gaveUp: false };

  it('become the message again in any order and however often they come', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 8, max: 600 }), (seed, size) => {
        const chunks = cut(message, size);
        const random = new Random(seed);
        const again = chunks.filter(() => random.below(3) === 0);
        expect(assembleMessages(random.shuffled([...chunks, ...again]))).toEqual(whole);
      }),
    );
  });

  it('fit together when the message was sent twice and cut elsewhere the second time', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 8, max: 100 }), fc.integer({ min: 8, max: 100 }), (seed, first, second) => {
        const random = new Random(seed);
        const all = [...cut(message, first), ...cut(message, second)];
        const left = all.filter(() => random.below(4) > 0);
        const expected = coveredWithoutGap(left) === message.length ? whole : { messages: [], gaveUp: false };
        expect(assembleMessages(random.shuffled(left))).toMatchObject(expected);
      }),
    );
  });

  it('stay without a message while one is missing, and say which bytes', () => {
    const chunks = cut(message, 60);
    const [first, second, third] = chunks;
    const { messages, partial } = assembleMessages(chunks.filter((chunk) => chunk !== second));
    expect(messages).toEqual([]);
    expect(partial?.prefix).toEqual(first?.payload);
    expect(partial?.missing).toEqual([{ start: second?.offset, end: third?.offset }]);
    expect(partial?.end).toBe(500);
  });

  it('say nothing of the end while the last one is missing', () => {
    const { partial } = assembleMessages(cut(message, 60).slice(0, -1));
    expect(partial).toEqual({ prefix: message.subarray(0, partial?.prefix.length), missing: [] });
  });

  it('give no message where its CRC-32 is wrong', () => {
    const broken = message.slice();
    broken[100] = (broken[100] ?? 0) ^ 1;
    const { messages, partial } = assembleMessages(cut(broken, 60));
    expect(messages).toEqual([]);
    // The chunk that says it is the last adds nothing to a prefix: what it ends is not known to be right.
    expect(partial?.end).toBe(500);
  });
});

describe('chunks of several messages under one id', () => {
  const long = makeMessage(2, 400);
  const short = makeMessage(3, 230);

  it('become both messages, whatever the order', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 60, max: 300 }), fc.integer({ min: 60, max: 300 }), (seed, first, second) => {
        const chunks = new Random(seed).shuffled([...cut(long, first), ...cut(short, second)]);
        expect(assembleMessages(chunks)).toEqual({ messages: [short, long], gaveUp: false });
      }),
    );
  });

  it('never lose a message that fewer of them gave', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 40, max: 300 }), fc.integer({ min: 40, max: 300 }), (seed, first, second) => {
        const chunks = new Random(seed).shuffled([...cut(long, first), ...cut(short, second), ...cut(makeMessage(4, 90), 60)]);
        let found: readonly Uint8Array[] = [];
        for (let count = 1; count <= chunks.length; count++) {
          const { messages, gaveUp } = assembleMessages(chunks.slice(0, count));
          expect(gaveUp).toBe(false);
          for (const message of found) expect(messages).toContainEqual(message);
          found = messages;
        }
        expect(found).toHaveLength(3);
      }),
    );
  });

  it('give the whole one and the beginning of the other', () => {
    const rest = cut(long, 60).slice(0, 3);
    const { messages, partial } = assembleMessages([...cut(short, 60), ...rest]);
    expect(messages).toEqual([short]);
    expect(partial?.prefix).toEqual(long.subarray(0, 165));
    expect(partial?.missing).toEqual([]);
  });

  it('find both where one message is the other’s beginning', () => {
    const inner = makeMessage(5, 100);
    const outer = sealMessage(new Uint8Array([...inner, ...new Random(6).bytes(100)]));
    expect(assembleMessages([...cut(inner, 30), ...cut(outer, 45)])).toEqual({ messages: [inner, outer], gaveUp: false });
  });

  it('stop at a named limit where they contradict each other everywhere', () => {
    const chunks = Array.from({ length: 3 }, (_, seed) => cut(makeMessage(10 + seed, 2_000), 20)).flat();
    const { gaveUp } = assembleMessages(chunks);
    expect(gaveUp).toBe(true);
  });

  it('stop at a named limit where many large chunks claim the same place', () => {
    const random = new Random(5);
    const payload = random.bytes(20_000);
    const chunks: Chunk[] = Array.from({ length: 1_500 }, (_, index) => {
      const offset = index * 3;
      const bent = payload.slice();
      bent[19_000] = index & 0xff;
      return { version: 0, messageId: 1, first: offset === 0, last: false, offset, payload: bent };
    });
    expect(assembleMessages(chunks).messages).toEqual([]);
  });
});

it('puts the largest message together from the smallest useful chunks', () => {
  const message = makeMessage(9, 2_097_151);
  const chunks = cut(message, 128);
  const { messages, gaveUp } = assembleMessages(new Random(1).shuffled(chunks));
  expect(gaveUp).toBe(false);
  // Compared by hand: the matcher needs seconds for two million elements.
  expect(messages.map((each) => equalBytes(each, message))).toEqual([true]);
});

it('has nothing to say about no chunks', () => {
  expect(assembleMessages([])).toEqual({ messages: [], gaveUp: false });
});

/** Counted byte by byte, unlike the assembly's way: how far the chunks reach from 0. */
function coveredWithoutGap(chunks: readonly Chunk[]): number {
  const covered = new Set(chunks.flatMap((chunk) => Array.from(chunk.payload, (_, index) => chunk.offset + index)));
  const hasLast = chunks.some((chunk) => chunk.last);
  let end = 0;
  while (covered.has(end)) end++;
  return hasLast ? end : Math.min(end, 499);
}
