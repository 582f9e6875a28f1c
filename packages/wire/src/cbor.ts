/**
 * The subset of CBOR (RFC 8949) that messages use: definite lengths, no tags, map keys that are unsigned and differ.
 * Our own reader, because a crash's items carry the CRC of their own bytes: every item must say where it ends.
 */
import { ByteReader } from '@noinit/bytes';
import { MAX_DEPTH, MAX_STRING_BYTES, MAX_TOKENS } from './limits.ts';
import { MalformedError } from './malformed.ts';

/** Numbers beyond ±2^53 are bigint. Byte strings are views of what was read. */
export type CborValue = number | bigint | boolean | null | string | Uint8Array | CborFloat | CborArray | CborMap;
export type CborArray = readonly CborValue[];
export type CborMap = ReadonlyMap<number, CborValue>;

/** Kept apart from whole numbers, so that 5.0 is never taken for a count. */
export interface CborFloat {
  readonly float: number;
}

export interface CborItem {
  readonly value: CborValue;
  /** First byte of the item, and the first byte behind it. */
  readonly start: number;
  readonly end: number;
}

/** Reads the item at `start`. Throws MalformedError or TruncatedError; nothing is built before all its tokens were looked at. */
export function readItem(bytes: Uint8Array, start: number): CborItem {
  const end = scanTokens(bytes, start);
  const reader = new ByteReader(bytes.subarray(0, end), { offset: start, littleEndian: false });
  return { value: readValue(reader), start, end };
}

/** Walks one item without building it, so that depth, counts and lengths are known to be harmless. Returns where it ends. */
function scanTokens(bytes: Uint8Array, start: number): number {
  const reader = new ByteReader(bytes, { offset: start, littleEndian: false });
  /** How many items each open array or map still expects. */
  const expected = [1];
  for (let tokens = 0; expected.length > 0; ) {
    const left = expected.pop() as number;
    if (left === 0) continue;
    expected.push(left - 1);
    const at = reader.offset;
    if (++tokens > MAX_TOKENS) throw new MalformedError(at, 'too-large', `over ${MAX_TOKENS} CBOR tokens`);
    const children = scanToken(reader);
    if (children === undefined) continue;
    if (expected.length > MAX_DEPTH)
      throw new MalformedError(at, 'too-deep', `over ${MAX_DEPTH} arrays and maps inside each other`);
    expected.push(children);
  }
  return reader.offset;
}

/** Steps over one token; how many items follow as its children, where it opens an array or a map. */
function scanToken(reader: ByteReader): number | undefined {
  const at = reader.offset;
  const { major, argument } = readHead(reader);
  switch (major) {
    case BYTES:
    case TEXT:
      if (argument > MAX_STRING_BYTES) throw new MalformedError(at, 'too-large', `a string of ${argument} bytes`);
      reader.skip(Number(argument));
      return undefined;
    case ARRAY:
    case MAP:
      if (argument > MAX_TOKENS) throw new MalformedError(at, 'too-large', `${argument} elements`);
      return Number(argument) * (major === MAP ? 2 : 1);
    case TAG:
      throw new MalformedError(at, 'malformed', `CBOR tag ${argument}`);
    default:
      return undefined;
  }
}

function readValue(reader: ByteReader): CborValue {
  const { major, info, argument } = readHead(reader);
  switch (major) {
    case UNSIGNED:
      return argument;
    case NEGATIVE:
      return typeof argument === 'number' ? -1 - argument : -1n - argument;
    case BYTES:
      return reader.take(Number(argument));
    case TEXT:
      return decodeUtf8(reader.take(Number(argument)));
    case ARRAY:
      return Array.from({ length: Number(argument) }, () => readValue(reader));
    case MAP:
      return readMap(reader, Number(argument));
    default:
      return simpleValue(info, argument);
  }
}

/** Text from a device may be broken UTF-8; bad sequences become U+FFFD and the record stays readable. */
export function decodeUtf8(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

function readMap(reader: ByteReader, count: number): CborMap {
  const map = new Map<number, CborValue>();
  for (let index = 0; index < count; index++) {
    const at = reader.offset;
    const key = readValue(reader);
    if (typeof key !== 'number' || !Number.isSafeInteger(key) || key < 0)
      throw new MalformedError(at, 'malformed', 'a map key that is no unsigned number');
    if (map.has(key)) throw new MalformedError(at, 'malformed', `map key ${key} twice`);
    map.set(key, readValue(reader));
  }
  return map;
}

/** Major type, the low five bits, and the number that they or the bytes behind them give. Floats come as their bits. */
function readHead(reader: ByteReader): { readonly major: number; readonly info: number; readonly argument: number | bigint } {
  const at = reader.offset;
  const initial = reader.u8();
  const major = initial >>> 5;
  const info = initial & 0x1f;
  if (major === SIMPLE && !SIMPLE_VALUES.has(info)) throw new MalformedError(at, 'malformed', `CBOR simple value ${info}`);
  if (info < 24) return { major, info, argument: info };
  if (info > 27) throw new MalformedError(at, 'malformed', 'a CBOR item of indefinite length, or a reserved one');
  return { major, info, argument: readArgument(reader, info) };
}

function readArgument(reader: ByteReader, info: number): number | bigint {
  switch (info) {
    case 24:
      return reader.u8();
    case 25:
      return reader.u16();
    case 26:
      return reader.u32();
    default: {
      const wide = reader.u64Big();
      return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide;
    }
  }
}

/** Only what SIMPLE_VALUES lets through comes here. */
function simpleValue(info: number, bits: number | bigint): CborValue {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  const view = new DataView(new ArrayBuffer(8));
  if (info === 26) {
    view.setUint32(0, Number(bits));
    return { float: view.getFloat32(0) };
  }
  view.setBigUint64(0, BigInt(bits));
  return { float: view.getFloat64(0) };
}

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;
/** false, true, null, and floats of 4 and 8 bytes. */
const SIMPLE_VALUES = new Set([20, 21, 22, 26, 27]);
/** A byte order mark is text like any other, so that what is read can be written again. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
