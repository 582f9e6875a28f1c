import { fromHex } from '@noinit/bytes';
import { Random } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledge, encodeAcks, scanAcks } from './ack.ts';
import type { Chunk } from './chunk.ts';

function makeChunk(messageId: number, offset: number, length: number, last = false): Chunk {
  return { version: 0, messageId, first: offset === 0, last, offset, payload: new Uint8Array(length) };
}

describe('the acknowledgement of a request', () => {
  it('names each run of bytes without a gap once', () => {
    const chunks = [
      makeChunk(9, 0, 10),
      makeChunk(2, 40, 5, true),
      makeChunk(2, 0, 20),
      makeChunk(2, 30, 10),
      makeChunk(9, 5, 10),
    ];
    expect(acknowledge(chunks)).toEqual([
      { messageId: 2, offset: 0, length: 20, last: false },
      { messageId: 2, offset: 30, length: 15, last: true },
      { messageId: 9, offset: 0, length: 15, last: false },
    ]);
  });

  it('covers exactly the bytes that came, in whatever order', () => {
    const chunkArbitrary = fc.tuple(fc.nat(2), fc.nat(60), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(chunkArbitrary, { maxLength: 20 }), fc.integer(), (fields, seed) => {
        const chunks = fields.map(([id, offset, length]) => makeChunk(id, offset, length));
        const acks = acknowledge(chunks);
        expect(acknowledge(new Random(seed).shuffled(chunks))).toEqual(acks);
        expect(bytesOf(acks)).toEqual(bytesOf(chunks.map((chunk) => ({ ...chunk, length: chunk.payload.length }))));
      }),
    );
  });

  it('does not say that the message ends where a byte behind its last chunk came as well', () => {
    expect(acknowledge([makeChunk(1, 0, 10, true), makeChunk(1, 10, 5)])).toEqual([
      { messageId: 1, offset: 0, length: 15, last: false },
    ]);
    expect(acknowledge([makeChunk(1, 0, 10, true), makeChunk(1, 5, 5)])).toEqual([
      { messageId: 1, offset: 0, length: 10, last: true },
    ]);
  });

  it('is read back, ten bytes at most each', () => {
    const acks = [
      { messageId: 0xffffff, offset: 2_000_000, length: 97_151, last: true },
      { messageId: 0, offset: 0, length: 1, last: false },
    ];
    const bytes = encodeAcks(acks);
    expect(bytes).toHaveLength(10 + 6);
    expect(scanAcks(bytes)).toEqual({ acks, damage: [] });
  });
});

describe('a device that reads acknowledgements', () => {
  it('keeps the whole ones before a cut', () => {
    const acks = [makeAck(1), makeAck(2)];
    const bytes = encodeAcks(acks);
    for (let length = 0; length < bytes.length; length++) {
      const scan = scanAcks(bytes.subarray(0, length));
      expect(scan.acks).toEqual(acks.slice(0, Math.floor(length / 6)));
      expect(scan.damage.map((damage) => damage.why)).toEqual(length % 6 === 0 ? [] : ['truncated']);
    }
  });

  it('takes nothing from another version, nor from one that is not durable', () => {
    expect(scanAcks(fromHex('210100000001'))).toMatchObject({ acks: [], damage: [{ why: 'unknown-version' }] });
    expect(scanAcks(fromHex('000100000001'))).toEqual({ acks: [], damage: [] });
  });

  it.each([
    ['reserved bits', '050100000001', 'malformed'],
    ['no bytes', '010100000000', 'malformed'],
    ['bytes no message has', '01010000ffff7f02', 'malformed'],
    ['an offset of four bytes', '010100008080808001', 'too-large'],
  ])('stops at %s', (_what, hex, why) => {
    expect(scanAcks(fromHex(hex))).toMatchObject({ acks: [], damage: [{ why }] });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void scanAcks(bytes)));
  });
});

function makeAck(messageId: number) {
  return { messageId, offset: 0, length: 5, last: true };
}

function bytesOf(runs: readonly { messageId: number; offset: number; length: number }[]): string[] {
  const all = runs.flatMap((run) => Array.from({ length: run.length }, (_, index) => `${run.messageId}/${run.offset + index}`));
  return [...new Set(all)].sort();
}
