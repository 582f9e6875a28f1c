/**
 * Columns as a file (docs/formats/symbol-cache.md). Opening copies nothing: the columns are views of the file's bytes, which
 * may be shared between threads.
 */
import { crc32 } from 'node:zlib';
import type { Column } from '../columns/column.ts';
import type { ColumnSource } from './image-columns.ts';

/** Counted up with every change of the format: caches of other versions are built anew. */
export const CACHE_VERSION = 0;
/** Columns of one file: a limit for readers; writers have some fifty. */
const MAX_COLUMNS = 256;

/** What a cache is about. */
export interface CacheSubject {
  /** The GNU build id; empty where the ELF file has none. */
  readonly buildId: Uint8Array;
  /** Bytes of the ELF file. */
  readonly elfSize: number;
}

export function writeCacheFile({ buildId, elfSize }: CacheSubject, flags: number, columns: readonly Column[]): Uint8Array {
  const places: number[] = [];
  let end = aligned(HEADER_BYTES + columns.length * ENTRY_BYTES);
  for (const { byteLength } of columns) {
    places.push(end);
    end = aligned(end + byteLength);
  }
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint32(8, CACHE_VERSION, true);
  view.setUint32(16, end, true);
  view.setUint32(20, columns.length, true);
  view.setFloat64(24, elfSize, true);
  view.setUint32(32, flags, true);
  file[36] = buildId.length;
  file.set(buildId.subarray(0, MAX_BUILD_ID_BYTES), 40);
  columns.forEach((column, index) => {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    const place = places[index] ?? 0;
    view.setUint32(at, place, true);
    view.setUint32(at + 4, column.length, true);
    view.setUint32(at + 8, column.BYTES_PER_ELEMENT, true);
    file.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), place);
  });
  view.setUint32(12, crc32(file.subarray(16)), true);
  return file;
}

/** What stands in a file whose check sum is right. */
export interface CacheContent {
  readonly flags: number;
  readonly columns: ColumnSource;
}

/** Why the file is of no use, in words; it is disposable. */
export type UselessCache = string;

/** Looks at the header and at the check sum of all bytes; a column that is not as it should be shows when it is taken. */
export function readCacheFile(bytes: Uint8Array, subject: CacheSubject): CacheContent | UselessCache {
  const file = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  if (!isLittleEndianHost()) return 'this machine is big-endian';
  if (file.length < HEADER_BYTES || MAGIC.some((byte, index) => file[index] !== byte)) return 'it is no symbol cache';
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(8, true);
  if (version !== CACHE_VERSION) return `it has version ${version}, not ${CACHE_VERSION}`;
  if (view.getUint32(16, true) !== file.length) return `it has ${file.length} bytes, not ${view.getUint32(16, true)}`;
  if (view.getUint32(12, true) !== crc32(file.subarray(16))) return 'its check sum is wrong';
  if (view.getFloat64(24, true) !== subject.elfSize || !sameBuildId(file, subject.buildId)) return 'it is of another file';
  const count = view.getUint32(20, true);
  if (count > MAX_COLUMNS || HEADER_BYTES + count * ENTRY_BYTES > file.length) return 'its columns are cut';
  return { flags: view.getUint32(32, true), columns: new FileColumns(file, view, count) };
}

/** A column outside of the file, of another width or out of place is damage: thrown, and caught where a cache is opened. */
export class CacheDamage extends Error {}

class FileColumns implements ColumnSource {
  private readonly file: Uint8Array;
  private readonly view: DataView;
  private readonly count: number;
  private next = 0;

  constructor(file: Uint8Array, view: DataView, count: number) {
    this.file = file;
    this.view = view;
    this.count = count;
  }

  numbers(): Column {
    const column = this.wide();
    if (column instanceof Float64Array) throw new CacheDamage('a column of small numbers has eight bytes a number');
    return column;
  }

  wide(): Column {
    const { place, length, width } = this.entry();
    const { buffer } = this.file;
    const at = this.file.byteOffset + place;
    if (width === 1) return new Uint8Array(buffer, at, length);
    if (width === 2) return new Uint16Array(buffer, at, length);
    if (width === 4) return new Uint32Array(buffer, at, length);
    if (width === 8) return new Float64Array(buffer, at, length);
    throw new CacheDamage(`a column has ${width} bytes a number`);
  }

  bytes(): Uint8Array {
    const column = this.wide();
    if (!(column instanceof Uint8Array)) throw new CacheDamage('bytes of more than one byte');
    return column;
  }

  halves(): Uint16Array {
    const column = this.wide();
    if (!(column instanceof Uint16Array)) throw new CacheDamage('low halves of addresses are not two bytes');
    return column;
  }

  private entry(): { readonly place: number; readonly length: number; readonly width: number } {
    if (this.next >= this.count) throw new CacheDamage('a column is missing');
    const at = HEADER_BYTES + this.next++ * ENTRY_BYTES;
    const [place, length, width] = [0, 4, 8].map((field) => this.view.getUint32(at + field, true));
    if (place === undefined || length === undefined || width === undefined) throw new CacheDamage('a column has no place');
    if (place % ALIGNMENT !== 0 || place + length * width > this.file.length) throw new CacheDamage('a column lies outside');
    return { place, length, width };
  }
}

function sameBuildId(file: Uint8Array, buildId: Uint8Array): boolean {
  return file[36] === buildId.length && buildId.every((byte, index) => file[40 + index] === byte);
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

/** Columns are read as this machine writes numbers; the file is little-endian. */
function isLittleEndianHost(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}

/** `NOINSYMC` */
const MAGIC = Uint8Array.of(0x4e, 0x4f, 0x49, 0x4e, 0x53, 0x59, 0x4d, 0x43);
const MAX_BUILD_ID_BYTES = 32;
const HEADER_BYTES = 72;
const ENTRY_BYTES = 12;
/** Of each column: that of the widest number. */
const ALIGNMENT = 8;
