/** Numbers and arguments in the body of an entry. Every read is checked; `isBroken` says at the end whether one was wrong. */
import type { LogDictionary, WireType } from '../dictionary/log-dictionary.ts';
import { toByteText } from '../printf/format.ts';
import type { ArgumentValue } from '../printf/print.ts';

export class BodyReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  isBroken = false;
  /** Address of a string that the dictionary does not have. */
  missingString: number | undefined = undefined;
  private readonly dictionary: LogDictionary | undefined;

  constructor(bytes: Uint8Array, start: number, end: number, dictionary: LogDictionary | undefined) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.dictionary = dictionary;
  }

  /** Unsigned, up to 2^53; 0 where it is broken. */
  varint(): number {
    const { bytes, end } = this;
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      if (this.at >= end || factor > MAX_FACTOR) return this.fail();
      const byte = bytes[this.at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  argument(type: WireType): ArgumentValue {
    switch (type) {
      case 'i32':
        return this.word();
      case 'u32':
      case 'pointer':
      case 'source':
        return this.word() >>> 0;
      case 'i64':
        return BigInt.asIntN(64, this.wide());
      case 'u64':
        return this.wide();
      case 'f32':
        return keepNan(this.take(4)?.getFloat32(0, true) ?? 0, () => widened(this.bytes, this.at - 4));
      case 'f64':
        return keepNan(this.take(8)?.getFloat64(0, true) ?? 0, () => bitsAt(this.bytes, this.at - 8));
      case 'f128':
        return this.wide() | (this.wide() << 64n);
      case 'string':
        return this.string();
      case 'address':
        return this.bytes[this.at] === STRING_BY_ADDRESS && this.at < this.end ? this.address() : this.string();
    }
  }

  /** A 32-bit word as zigzag varint: 0, -1, 1, -2 … */
  word(): number {
    const { bytes, end } = this;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.at >= end) return this.fail();
      const byte = bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift === 28 && byte > 0x0f ? this.fail() : (value >>> 1) ^ -(value & 1);
    }
    return this.fail();
  }

  private wide(): bigint {
    return this.take(8)?.getBigUint64(0, true) ?? 0n;
  }

  /** A string that the device cut is shown with `…` behind it. */
  private string(): Uint8Array {
    const head = this.at < this.end ? (this.bytes[this.at++] as number) : this.fail();
    if (head === STRING_BY_ADDRESS) return this.romString(this.varint());
    const length = head & 0x7f;
    if (length > this.end - this.at) this.fail();
    const text = this.bytes.subarray(this.at, Math.min(this.at + length, this.end));
    this.at += text.length;
    return head & STRING_CUT ? Uint8Array.from([...text, ...ELLIPSIS]) : text;
  }

  private address(): number {
    this.at += 1;
    return this.varint();
  }

  private romString(address: number): Uint8Array {
    const found = this.dictionary?.findString(address);
    if (found) return found;
    this.missingString ??= address;
    return Uint8Array.from(toByteText(`<string at 0x${address.toString(16).padStart(8, '0')}>`), (each) => each.charCodeAt(0));
  }

  private take(size: number): DataView | undefined {
    const start = this.at;
    if (size > this.end - start) {
      this.fail();
      return undefined;
    }
    this.at = start + size;
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, size);
  }

  private fail(): 0 {
    this.isBroken = true;
    this.at = this.end;
    return 0;
  }
}

/** JavaScript does not keep the sign of a NaN; its bits do. */
function keepNan(value: number, bits: () => bigint): number | bigint {
  return Number.isNaN(value) ? bits() : value;
}

function bitsAt(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0, true);
}

/** The NaN of a float as the double that C makes of it. */
function widened(bytes: Uint8Array, at: number): bigint {
  const bits = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  return (BigInt(bits >>> 31) << 63n) | (0x7ffn << 52n) | (BigInt(bits & 0x7f_ffff) << 29n);
}

const STRING_BY_ADDRESS = 0xff;
const STRING_CUT = 0x80;
const MAX_FACTOR = 2 ** 49;
const ELLIPSIS = new TextEncoder().encode('…');
