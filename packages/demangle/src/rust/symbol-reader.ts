/** The letters and numbers of a v0 name, and what reading it costs. */
import { fail, MAX_DEMANGLED, MAX_NESTING, MAX_PIECES } from '../limits.ts';
import { decodePunycode } from './punycode.ts';

export interface Identifier {
  readonly text: string;
  readonly disambiguator: number;
}

export class SymbolReader {
  /** Without `_R`: positions of back references count from here. */
  readonly text: string;
  at = 0;
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

  /** Digits, letters, capitals; `_` alone is 0, all others are one more than their digits say. */
  base62(): number {
    if (this.take('_')) return 0;
    let value = 0;
    for (let letter = this.next(); letter !== '_'; letter = this.next()) {
      const digit = BASE_62.indexOf(letter);
      value = value * 62 + (digit < 0 ? fail() : digit);
      if (value >= Number.MAX_SAFE_INTEGER) fail();
    }
    return value + 1;
  }

  /** 0 where `tag` does not stand here, else one more than the number behind it. */
  optionalBase62(tag: string): number {
    return this.take(tag) ? this.base62() + 1 : 0;
  }

  identifier(): Identifier {
    const disambiguator = this.optionalBase62('s');
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
    const target = this.base62();
    if (target >= tag) fail();
    const saved = this.at;
    this.at = target;
    const text = this.within(read);
    this.at = saved;
    return text;
  }

  within(read: () => string): string {
    this.nesting += 1;
    this.pieces += 1;
    if (this.nesting > MAX_NESTING || this.pieces > MAX_PIECES) fail();
    const text = read();
    this.nesting -= 1;
    return text.length > MAX_DEMANGLED ? fail() : text;
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
