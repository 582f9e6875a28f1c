import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  Crc16Window,
  crc16,
  crc32,
  fromHex,
  OverlongError,
  stringAt,
  TruncatedError,
  toHex,
} from './index.ts';

const CHECK = new TextEncoder().encode('123456789');

describe('LEB128', () => {
  it('gives back every safe integer that was written', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = new ByteWriter().sleb(value).uleb(Math.abs(value)).toBytes();
        const reader = new ByteReader(bytes);
        expect(reader.sleb()).toBe(value);
        expect(reader.uleb()).toBe(Math.abs(value));
        expect(reader.atEnd).toBe(true);
      }),
    );
  });

  it('refuses what would become another number as a double', () => {
    expect(() => new ByteReader(fromHex('ffffffffffffffffff01')).uleb()).toThrow(OverlongError);
  });

  it('reads zero however many padding bytes follow', () => {
    expect(new ByteReader(fromHex('8080808000')).uleb()).toBe(0);
    expect(new ByteReader(fromHex('ffffffff7f')).sleb()).toBe(-1);
  });

  it('is held to the number of bytes that a format allows', () => {
    expect(new ByteReader(fromHex('ffff7f')).varint(3)).toBe(2_097_151);
    expect(() => new ByteReader(fromHex('80808000')).varint(3)).toThrow(OverlongError);
    expect(() => new ByteReader(fromHex('8080')).varint(3)).toThrow(TruncatedError);
  });

  it('ends in an error, not in a loop, when the last byte never comes', () => {
    expect(() => new ByteReader(fromHex('808080')).uleb()).toThrow(TruncatedError);
    expect(() => new ByteReader(fromHex('ffffff')).sleb()).toThrow(TruncatedError);
  });
});

describe('a byte reader', () => {
  it('reads both byte orders', () => {
    const bytes = fromHex('01020304050607');
    expect(new ByteReader(bytes).u24()).toBe(0x030201);
    expect(new ByteReader(bytes, { littleEndian: false }).u24()).toBe(0x010203);
    expect(new ByteReader(bytes, { littleEndian: false }).u32()).toBe(0x01020304);
  });

  it('says where a read past the end began', () => {
    const reader = new ByteReader(fromHex('0102'), { offset: 1 });
    expect(() => reader.u16()).toThrow('needed 2 bytes at offset 1, 1 are left');
    expect(reader.offset).toBe(1);
  });

  it('refuses a negative length', () => {
    expect(() => new ByteReader(fromHex('0102'), { offset: 2 }).take(-1)).toThrow(TruncatedError);
  });

  it('refuses 64-bit numbers beyond 2^53', () => {
    expect(new ByteReader(fromHex('ffffffffffff1f00')).u64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => new ByteReader(fromHex('0000000000002000')).u64()).toThrow(OverlongError);
  });
});

it('computes the check sums of the CRC catalogue', () => {
  expect(crc16(CHECK)).toBe(0x29b1);
  expect(crc32(CHECK)).toBe(0xcbf43926);
  expect(crc32(CHECK.subarray(4), crc32(CHECK.subarray(0, 4)))).toBe(0xcbf43926);
});

it('writes hex that it reads again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
  expect(() => fromHex('abc')).toThrow(SyntaxError);
});

it('goes on writing numbers where its first room ends', () => {
  const writer = new ByteWriter({ capacity: 1 });
  writer.u8(1).u16(0x0302).u24(0x060504).u32(0x0a090807).u64(0x1211100f0e0d0c0bn);
  expect(toHex(writer.toBytes())).toBe('0102030405060708090a0b0c0d0e0f101112');
});

describe('a name in a string table', () => {
  const table = new TextEncoder().encode('\0short\0größer\0a name of more than twenty-four bytes\0cut');

  it('ends at its NUL, or with the table', () => {
    expect([1, 3, 7].map((offset) => stringAt(table, offset))).toEqual(['short', 'ort', 'größer']);
    expect(stringAt(table, table.length - 3)).toBe('cut');
    expect(stringAt(table, 16)).toBe('a name of more than twenty-four bytes');
  });

  it('is empty outside the table and cut at the limit', () => {
    expect([0, table.length, 2 ** 40].map((offset) => stringAt(table, offset))).toEqual(['', '', '']);
    expect(stringAt(table, 1, 3)).toBe('sho');
  });
});

it('a CRC-16 of a window is that of its bytes, wherever the search goes on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (bytes, size) => {
      const window = new Crc16Window(bytes, size);
      const places = Array.from({ length: bytes.length - size + 1 }, (_, place) => place);
      for (const place of [...places, ...places.filter((place) => place % 3 !== 1)])
        expect(window.crcAt(place)).toBe(crc16(bytes.subarray(place, place + size)));
    }),
  );
});
