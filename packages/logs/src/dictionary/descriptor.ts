/** What log sites, sources and a project's own reboot reasons left in the ELF file (docs/formats/dictionary.md). */
import { CUSTOM_BIT, type LogLevel, UNEXPECTED_BIT } from '@noinit/model';
import type { ArgumentType } from '../printf/print.ts';

export type Descriptor = SiteDescriptor | SourceDescriptor | ReasonDescriptor;

export interface SiteDescriptor {
  readonly kind: 'site';
  /** The descriptor's address divided by 16: what goes over the wire. */
  readonly id: number;
  readonly level: LogLevel;
  readonly line: number;
  /** Printed as it is, without prefix and line end. */
  readonly isText: boolean;
  readonly isHexdump: boolean;
  readonly showsFunction: boolean;
  /** Address of the source's descriptor; says nothing where the first argument does, and for raw text and assertions. */
  readonly source: number;
  /** Address of the function's name, 0 where it is not known. */
  readonly function: number;
  readonly types: readonly ArgumentType[];
  readonly file: string;
  readonly format: string;
}

export interface SourceDescriptor {
  readonly kind: 'source';
  /** Of the descriptor itself: sites name it by that. */
  readonly address: number;
  /** Address of its filter word. */
  readonly source: number;
  /** The most verbose level that is compiled in; none where the source is silent. */
  readonly level: LogLevel | undefined;
  readonly isInstance: boolean;
  readonly name: string;
}

/** A reboot reason of the project's own. */
export interface ReasonDescriptor {
  readonly kind: 'reason';
  /** As on the wire. */
  readonly value: number;
  readonly name: string;
  readonly help: string;
}

export interface Target {
  readonly littleEndian: boolean;
  readonly addressSize: 4 | 8;
}

/** Named limits of a descriptor, so that chance bytes with the magic are not taken for one. */
export const MAX_ARGUMENTS = 32;
export const MAX_TEXT_BYTES = 4_096;
export const MAX_NAME_BYTES = 255;
export const MAX_REASON_NAME_BYTES = 64;
/** Descriptors of one build; what lies beyond is not found. */
export const MAX_DESCRIPTORS = 100_000;
export const ALIGNMENT = 16;

const SITE_MAGIC = 0x6e;
const SOURCE_MAGIC = 0x73;
const REASON_MAGIC = 0x72;
const VERSION = 0;
const FIXED_BYTES = 8;
/** Where the text of a reason begins. */
const REASON_TEXT = 4;
const FLAG_TEXT = 1;
const FLAG_HEXDUMP = 2;
const FLAG_FUNCTION = 4;
const SEPARATOR = 0x1f;

/** All descriptors in a section that begins at `address`, wherever their magic stands at a multiple of 16. Never throws. */
export function scanDescriptors(bytes: Uint8Array, address: number, target: Target): readonly Descriptor[] {
  const found: Descriptor[] = [];
  for (let offset = (ALIGNMENT - (address % ALIGNMENT)) % ALIGNMENT; offset < bytes.length && found.length < MAX_DESCRIPTORS; ) {
    const next = readDescriptor(bytes, offset, (address + offset) / ALIGNMENT, target);
    if (next) found.push(next.descriptor);
    offset += next ? Math.ceil((next.end - offset) / ALIGNMENT) * ALIGNMENT : ALIGNMENT;
  }
  return found;
}

interface Found<Kind extends Descriptor> {
  readonly descriptor: Kind;
  /** Behind its last byte. */
  readonly end: number;
}

function readDescriptor(bytes: Uint8Array, offset: number, id: number, target: Target): Found<Descriptor> | undefined {
  if (bytes[offset + 1] !== VERSION) return undefined;
  if (bytes[offset] === SITE_MAGIC) return readSite(bytes, offset, id, target);
  if (bytes[offset] === SOURCE_MAGIC) return readSource(bytes, offset, id * ALIGNMENT, target);
  return bytes[offset] === REASON_MAGIC ? readReason(bytes, offset, target) : undefined;
}

function readSite(bytes: Uint8Array, offset: number, id: number, target: Target): Found<SiteDescriptor> | undefined {
  const typesStart = offset + FIXED_BYTES + 2 * target.addressSize;
  if (bytes.length < typesStart) return undefined;
  const view = viewOf(bytes, offset);
  const level = LEVELS[view.getUint8(2)];
  const flags = view.getUint16(6, target.littleEndian);
  const types = argumentTypes(bytes, typesStart, view.getUint8(3));
  if (level === undefined || types === undefined || flags & ~KNOWN_FLAGS) return undefined;
  const text = readFileAndFormat(bytes, typesStart + types.length + 1);
  if (text === undefined) return undefined;
  const descriptor: SiteDescriptor = {
    kind: 'site',
    id,
    level,
    line: view.getUint16(4, target.littleEndian),
    isText: (flags & FLAG_TEXT) !== 0,
    isHexdump: (flags & FLAG_HEXDUMP) !== 0,
    showsFunction: (flags & FLAG_FUNCTION) !== 0,
    source: pointerAt(view, FIXED_BYTES, target),
    function: pointerAt(view, FIXED_BYTES + target.addressSize, target),
    types,
    file: text.file,
    format: text.format,
  };
  return { descriptor, end: text.end };
}

