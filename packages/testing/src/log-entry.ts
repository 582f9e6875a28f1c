/** Builders of log ring entries and of the descriptors they name (docs/formats/log-ring.md, dictionary.md). */
import { ByteWriter, concatBytes } from '@noinit/bytes';

export type LogArgument =
  | { readonly type: 'i32' | 'u32' | 'pointer' | 'f32' | 'f64'; readonly value: number }
  | { readonly type: 'i64' | 'u64'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: string; readonly cut?: boolean };

export interface LogBody {
  readonly id: number;
  /** Milliseconds. */
  readonly uptime: number;
  readonly args?: readonly LogArgument[];
}

/** One whole entry of the ring, kind 0 (log) unless given. */
export function makeLogEntry(body: Uint8Array, kind = 0): Uint8Array {
  const head = new ByteWriter().u8((kind << 5) | Math.min(body.length, 31));
  if (body.length >= 31) head.uleb(body.length - 31);
  return concatBytes([head.toBytes(), body, Uint8Array.of(entryCheck(concatBytes([body, head.toBytes()])))]);
}

/** The entry that stands where another boot begins to write. */
export function makeSegmentStart(boot: {
  readonly lineage: number;
  readonly boot: number;
  readonly build: Uint8Array;
}): Uint8Array {
  return makeLogEntry(new ByteWriter().u32(boot.lineage).u32(boot.boot).bytes(boot.build.subarray(0, 8)).toBytes(), 3);
}

export function makeLogBody({ id, uptime, args = [] }: LogBody): Uint8Array {
  const writer = new ByteWriter().uleb(id).uleb(uptime);
  for (const argument of args) writeArgument(writer, argument);
  return writer.toBytes();
}

export interface DescriptorFields {
  readonly format: string;
  readonly types?: readonly LogArgument['type'][];
  /** 0 assertion to 4 debug. */
  readonly level?: number;
  readonly line?: number;
  readonly module?: string;
  readonly file?: string;
}

/** One descriptor, padded to a multiple of 4. */
export function makeDescriptor(fields: DescriptorFields, littleEndian = true): Uint8Array {
  const { format, types = [], level = 3, line = 42, module = 'app', file = 'src/main.c' } = fields;
  const writer = new ByteWriter({ littleEndian });
  writer.u8(0x6e).u8(0).u8(level).u8(types.length).u16(line).u16(0);
  writer.bytes(types.map((type) => TYPE_CODES[type])).u8(0);
  writer.cstring(`${module}\x1f${file}\x1f${format}`);
  while (writer.length % 4 !== 0) writer.u8(0);
  return writer.toBytes();
}

/** A section of descriptors that begins at `address`, and the id of each. */
export function makeLogSection(
  descriptors: readonly DescriptorFields[],
  address = 0,
): { readonly bytes: Uint8Array; readonly ids: readonly number[] } {
  const parts = descriptors.map((fields) => makeDescriptor(fields));
  const ids: number[] = [];
  let at = address;
  for (const part of parts) {
    ids.push(at / 4);
    at += part.length;
  }
  return { bytes: concatBytes(parts), ids };
}

function writeArgument(writer: ByteWriter, argument: LogArgument): void {
  switch (argument.type) {
    case 'i32':
      writer.uleb(((argument.value << 1) ^ (argument.value >> 31)) >>> 0);
      break;
    case 'u32':
    case 'pointer':
      writer.uleb(argument.value >>> 0);
      break;
    case 'i64':
    case 'u64':
      writer.u64(BigInt.asUintN(64, argument.value));
      break;
    case 'f32':
    case 'f64':
      writer.bytes(floatBytes(argument.value, argument.type === 'f32' ? 4 : 8));
      break;
    case 'string':
      writeString(writer, argument.value, argument.cut ?? false);
      break;
  }
}

function writeString(writer: ByteWriter, value: string, cut: boolean): void {
  const bytes = new TextEncoder().encode(value).subarray(0, 127);
  writer.u8(bytes.length | (cut ? 0x80 : 0)).bytes(bytes);
}

function floatBytes(value: number, size: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}

/** Rotate left by one, then add, in 32 bits from 0xA5, over body and head: in big integers, apart from the decoder's own way. */
function entryCheck(covered: Uint8Array): number {
  let sum = 0xa5n;
  for (const byte of covered) sum = (((sum << 1n) | (sum >> 31n)) + BigInt(byte)) & 0xffff_ffffn;
  return Number((sum & 0xffn) + ((sum >> 8n) & 0xffn) + ((sum >> 16n) & 0xffn) + (sum >> 24n)) % 256;
}

const TYPE_CODES = { i32: 1, u32: 2, i64: 3, u64: 4, f32: 5, f64: 6, string: 7, pointer: 8 } as const;
