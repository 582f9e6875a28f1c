/** Reads numbers from a byte array, front to back. Every read is bounds-checked in one place. */

/** The bytes ended before what was read. `offset` is where the read began. */
export class TruncatedError extends Error {
  readonly offset: number;
  readonly needed: number;
  constructor(offset: number, needed: number, available: number) {
    super(`needed ${needed} bytes at offset ${offset}, ${available} are left`);
    this.name = 'TruncatedError';
    this.offset = offset;
    this.needed = needed;
  }
}

/** A number that does not fit what it is read for: a LEB128 over 2^53, a varint over its limit. */
export class OverlongError extends Error {
  readonly offset: number;
  constructor(offset: number, what: string) {
    super(`${what} at offset ${offset} is too large`);
    this.name = 'OverlongError';
    this.offset = offset;
  }
}

export class ByteReader {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  offset: number;
  /** Made by the first read that needs it: short-lived readers of single bytes do without. */
  private lazyView: DataView | undefined;

  constructor(bytes: Uint8Array, options: { readonly offset?: number; readonly littleEndian?: boolean } = {}) {
    this.bytes = bytes;
    this.offset = options.offset ?? 0;
    this.littleEndian = options.littleEndian ?? true;
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  get remaining(): number {
    return Math.max(0, this.bytes.length - this.offset);
  }

  u8(): number {
    return this.bytes[this.advance(1)] as number;
  }

  i8(): number {
    return this.view.getInt8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), this.littleEndian);
  }

  i16(): number {
    return this.view.getInt16(this.advance(2), this.littleEndian);
  }

  u24(): number {
    const at = this.advance(3);
    const low = this.bytes[at] as number;
    const middle = this.bytes[at + 1] as number;
    const high = this.bytes[at + 2] as number;
    return this.littleEndian ? low | (middle << 8) | (high << 16) : (low << 16) | (middle << 8) | high;
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), this.littleEndian);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), this.littleEndian);
  }

  /** A 64-bit number as a double; beyond 2^53 - 1 it is refused, because it would be another number. */
  u64(): number {
    const start = this.offset;
    const value = this.u64Big();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new OverlongError(start, '64-bit number');
    return Number(value);
  }

  u64Big(): bigint {
    return this.view.getBigUint64(this.advance(8), this.littleEndian);
  }

  /** Unsigned LEB128 up to 2^53 - 1 (DWARF 5, 7.6). Sums by multiplication above 28 bits: `<<` would wrap at 32. */
  uleb(): number {
    const start = this.offset;
    let byte = this.u8();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 0x80;
    do {
      byte = this.u8();
      if (byte & 0x7f) {
        value += (byte & 0x7f) * factor;
        if (value > Number.MAX_SAFE_INTEGER) throw new OverlongError(start, 'LEB128');
      }
      factor *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  /** Unsigned LEB128 of at most `maxBytes` bytes, for formats that bound it. */
  varint(maxBytes: number): number {
    const start = this.offset;
    let value = 0;
    for (let index = 0, factor = 1; index < maxBytes; index++, factor *= 0x80) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new OverlongError(start, `a number of over ${maxBytes} bytes`);
  }

  /**
   * Signed LEB128 within ±2^53 (DWARF 5, 7.6). The low 28 bits and the rest are summed apart, because
   * a negative number is 2^k minus something, and 2^k plus 53 bits is more than a double holds.
   */
  sleb(): number {
    const start = this.offset;
    let low = 0;
    let high = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = this.u8();
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else high += (byte & 0x7f) * 2 ** (shift - 28);
      shift += 7;
      if (shift > MAX_SLEB_BITS) throw new OverlongError(start, 'LEB128');
    } while (byte >= 0x80);
    const negative = (byte & 0x40) !== 0;
    if (shift <= 28) return negative ? low - 2 ** shift : low;
    if (negative) high -= 2 ** (shift - 28);
    const value = high * 2 ** 28 + low;
    if (!Number.isSafeInteger(value)) throw new OverlongError(start, 'LEB128');
    return value;
  }

  /** The next `length` bytes as a view, not a copy. */
  take(length: number): Uint8Array {
    const at = this.advance(length);
    return this.bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.advance(length);
  }

  /** Bytes up to a NUL as UTF-8 text (bad sequences become U+FFFD); the NUL is consumed. */
  cstring(): string {
    const end = this.bytes.indexOf(0, this.offset);
    if (end < 0) throw new TruncatedError(this.offset, this.remaining + 1, this.remaining);
    const text = UTF8.decode(this.bytes.subarray(this.offset, end));
    this.offset = end + 1;
    return text;
  }

  private get view(): DataView {
    this.lazyView ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    return this.lazyView;
  }

  private advance(length: number): number {
    const at = this.offset;
    if (at < 0 || length < 0 || length > this.bytes.length - at) throw new TruncatedError(at, length, this.remaining);
    this.offset = at + length;
    return at;
  }
}

/** Ten bytes: as many as a padded 64-bit number takes; the part above bit 28 still adds up exactly. */
const MAX_SLEB_BITS = 70;
const UTF8 = new TextDecoder('utf-8');
