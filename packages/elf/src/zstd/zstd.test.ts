import { execFileSync } from 'node:child_process';
import { ByteWriter, concatBytes, fromHex } from '@noinit/bytes';
import { describeWith } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressZstd } from './decompress-zstd.ts';
import { MalformedZstdError } from './malformed.ts';

/** A frame around blocks: no window, no checksum, the size of the content in one byte. */
function frame(size: number, ...blocks: Uint8Array[]): Uint8Array {
  return concatBytes([new ByteWriter().u32(0xfd2f_b528).u8(0x20).u8(size).toBytes(), ...blocks]);
}

function block(kind: number, size: number, content: readonly number[] | Uint8Array, isLast = true): Uint8Array {
  return new ByteWriter()
    .u24((size << 3) | (kind << 1) | (isLast ? 1 : 0))
    .bytes(content)
    .toBytes();
}

const TEXT = Array.from(
  { length: 60 },
  (_, line) => `line ${line}: the quick brown fox jumps over ${(line * line) % 97} lazy dogs\n`,
).join('');
/** TEXT by `zstd -19`: Huffman codes by FSE weights, four streams, sequences by tables of their own. */
const PACKED = fromHex(
  '28b52ffd0068fd0600e20d25196037b4010f253d94f450620641e42db2bb376d034b41803407ba88aa9675541fdaf7a7b5e9cb73b94fbdcc4d3cbdafe1d555b7da315c54b5f38ec65bb5aadb95aab3ce0f57f55cdae2edbc6676dcfab97ceae4fe7a9b85e89fadf26965e51f5bd750d7128f5787b6bd950da0202005d26c040d3a34315c204489382c0bca400ef4c040260362101416091912150a1c323c148d77a82188beff77e02d071124042b041e5af8f707aff0be43d5f2f7963fb9a96e4f9f76eaeefb77df73e974462aa54aaa46dd57bd73545fdf76b8ce117132ca3739597698602c90aa',
);

/** The bytes, or undefined for what is refused. Anything else thrown is a failure. */
function attempt(packed: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    return decompressZstd(packed, limit);
  } catch (error) {
    if (error instanceof MalformedZstdError) return undefined;
    throw error;
  }
}

describe('a frame', () => {
  it('has blocks of bytes, of one byte repeated, and of sequences', () => {
    const plain = block(0, 3, [1, 2, 3], false);
    expect([...decompressZstd(frame(7, plain, block(1, 4, [9])), 7)]).toEqual([1, 2, 3, 9, 9, 9, 9]);
    expect(new TextDecoder().decode(decompressZstd(PACKED, TEXT.length))).toBe(TEXT);
  });

  it('may follow another, and one that is to be skipped', () => {
    const skipped = new ByteWriter().u32(0x184d_2a53).u32(2).u16(0xffff).toBytes();
    const one = frame(1, block(0, 1, [7]));
    expect([...decompressZstd(concatBytes([one, skipped, one]), 2)]).toEqual([7, 7]);
  });

  it('never becomes more than the limit', () => {
    const huge = frame(0, ...Array.from({ length: 200 }, (_, index) => block(1, 0x2_0000, [0], index === 199)));
    expect(() => decompressZstd(huge, 1000)).toThrow('more than 1000 bytes');
    expect(() => decompressZstd(PACKED, TEXT.length - 1)).toThrow(MalformedZstdError);
  });

  it.each([
    ['is none', Uint8Array.of(1, 2, 3, 4)],
    ['is cut', PACKED.subarray(0, 40)],
    ['has another size than it claims', frame(2, block(0, 1, [7]))],
    ['has a block of no kind', frame(0, block(3, 0, []))],
    ['has a block that is too long', frame(0, block(1, 0x2_0001, [0]))],
    [
      'needs a dictionary',
      new ByteWriter()
        .u32(0xfd2f_b528)
        .u8(0x21)
        .u8(9)
        .u8(0)
        .bytes(block(0, 0, []))
        .toBytes(),
    ],
    ['repeats tables that it does not have', frame(0, block(2, 4, [0x03, 0x10, 0x00, 0x00]))],
  ])('is refused where it %s', (_name, packed) => {
    expect(attempt(packed, 1000)).toBeUndefined();
  });

  it('is refused or read when cut at any length and with any bit bent, within the limit', () => {
    for (let length = 0; length < PACKED.length; length++)
      expect(attempt(PACKED.subarray(0, length), TEXT.length) ?? []).toHaveLength(0);
    for (let bit = 0; bit < PACKED.length * 8; bit++) {
      const bent = PACKED.slice();
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(attempt(bent, 10_000)?.length ?? 0).toBeLessThanOrEqual(10_000);
    }
  });

  it('is refused or read whatever the bytes of a block are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(attempt(frame(0, block(2, bytes.length, bytes)), 10_000)?.length ?? 0).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 2000 },
    );
  });
});

describeWith(['zstd'], 'what zstd compresses', () => {
  const letters = fc.integer({ min: 1, max: 255 }).chain((max) => fc.uint8Array({ maxLength: 3000, max }));
  const repeated = fc
    .tuple(letters, fc.integer({ min: 1, max: 60 }))
    .map(([part, count]) => concatBytes(new Array(count).fill(part)));

  it.each(['-1', '-5', '-19', '--fast=3'])('at level %s is what it was', (level) => {
    fc.assert(
      fc.property(fc.oneof(letters, repeated), (bytes) => {
        const packed = new Uint8Array(execFileSync('zstd', [level, '--stdout', '--quiet'], { input: bytes }));
        expect(Buffer.compare(decompressZstd(packed, bytes.length), bytes)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
