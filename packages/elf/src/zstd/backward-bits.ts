/** Bits that are read from the end to the start (RFC 8878, 4.1): entropy coders write what they decode first last. */
import { MalformedZstdError } from './malformed.ts';

export class BackwardBits {
  private readonly bytes: Uint8Array;
  /** Bits that are left; below zero where more were read than there were. */
  left: number;

  /** The highest set bit of the last byte marks where the bits end. */
  constructor(bytes: Uint8Array) {
    const last = bytes[bytes.length - 1] ?? 0;
    if (last === 0) throw new MalformedZstdError('a stream of bits has no end mark');
    this.bytes = bytes;
    this.left = bytes.length * 8 - 1 - Math.clz32(last << 24);
  }

  /** Up to 25 bits. Those before the start are 0, as if zeros stood there. */
  read(count: number): number {
    this.left -= count;
    return this.at(this.left, count);
  }

  /** The next bits without taking them. */
  peek(count: number): number {
    return this.at(this.left - count, count);
  }

  /** Up to 31 bits. */
  readWide(count: number): number {
    if (count <= MAX_AT_ONCE) return this.read(count);
    const high = this.read(count - 16);
    return high * 0x1_0000 + this.read(16);
  }

  private at(from: number, count: number): number {
    if (from < 0) return from + count <= 0 ? 0 : this.at(0, from + count) << -from;
    const { bytes } = this;
    const byte = from >> 3;
    const word =
      (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16) | ((bytes[byte + 3] ?? 0) << 24);
    return (word >>> (from & 7)) & ((1 << count) - 1);
  }
}

/** What four bytes hold whatever bit it begins at. */
const MAX_AT_ONCE = 25;
