/** The letters and numbers of a v0 name, and what reading it costs. */
import { fail, MAX_DEMANGLED, MAX_NESTING, MAX_PIECES } from '../limits.ts';
import { decodePunycode } from './punycode.ts';

export interface Identifier {
  readonly text: string;
  /** Counts what has the same name in the same place; of a crate, a hash of 64 bits. */
  readonly disambiguator: bigint;
}

export class SymbolReader {
  /** Without `_R`: positions of back references count from here. */
  readonly text: string;
  at = 0;
  private isSkipping = false;
  private nesting = 0;
  private pieces = 0;

  constructor(text: string) {
    this.text = text;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  next(): string {
    return this.at < this.text.length ? this.text.charAt(this.at++) : fail();
  }

  take(letter: string): boolean {
    if (this.peek() !== letter) return false;
    this.at += 1;
    return true;
  }

  /** Digits, letters, capitals; `_` alone is 0, all others are one more than their digits say. At most 64 bits. */
  base62(): bigint {
    const end = this.text.indexOf('_', this.at);
    const length = end - this.at;
    if (end < 0 || length > MAX_BASE_62) fail();
    if (length === 0) {
      this.at += 1;
      return 0n;
    }
    let value = 0n;
    // Seven digits at a time fit a number.
    for (; this.at < end; ) {
      const start = this.at;
      let part = 0;
      while (this.at < end && this.at < start + 7) part = part * 62 + this.base62Digit();
      value = value * 62n ** BigInt(this.at - start) + BigInt(part);
    }
    this.at += 1;
    return value < MAX_64_BITS ? value + 1n : fail();
  }

  /** The same where a place or a count is meant. */
  index(): number {
    const value = this.base62();
    return value > MAX_INDEX ? fail() : Number(value);
  }

  /** 0 where `tag` does not stand here, else one more than the number behind it. */
  optionalIndex(tag: string): number {
    return this.take(tag) ? this.index() + 1 : 0;
  }

  disambiguator(): bigint {
    return this.take('s') ? this.base62() + 1n : 0n;
  }

  identifier(): Identifier {
    const disambiguator = this.disambiguator();
    return { text: this.plainIdentifier(), disambiguator };
  }

  plainIdentifier(): string {
    const isPunycode = this.take('u');
    const length = this.decimal();
    this.take('_');
    if (length > this.text.length - this.at) fail();
    const text = this.text.slice(this.at, this.at + length);
    this.at += length;
    return isPunycode ? decodePunycode(text) : text;
  }

  /** Hex digits up to `_`, without leading zeros but 0 itself. */
  hexDigits(): string {
    const end = this.text.indexOf('_', this.at);
    const digits = end < 0 ? '' : this.text.slice(this.at, end);
    if (!/^(?:0|[1-9a-f][0-9a-f]*)$/.test(digits)) fail();
    this.at = end + 1;
    return digits;
  }

  /** The hex digits of bytes, two each. */
  hexBytes(): string {
    const end = this.text.indexOf('_', this.at);
    const digits = end < 0 ? fail() : this.text.slice(this.at, end);
    if (!/^(?:[0-9a-f]{2})*$/.test(digits)) fail();
    this.at = end + 1;
    return digits;
  }

  /** Reads at an earlier place, then goes on here. Only backwards: that ends, and its cost is bounded. */
  backReference(read: () => string): string {
    const tag = this.at - 1;
    const target = this.index();
    if (target >= tag) fail();
    if (this.isSkipping) return '';
    const saved = this.at;
    this.at = target;
    const text = this.within(read);
    this.at = saved;
    return text;
  }

  /** Reads what is not shown: what it refers to does not matter. */
  skip(read: () => string): void {
    const saved = this.isSkipping;
    this.isSkipping = true;
    read();
    this.isSkipping = saved;
  }

  within(read: () => string): string {
    this.nesting += 1;
    this.pieces += 1;
    if (this.nesting > MAX_NESTING || this.pieces > MAX_PIECES) fail();
    const text = read();
    this.nesting -= 1;
    return text.length > MAX_DEMANGLED ? fail() : text;
  }

  private base62Digit(): number {
    const digit = BASE_62.indexOf(this.next());
    return digit < 0 ? fail() : digit;
  }

  private decimal(): number {
    const digits = /(?:0|[1-9][0-9]{0,8})/y;
    digits.lastIndex = this.at;
    const found = digits.exec(this.text)?.[0] ?? fail();
    this.at += found.length;
    return Number(found);
  }
}

const BASE_62 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const MAX_64_BITS = (1n << 64n) - 1n;
/** Digits of 64 bits are eleven; some zeros may lead. */
const MAX_BASE_62 = 16;
/** Above every place and count that fits a name. */
const MAX_INDEX = 1n << 30n;
