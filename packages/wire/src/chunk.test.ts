import { fromHex } from '@noinit/bytes';
import { Random } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanChunk, splitChunks } from './chunk.ts';
import { encodeChunk, encodeChunks, joinChunks } from './encode/index.ts';
import { MAX_CHUNKS_A_BODY } from './limits.ts';

const message = new Random(1).bytes(600);

describe('a chunk', () => {
  it('gives back what was encoded, at every offset width, with and without a CRC', () => {
    const payload = fromHex('a1b2c3');
    for (const crc of [false, true]) {
      for (const offset of [0, 1, 127, 128, 16_383, 16_384, 2_097_148]) {
        for (const last of [false, true]) {
          const scan = scanChunk(encodeChunk(payload, offset, last, { messageId: 0xabcdef, crc }));
          const chunk = { version: 0, messageId: 0xabcdef, first: offset === 0, last, offset, payload };
          expect(scan).toEqual({ kind: 'chunk', chunk });
        }
      }
    }
  });

  it('is at least 8 bytes wherever it stands, 10 with a CRC', () => {
    expect(encodeChunk(fromHex('00'), 2_000_000, true, { messageId: 1 })).toHaveLength(8);
    expect(encodeChunk(fromHex('00'), 2_000_000, true, { messageId: 1, crc: true })).toHaveLength(10);
  });

  it.each([
    ['is empty', '', 'truncated'],
    ['has no payload', '0301000000', 'truncated'],
    ['ends inside its message id', '030100', 'truncated'],
    ['ends inside its offset', '0201000080', 'truncated'],
    ['is of another version', '2301000000ff', 'unknown-version'],
    ['has reserved bits set', '0b01000000ff', 'malformed'],
    ['says first at another offset than 0', '0101000001ff', 'malformed'],
    ['says not first at offset 0', '0001000000ff', 'malformed'],
    ['has an offset of four bytes', '02010000ffffff7fff', 'too-large'],
    ['reaches beyond the largest message', '02010000ffff7fff', 'too-large'],
    ['has a wrong CRC', '0701000000ff0000', 'checksum-mismatch'],
    ['is too short for its CRC', '07', 'checksum-mismatch'],
  ])('is damage where it %s', (_what, hex, why) => {
    expect(scanChunk(fromHex(hex))).toMatchObject({ kind: 'damage', damage: { why } });
  });

  it('is damage where it is longer than 65535 bytes', () => {
    expect(scanChunk(new Uint8Array(65_536))).toMatchObject({ kind: 'damage', damage: { why: 'too-large' } });
  });

  it('with a CRC is damage at every cut and with every bit bent', () => {
    const [whole = new Uint8Array(0)] = encodeChunks(message, { messageId: 77, size: 40, crc: true });
    for (let length = 0; length < whole.length; length++) {
      expect(scanChunk(whole.subarray(0, length)).kind).toBe('damage');
    }
    for (let bit = 0; bit < whole.length * 8; bit++) {
      // The flag that says that there is a CRC cannot be covered by it: without it the two bytes are payload.
      if (bit === 2) continue;
      expect(scanChunk(withBitBent(whole, bit)).kind, `bit ${bit}`).toBe('damage');
    }
  });
});

it('is cut from a message at every size without losing a byte', () => {
  for (let size = 10; size < 80; size++) {
    const chunks = encodeChunks(message, { messageId: 1, size, crc: true });
    let next = 0;
    for (const bytes of chunks) {
      expect(bytes.length).toBeLessThanOrEqual(size);
      const scan = scanChunk(bytes);
      if (scan.kind !== 'chunk') throw new Error(scan.damage.detail);
      expect(scan.chunk.payload).toEqual(message.subarray(next, next + scan.chunk.payload.length));
      expect(scan.chunk.offset).toBe(next);
      next += scan.chunk.payload.length;
      expect(scan.chunk.last).toBe(next === message.length);
    }
    expect(next).toBe(message.length);
  }
});

describe('a body of many chunks', () => {
  const chunks = [fromHex('01'), new Uint8Array(200), new Uint8Array(65_535)];

  it('splits into what was joined', () => {
    expect(splitChunks(joinChunks(chunks))).toEqual({ kind: 'chunks', chunks });
    expect(splitChunks(new Uint8Array(0))).toEqual({ kind: 'chunks', chunks: [] });
  });

  it.each([
    ['ends inside a chunk', '03aabb', 'truncated'],
    ['ends inside a length', '01aa80', 'truncated'],
    ['has a chunk of no bytes', '01aa00', 'malformed'],
    ['has a chunk of over 65535 bytes', '808004', 'too-large'],
    ['has a length of four bytes', '80808001', 'too-large'],
  ])('is damage where it %s', (_what, hex, why) => {
    expect(splitChunks(fromHex(hex))).toMatchObject({ kind: 'damage', damage: { why } });
  });

  it('is damage where it has more chunks than a body may have', () => {
    const body = (count: number) => new Uint8Array(2 * count).fill(1);
    expect(splitChunks(body(MAX_CHUNKS_A_BODY))).toMatchObject({ kind: 'chunks' });
    expect(splitChunks(body(MAX_CHUNKS_A_BODY + 1))).toMatchObject({ kind: 'damage', damage: { why: 'too-large' } });
  });

  it('never throws for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        splitChunks(bytes);
        scanChunk(bytes);
      }),
    );
  });
});

function withBitBent(bytes: Uint8Array, bit: number): Uint8Array {
  const bent = bytes.slice();
  bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return bent;
}