function readSource(bytes: Uint8Array, offset: number, address: number, target: Target): Found<SourceDescriptor> | undefined {
  const nameStart = offset + FIXED_BYTES + target.addressSize;
  if (bytes.length < nameStart) return undefined;
  const view = viewOf(bytes, offset);
  const level = view.getUint8(2);
  const kind = view.getUint8(3);
  if (level >= LEVELS.length || kind > 1 || view.getUint32(4) !== 0) return undefined;
  const name = readText(bytes, nameStart, MAX_NAME_BYTES);
  if (name === undefined) return undefined;
  const descriptor: SourceDescriptor = {
    kind: 'source',
    address,
    source: pointerAt(view, FIXED_BYTES, target),
    level: level === 0 ? undefined : LEVELS[level],
    isInstance: kind === 1,
    name: name.text,
  };
  return { descriptor, end: name.end };
}

function readReason(bytes: Uint8Array, offset: number, target: Target): Found<ReasonDescriptor> | undefined {
  if (bytes.length < offset + REASON_TEXT) return undefined;
  const value = viewOf(bytes, offset).getUint16(2, target.littleEndian);
  const text = readText(bytes, offset + REASON_TEXT, MAX_REASON_NAME_BYTES + 1 + MAX_NAME_BYTES);
  const [name = '', help, ...more] = text?.text.split('\x1f') ?? [];
  const isReason = (value & ~(UNEXPECTED_BIT | 0xff)) === CUSTOM_BIT && (value & 0xff) !== 0;
  if (!text || !isReason || help === undefined || more.length > 0) return undefined;
  if (name === '' || isLonger(name, MAX_REASON_NAME_BYTES) || isLonger(help, MAX_NAME_BYTES)) return undefined;
  return { descriptor: { kind: 'reason', value, name, help }, end: text.end };
}

function isLonger(text: string, bytes: number): boolean {
  return new TextEncoder().encode(text).length > bytes;
}

/** The codes of a descriptor's argument types, as they stand in it. */
export function typeCode(type: ArgumentType): number {
  return TYPES.indexOf(type);
}

export function typeOfCode(code: number): ArgumentType | undefined {
  return TYPES[code];
}

/** One more than C may give, for the source of an instance. */
function argumentTypes(bytes: Uint8Array, start: number, count: number): readonly ArgumentType[] | undefined {
  if (count > MAX_ARGUMENTS + 1 || bytes[start + count] !== 0) return undefined;
  const types: ArgumentType[] = [];
  for (const code of bytes.subarray(start, start + count)) {
    const type = typeOfCode(code);
    if (type === undefined) return undefined;
    types.push(type);
  }
  return types;
}

/** Up to its NUL; undefined where that is missing, or where it is not UTF-8. */
function readText(bytes: Uint8Array, start: number, max: number): { readonly text: string; readonly end: number } | undefined {
  const end = endOfText(bytes, start, max);
  const text = end === undefined ? undefined : utf8(bytes.subarray(start, end));
  return end === undefined || text === undefined ? undefined : { text, end: end + 1 };
}

interface FileAndFormat {
  readonly file: string;
  readonly format: string;
  /** Behind its NUL. */
  readonly end: number;
}

/** The file is UTF-8, or it is chance bytes; a format is what somebody wrote: "\xb0C" is a degree in other character sets. */
function readFileAndFormat(bytes: Uint8Array, start: number): FileAndFormat | undefined {
  const end = endOfText(bytes, start, MAX_TEXT_BYTES);
  if (end === undefined) return undefined;
  const separator = bytes.subarray(start, end).indexOf(SEPARATOR);
  const file = separator < 0 ? undefined : utf8(bytes.subarray(start, start + separator));
  if (file === undefined) return undefined;
  return { file, format: LENIENT_UTF8.decode(bytes.subarray(start + separator + 1, end)), end: end + 1 };
}

/** Where its NUL stands. */
function endOfText(bytes: Uint8Array, start: number, max: number): number | undefined {
  const length = bytes.subarray(start, start + max + 1).indexOf(0);
  return length < 0 ? undefined : start + length;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    // Chance bytes are seldom UTF-8.
    return undefined;
  }
}

function pointerAt(view: DataView, offset: number, { addressSize, littleEndian }: Target): number {
  return addressSize === 4 ? view.getUint32(offset, littleEndian) : Number(view.getBigUint64(offset, littleEndian));
}

function viewOf(bytes: Uint8Array, offset: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.length - offset);
}

/** By number. A failed assertion is shown as an error. */
const LEVELS: readonly LogLevel[] = ['error', 'error', 'warning', 'info', 'debug'];
const KNOWN_FLAGS = FLAG_TEXT | FLAG_HEXDUMP | FLAG_FUNCTION;
const TYPES: readonly (ArgumentType | undefined)[] = [
  undefined,
  'i32',
  'u32',
  'i64',
  'u64',
  'f32',
  'f64',
  'string',
  'pointer',
  'f128',
  'source',
];
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const LENIENT_UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
