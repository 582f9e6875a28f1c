/** What a log site left in the ELF file (docs/formats/dictionary.md). */
import { ByteReader } from '@noinit/bytes';
import type { LogLevel } from '@noinit/model';
import type { ArgumentType } from './printf/print.ts';

export interface Descriptor {
  /** The descriptor's address divided by 4: what goes over the wire. */
  readonly id: number;
  readonly level: LogLevel;
  readonly line: number;
  readonly types: readonly ArgumentType[];
  readonly module: string;
  readonly file: string;
  readonly format: string;
}

/** Named limits of a descriptor, so that chance bytes with the magic are not taken for one. */
export const MAX_ARGUMENTS = 32;
export const MAX_TEXT_BYTES = 4_096;
/** Descriptors of one build; what lies beyond is not found. */
export const MAX_DESCRIPTORS = 100_000;

const ALIGNMENT = 4;
const MAGIC = 0x6e;
const VERSION = 0;
const HEADER_BYTES = 8;
const SEPARATOR = '\x1f';

/** All descriptors in a section that begins at `address`, wherever their magic stands at a multiple of 4. Never throws. */
export function scanDescriptors(
  bytes: Uint8Array,
  { address, littleEndian = true }: { readonly address: number; readonly littleEndian?: boolean },
): readonly Descriptor[] {
  const found: Descriptor[] = [];
  for (let offset = (ALIGNMENT - (address % ALIGNMENT)) % ALIGNMENT; offset < bytes.length && found.length < MAX_DESCRIPTORS; ) {
    const next = readDescriptor(bytes, offset, { id: (address + offset) / ALIGNMENT, littleEndian });
    if (next) found.push(next.descriptor);
    offset += next ? Math.ceil((next.end - offset) / ALIGNMENT) * ALIGNMENT : ALIGNMENT;
  }
  return found;
}

/** The descriptor at `offset`, and where it ends; undefined where there is none. `id` is what it would be called by. */
function readDescriptor(
  bytes: Uint8Array,
  offset: number,
  options: { readonly id: number; readonly littleEndian: boolean },
): { readonly descriptor: Descriptor; readonly end: number } | undefined {
  if (bytes[offset] !== MAGIC || bytes[offset + 1] !== VERSION || bytes.length - offset < HEADER_BYTES) return undefined;
  const reader = new ByteReader(bytes, { offset: offset + 2, littleEndian: options.littleEndian });
  const level = LEVELS[reader.u8()];
  const types = argumentTypes(bytes, offset + HEADER_BYTES, reader.u8());
  const line = reader.u16();
  if (level === undefined || types === undefined || reader.u16() !== 0) return undefined;
  const textStart = offset + HEADER_BYTES + types.length + 1;
  const textEnd = bytes.subarray(textStart, textStart + MAX_TEXT_BYTES).indexOf(0) + textStart;
  const text = textEnd < textStart ? undefined : decodeText(bytes.subarray(textStart, textEnd));
  if (text === undefined) return undefined;
  return { descriptor: { id: options.id, level, line, types, ...text }, end: textEnd + 1 };
}

/** The codes of a descriptor's argument types, as they stand in it. */
export function typeCode(type: ArgumentType): number {
  return TYPES.indexOf(type);
}

export function typeOfCode(code: number): ArgumentType | undefined {
  return TYPES[code];
}

function argumentTypes(bytes: Uint8Array, start: number, count: number): readonly ArgumentType[] | undefined {
  if (count > MAX_ARGUMENTS || bytes[start + count] !== 0) return undefined;
  const types: ArgumentType[] = [];
  for (const code of bytes.subarray(start, start + count)) {
    const type = typeOfCode(code);
    if (type === undefined) return undefined;
    types.push(type);
  }
  return types;
}

function decodeText(bytes: Uint8Array): { readonly module: string; readonly file: string; readonly format: string } | undefined {
  const [module, file, ...format] = UTF8.decode(bytes).split(SEPARATOR);
  if (module === undefined || file === undefined || format.length === 0) return undefined;
  return { module, file, format: format.join(SEPARATOR) };
}

/** By number. A failed assertion is shown as an error. */
const LEVELS: readonly LogLevel[] = ['error', 'error', 'warning', 'info', 'debug'];
const TYPES: readonly (ArgumentType | undefined)[] = [undefined, 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'string', 'pointer'];
const UTF8 = new TextDecoder('utf-8');
