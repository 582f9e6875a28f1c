/** Builders of log ring entries (docs/formats/log-ring.md). */
import { ByteWriter, concatBytes, crc16, fromHex } from '@noinit/bytes';

export type LogArgument =
  | { readonly type: 'i32' | 'u32' | 'pointer' | 'source' | 'f32' | 'f64'; readonly value: number }
  | { readonly type: 'i64' | 'u64'; readonly value: bigint }
  /** The 128 bits of an IEEE 754 binary128. */
  | { readonly type: 'f128'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: string; readonly cut?: boolean }
  /** A string that stays where it is in the firmware. */
  | { readonly type: 'string'; readonly address: number };

export interface LogBody {
  readonly id: number;
  /** Ticks since the entry before. */
  readonly delta?: number;
  /** Only a back end wanted it. */
  readonly marked?: boolean;
  readonly args?: readonly LogArgument[];
  /** Behind the arguments: what a hexdump shows. */
  readonly data?: Uint8Array;
}

export const ENTRY = { log: 0, text: 1, hexdump: 2, segment: 3, gap: 4, defmt: 5, zephyr: 6, open: 7 } as const;

/** One whole entry of the ring, kind 0 (log) unless given. `content` is stamp and body. */
export function makeLogEntry(content: Uint8Array, kind: number = ENTRY.log): Uint8Array {
  const head = new ByteWriter().u8((kind << 5) | Math.min(content.length, 31));
  if (content.length >= 31) head.uleb(content.length - 31);
  const covered = concatBytes([content, head.toBytes()]);
  return concatBytes([head.toBytes(), content, Uint8Array.of(entryCheck(covered))]);
}

/** Stamp and body of a log entry or a hexdump. */
export function makeLogBody({ id, delta = 0, marked = false, args = [], data = new Uint8Array(0) }: LogBody): Uint8Array {
  const writer = new ByteWriter().uleb(delta * 2 + (marked ? 1 : 0)).uleb(id);
  for (const argument of args) writeArgument(writer, argument);
  return writer.bytes(data).toBytes();
}

/** A stamp, and any bytes behind it. */
export function makeStamped(body: Uint8Array, delta = 0, marked = false): Uint8Array {
  return new ByteWriter()
    .uleb(delta * 2 + (marked ? 1 : 0))
    .bytes(body)
    .toBytes();
}

export interface SegmentFields {
  readonly lineage?: number;
  readonly boot?: number;
  /** The first 8 bytes of the build id, or more of it, as hex. */
  readonly build?: string;
  readonly stamp?: number;
  readonly uptime?: number;
  readonly frequency?: number;
  readonly number?: number;
  readonly core?: number;
  readonly flags?: number;
}

/** The 44 bytes that a segment start and the header of a ring hold. */
export function makeSegment(fields: SegmentFields): Uint8Array {
  const { lineage = 0xc0ffee42, boot = 1, build = '0123456789abcdef', stamp = 0, uptime = 0 } = fields;
  const { frequency = 1000, number = 0, core = 0, flags = 0 } = fields;
  const writer = new ByteWriter()
    .u32(lineage)
    .u32(boot)
    .bytes(fromHex(build.slice(0, 16)))
    .u64(stamp)
    .u64(uptime);
  writer.u32(frequency).u32(number).u8(core).u8(flags);
  return writer.u16(crc16(writer.toBytes())).toBytes();
}

/** The entry with which every start of the device begins: its content so long that the fields stand at multiples of 4. */
export function makeSegmentStart(fields: SegmentFields): Uint8Array {
  return makeLogEntry(concatBytes([Uint8Array.of(0, 0), makeSegment(fields)]), ENTRY.segment);
}

/** Says that so many entries were dropped. */
export function makeGap(count: number, delta = 0): Uint8Array {
  return makeLogEntry(makeStamped(new ByteWriter().uleb(count).toBytes(), delta), ENTRY.gap);
}

/** Rotate left by one, then add, in 32 bits from 0xA5, over content and then head: in big integers, apart from the decoder's own way. */
export function entryCheck(covered: Uint8Array): number {
  let sum = 0xa5n;
  for (const byte of covered) sum = (((sum << 1n) | (sum >> 31n)) + BigInt(byte)) & 0xffff_ffffn;
  return Number((sum & 0xffn) + ((sum >> 8n) & 0xffn) + ((sum >> 16n) & 0xffn) + (sum >> 24n)) % 256;
}

function writeArgument(writer: ByteWriter, argument: LogArgument): void {
  switch (argument.type) {
    case 'i32':
    case 'u32':
    case 'pointer':
    case 'source':
      writer.uleb(((argument.value << 1) ^ (argument.value >> 31)) >>> 0);
      break;
    case 'i64':
    case 'u64':
      writer.u64(BigInt.asUintN(64, argument.value));
      break;
    case 'f32':
    case 'f64':
      writer.bytes(floatBytes(argument.value, argument.type === 'f32' ? 4 : 8));
      break;
    case 'f128':
      writer.u64(BigInt.asUintN(64, argument.value)).u64(argument.value >> 64n);
      break;
    case 'string':
      if ('address' in argument) writer.u8(0xff).uleb(argument.address);
      else writeString(writer, argument.value, argument.cut ?? false);
      break;
  }
}

function writeString(writer: ByteWriter, value: string, cut: boolean): void {
  const bytes = new TextEncoder().encode(value).subarray(0, 126);
  writer.u8(bytes.length | (cut ? 0x80 : 0)).bytes(bytes);
}

function floatBytes(value: number, size: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}
