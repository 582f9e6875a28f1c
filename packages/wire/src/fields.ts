/** The typed fields of a CBOR map. A field that is missing or has another type makes the whole map unusable. */
import { type CborItem, type CborMap, type CborValue, decodeUtf8 } from './cbor.ts';
import { MalformedError } from './malformed.ts';

export const MAX_U16 = 0xffff;
export const MAX_U32 = 0xffff_ffff;

export class Fields {
  private readonly map: CborMap;
  private readonly what: string;
  private readonly start: number;

  /** `what` names the map in messages: `the head`. */
  constructor(item: CborItem, what: string) {
    if (!(item.value instanceof Map)) throw new MalformedError(item.start, 'malformed', `${what} is not a map`);
    this.map = item.value;
    this.what = what;
    this.start = item.start;
  }

  has(key: number): boolean {
    return this.map.has(key);
  }

  uint(key: number, max = Number.MAX_SAFE_INTEGER): number {
    return this.checkedUint(this.map.get(key), `key ${key}`, max);
  }

  /** `absent` where the key is not there. */
  uintOr(key: number, absent: number, max?: number): number {
    return this.has(key) ? this.uint(key, max) : absent;
  }

  bool(key: number): boolean {
    const value = this.map.get(key);
    return typeof value === 'boolean' ? value : this.refuse(`key ${key} is not a boolean`);
  }

  bytes(key: number, length: { readonly min: number; readonly max: number }): Uint8Array {
    const value = this.map.get(key);
    if (!(value instanceof Uint8Array)) return this.refuse(`key ${key} is not a byte string`);
    if (value.length < length.min || value.length > length.max) return this.refuse(`key ${key} has ${value.length} bytes`);
    return value;
  }

  /** Text that comes as bytes, because the device had no time to look at it: it may be broken UTF-8, and cut inside a character. */
  utf8(key: number, max: number): string {
    return decodeUtf8(this.bytes(key, { min: 0, max }));
  }

  /** `max` counts UTF-16 units, which are never more than the bytes on the wire. */
  text(key: number, max: number): string {
    const value = this.map.get(key);
    if (typeof value !== 'string') return this.refuse(`key ${key} is not text`);
    return value.length <= max ? value : this.refuse(`key ${key} is longer than ${max}`);
  }

  /** An array of unsigned numbers, each with its own largest value. Elements behind them are a later version's. */
  uints(key: number, limits: readonly number[]): readonly number[] {
    const value = this.map.get(key);
    if (!Array.isArray(value)) return this.refuse(`key ${key} is not an array`);
    return limits.map((max, index) =>
      this.checkedUint(value[index] as CborValue | undefined, `element ${index} of key ${key}`, max),
    );
  }

  private checkedUint(value: CborValue | undefined, name: string, max: number): number {
    return isUint(value, max) ? value : this.refuse(`${name} is not an unsigned number up to ${max}`);
  }

  private refuse(detail: string): never {
    throw new MalformedError(this.start, 'malformed', `${this.what}: ${detail}`);
  }
}

export function isUint(value: CborValue | undefined, max = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && value >= 0 && value <= max;
}
