/** What was decompressed so far: it grows with what is written, and matches are copied from it. */
import { MalformedZstdError } from './malformed.ts';

export class Output {
  length = 0;
  private bytes = new Uint8Array(0);
  private readonly limit: number;
  private frameStart = 0;
  /** The last three offsets, the latest first (RFC 8878, 3.1.1.5). */
  private first = 0;
  private second = 0;
  private third = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  beginFrame(): void {
    this.frameStart = this.length;
    this.first = 1;
    this.second = 4;
    this.third = 8;
  }

  append(part: Uint8Array): void {
    this.appendFrom(part, 0, part.length);
  }

  appendFrom(part: Uint8Array, from: number, count: number): void {
    this.reserve(count);
    const { bytes, length } = this;
    if (count > SHORT) bytes.set(part.subarray(from, from + count), length);
    else for (let index = 0; index < count; index++) bytes[length + index] = part[from + index] ?? 0;
    this.length += count;
  }

  repeat(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /** Copies bytes that may overlap what they become. Coded offsets up to 3 stand for recent ones. */
  copy(coded: number, count: number, withoutLiterals: boolean): void {
    const offset = this.offsetOf(coded, withoutLiterals);
    if (offset <= 0 || offset > this.length - this.frameStart) throw new MalformedZstdError('a match before its frame');
    this.reserve(count);
    const { bytes, length } = this;
    if (offset >= count && count > SHORT) bytes.copyWithin(length, length - offset, length - offset + count);
    else for (let at = length; at < length + count; at++) bytes[at] = bytes[at - offset] ?? 0;
    this.length += count;
  }

  toBytes(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private offsetOf(coded: number, withoutLiterals: boolean): number {
    const { first, second } = this;
    const choice = coded <= 3 && withoutLiterals ? coded + 1 : coded;
    if (choice === 1) return first;
    if (choice === 2) {
      this.second = first;
      this.first = second;
      return second;
    }
    const offset = coded > 3 ? coded - 3 : choice === 3 ? this.third : first - 1;
    this.third = second;
    this.second = first;
    this.first = offset;
    return offset;
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.limit) throw new MalformedZstdError(`it becomes more than ${this.limit} bytes`);
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.limit, Math.max(needed, this.bytes.length * 2, 65_536)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/** Below this a loop is faster than a call that copies. */
const SHORT = 24;
