/** Builders of what log sites and sources leave in an ELF file (docs/formats/dictionary.md). */
import { ByteWriter, concatBytes } from '@noinit/bytes';
import type { LogArgument } from './log-entry.ts';

export type DescriptorFields = SiteFields | SourceFields | ReasonFields;

export interface SiteFields {
  readonly format: string;
  readonly types?: readonly LogArgument['type'][];
  /** 0 assertion or raw text to 4 debug. */
  readonly level?: number;
  readonly line?: number;
  readonly flags?: number;
  /** Address of the source's descriptor. */
  readonly source?: number;
  /** Address of the function's name. */
  readonly function?: number;
  readonly file?: string;
}

export interface SourceFields {
  readonly name: string;
  /** Address of its filter word. */
  readonly source: number;
  readonly level?: number;
  readonly kind?: number;
}

/** A reboot reason of the project's own. */
export interface ReasonFields {
  /** As on the wire. */
  readonly value: number;
  readonly name: string;
  readonly help: string;
}

export interface TargetFields {
  readonly littleEndian?: boolean;
  readonly addressSize?: 4 | 8;
}

/** One descriptor, padded to a multiple of 16. */
export function makeDescriptor(
  fields: DescriptorFields,
  { littleEndian = true, addressSize = 4 }: TargetFields = {},
): Uint8Array {
  const writer = new ByteWriter({ littleEndian });
  const pointer = (value: number) => (addressSize === 4 ? writer.u32(value) : writer.u64(value));
  if ('value' in fields) {
    writer.u8(0x72).u8(0).u16(fields.value).cstring(`${fields.name}\x1f${fields.help}`);
  } else if ('name' in fields) {
    writer
      .u8(0x73)
      .u8(0)
      .u8(fields.level ?? 4)
      .u8(fields.kind ?? 0)
      .u16(0)
      .u16(0);
    pointer(fields.source);
    writer.cstring(fields.name);
  } else {
    const { format, types = [], level = 3, line = 42, flags = 0, source = 0, file = 'src/main.c' } = fields;
    writer.u8(0x6e).u8(0).u8(level).u8(types.length).u16(line).u16(flags);
    pointer(source);
    pointer(fields.function ?? 0);
    writer.bytes(types.map((type) => TYPE_CODES[type])).u8(0);
    writer.cstring(`${file}\x1f${format}`);
  }
  while (writer.length % 16 !== 0) writer.u8(0);
  return writer.toBytes();
}

/** A section of descriptors that begins at `address`, a source `app` first, and the id of each of the given ones. */
export function makeLogSection(
  descriptors: readonly DescriptorFields[],
  { address = 0, ...target }: TargetFields & { readonly address?: number } = {},
): { readonly bytes: Uint8Array; readonly ids: readonly number[] } {
  const app = makeDescriptor({ name: 'app', source: APP }, target);
  const parts = descriptors.map((fields) => makeDescriptor('name' in fields ? fields : { source: address, ...fields }, target));
  const ids: number[] = [];
  let at = address + app.length;
  for (const part of parts) {
    ids.push(at / 16);
    at += part.length;
  }
  return { bytes: concatBytes([app, ...parts]), ids };
}

/** Where the filter word of the source `app` is. */
const APP = 0x2000_0100;
const TYPE_CODES = { i32: 1, u32: 2, i64: 3, u64: 4, f32: 5, f64: 6, string: 7, pointer: 8, f128: 9, source: 10 } as const;
