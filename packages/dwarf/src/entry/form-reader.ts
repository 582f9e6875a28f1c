/** Reads and skips attribute values by their form (DWARF 5, 7.5.5). */
import { type ByteReader, OverlongError } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { FORM } from '../code/form.ts';
import { MalformedError } from '../damage.ts';
import type { InfoOffset } from '../sections.ts';

/** What a form holds, before the attribute gives it a meaning. */
export type FormValue =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'address-index'; readonly index: number }
  /** `size`: bytes of the form, 0 for LEB128 and implicit constants. A number beyond ±2^53 is a bigint. */
  | { readonly kind: 'constant'; readonly value: number | bigint; readonly size: number; readonly signed: boolean }
  | { readonly kind: 'flag'; readonly value: boolean }
  /** An expression (exprloc) or a block of bytes: DWARF 2 and 3 have only blocks. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'text-offset'; readonly section: 'str' | 'lineStr'; readonly offset: number }
  | { readonly kind: 'text-index'; readonly index: number }
  | { readonly kind: 'entry'; readonly offset: InfoOffset }
  | { readonly kind: 'signature'; readonly signature: bigint }
  | { readonly kind: 'section-offset'; readonly offset: number }
  | { readonly kind: 'list-index'; readonly index: number }
  /** Lies in another file (dwz, split DWARF). */
  | { readonly kind: 'elsewhere' };

/** The sizes that forms depend on, of one unit. */
export interface Encoding {
  readonly version: number;
  readonly addressSize: 4 | 8;
  readonly offsetSize: 4 | 8;
}

/** Advances `reader` over a value. `unitOffset` is what DW_FORM_ref1 to ref_udata count from. */
export function readForm(
  reader: ByteReader,
  form: number,
  encoding: Encoding,
  unitOffset: number,
  implicit: number | undefined,
): FormValue {
  switch (form) {
    case FORM.addr:
      return { kind: 'address', address: readAddress(reader, encoding.addressSize) };
    case FORM.addrx:
    case FORM.GNU_addr_index:
      return { kind: 'address-index', index: reader.uleb() };
    case FORM.addrx1:
      return { kind: 'address-index', index: reader.u8() };
    case FORM.addrx2:
      return { kind: 'address-index', index: reader.u16() };
    case FORM.addrx3:
      return { kind: 'address-index', index: reader.u24() };
    case FORM.addrx4:
      return { kind: 'address-index', index: reader.u32() };
    case FORM.data1:
      return constant(reader.u8(), 1);
    case FORM.data2:
      return constant(reader.u16(), 2);
    case FORM.data4:
      return constant(reader.u32(), 4);
    case FORM.data8:
      return constant(narrow(reader.u64Big()), 8);
    case FORM.sdata:
      return { kind: 'constant', value: wideLeb(reader, true), size: 0, signed: true };
    case FORM.udata:
      return constant(wideLeb(reader, false), 0);
    case FORM.implicit_const:
      return { kind: 'constant', value: implicit ?? 0, size: 0, signed: true };
    case FORM.flag:
      return { kind: 'flag', value: reader.u8() !== 0 };
    case FORM.flag_present:
      return { kind: 'flag', value: true };
    case FORM.data16:
      return { kind: 'bytes', bytes: reader.take(16) };
    case FORM.block:
    case FORM.exprloc:
      return { kind: 'bytes', bytes: reader.take(reader.uleb()) };
    case FORM.block1:
      return { kind: 'bytes', bytes: reader.take(reader.u8()) };
    case FORM.block2:
      return { kind: 'bytes', bytes: reader.take(reader.u16()) };
    case FORM.block4:
      return { kind: 'bytes', bytes: reader.take(reader.u32()) };
    case FORM.string:
      return { kind: 'text', bytes: takeString(reader) };
    case FORM.strp:
      return { kind: 'text-offset', section: 'str', offset: readOffset(reader, encoding.offsetSize) };
    case FORM.line_strp:
      return { kind: 'text-offset', section: 'lineStr', offset: readOffset(reader, encoding.offsetSize) };
    case FORM.strx:
    case FORM.GNU_str_index:
      return { kind: 'text-index', index: reader.uleb() };
    case FORM.strx1:
      return { kind: 'text-index', index: reader.u8() };
    case FORM.strx2:
      return { kind: 'text-index', index: reader.u16() };
    case FORM.strx3:
      return { kind: 'text-index', index: reader.u24() };
    case FORM.strx4:
      return { kind: 'text-index', index: reader.u32() };
    case FORM.ref1:
      return entry(unitOffset + reader.u8());
    case FORM.ref2:
      return entry(unitOffset + reader.u16());
    case FORM.ref4:
      return entry(unitOffset + reader.u32());
    case FORM.ref8:
      return entry(unitOffset + reader.u64());
    case FORM.ref_udata:
      return entry(unitOffset + reader.uleb());
    case FORM.ref_addr:
      // In DWARF 2 the size of an address, since then the size of an offset.
      return entry(readOffset(reader, encoding.version === 2 ? encoding.addressSize : encoding.offsetSize));
    case FORM.ref_sig8:
      return { kind: 'signature', signature: reader.u64Big() };
    case FORM.sec_offset:
      return { kind: 'section-offset', offset: readOffset(reader, encoding.offsetSize) };
    case FORM.loclistx:
    case FORM.rnglistx:
      return { kind: 'list-index', index: reader.uleb() };
    case FORM.indirect:
      return readForm(reader, directForm(reader), encoding, unitOffset, undefined);
    case FORM.ref_sup4:
    case FORM.ref_sup8:
    case FORM.strp_sup:
    case FORM.GNU_ref_alt:
    case FORM.GNU_strp_alt:
      skipForm(reader, form, encoding);
      return { kind: 'elsewhere' };
    default:
      throw new MalformedError(`form 0x${form.toString(16)} is not known`);
  }
}

/** Advances `reader` over a value without looking at it. */
export function skipForm(reader: ByteReader, form: number, encoding: Encoding): void {
  const size = FIXED_SIZES[form] ?? -1;
  if (size >= 0) {
    reader.skip(size);
    return;
  }
  switch (form) {
    case FORM.addr:
      reader.skip(encoding.addressSize);
      return;
    case FORM.strp:
    case FORM.line_strp:
    case FORM.sec_offset:
    case FORM.strp_sup:
    case FORM.GNU_ref_alt:
    case FORM.GNU_strp_alt:
      reader.skip(encoding.offsetSize);
      return;
    case FORM.ref_addr:
      reader.skip(encoding.version === 2 ? encoding.addressSize : encoding.offsetSize);
      return;
    case FORM.string:
      takeString(reader);
      return;
    case FORM.indirect:
      skipForm(reader, directForm(reader), encoding);
      return;
    case FORM.block1:
      reader.skip(reader.u8());
      return;
    case FORM.block2:
      reader.skip(reader.u16());
      return;
    case FORM.block4:
      reader.skip(reader.u32());
      return;
    case FORM.block:
    case FORM.exprloc:
      reader.skip(reader.uleb());
      return;
    case FORM.sdata:
    case FORM.udata:
    case FORM.ref_udata:
    case FORM.strx:
    case FORM.addrx:
    case FORM.loclistx:
    case FORM.rnglistx:
    case FORM.GNU_addr_index:
    case FORM.GNU_str_index:
      skipLeb(reader);
      return;
    default:
      throw new MalformedError(`form 0x${form.toString(16)} is not known`);
  }
}

/** Size of a value that is the same in every unit, or that of `encoding`; undefined where the value says. */
export function fixedSize(form: number, encoding: Encoding): number | undefined {
  const size = FIXED_SIZES[form] ?? -1;
  if (size >= 0) return size;
  if (form === FORM.addr) return encoding.addressSize;
  if (form === FORM.strp || form === FORM.line_strp || form === FORM.sec_offset) return encoding.offsetSize;
  if (form === FORM.ref_addr) return encoding.version === 2 ? encoding.addressSize : encoding.offsetSize;
  return undefined;
}

/**
 * An address of the target. Beyond 2^53 there is no code or data, only the marks of linkers for what they dropped
 * (2^64 - 1 and - 2): these become the largest address.
 */
export function readAddress(reader: ByteReader, addressSize: 4 | 8): Address {
  return addressSize === 4 ? address(reader.u32()) : clampAddress(reader.u64Big());
}

export function clampAddress(value: bigint): Address {
  return address(value > MAX_EXACT ? Number.MAX_SAFE_INTEGER : Number(value));
}

/** A 4- or 8-byte offset. */
export function readOffset(reader: ByteReader, size: 4 | 8): number {
  return size === 4 ? reader.u32() : reader.u64();
}

function constant(value: number | bigint, size: number): FormValue {
  return { kind: 'constant', value, size, signed: false };
}

function entry(offset: number): FormValue {
  return { kind: 'entry', offset: offset as InfoOffset };
}

function narrow(value: bigint): number | bigint {
  return value >= -MAX_EXACT && value <= MAX_EXACT ? Number(value) : value;
}

/** A LEB128 of any size up to 64 bits. */
export function wideLeb(reader: ByteReader, signed: boolean): number | bigint {
  const start = reader.offset;
  try {
    return signed ? reader.sleb() : reader.uleb();
  } catch (error) {
    if (!(error instanceof OverlongError)) throw error;
  }
  reader.offset = start;
  let value = 0n;
  let shift = 0n;
  let byte: number;
  do {
    byte = reader.u8();
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (shift > MAX_LEB_BITS) throw new OverlongError(start, 'LEB128');
  } while (byte >= 0x80);
  return narrow(signed ? BigInt.asIntN(Math.min(64, Number(shift)), value) : BigInt.asUintN(64, value));
}

function skipLeb(reader: ByteReader): void {
  while (reader.u8() >= 0x80);
}

function takeString(reader: ByteReader): Uint8Array {
  const { bytes, offset } = reader;
  let end = offset;
  const near = Math.min(bytes.length, offset + NEAR);
  while (end < near && bytes[end] !== 0) end++;
  if (end === near) {
    const found = bytes.subarray(near, offset + MAX_TEXT_BYTES).indexOf(0);
    if (found < 0) throw new MalformedError('a text without an end');
    end = near + found;
  }
  const text = reader.take(end - offset);
  reader.skip(1);
  return text;
}

/** DW_FORM_indirect may not lead to itself: a chain of them would be a recursion that the file drives. */
function directForm(reader: ByteReader): number {
  const form = reader.uleb();
  if (form === FORM.indirect || form === FORM.implicit_const) throw new MalformedError('an indirect form names no form');
  return form;
}

/** Texts in place are short ones, and commands of compilers. */
const NEAR = 32;
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const MAX_LEB_BITS = 70n;
const SIZED_FORMS = [
  [FORM.implicit_const, 0],
  [FORM.flag_present, 0],
  [FORM.data1, 1],
  [FORM.flag, 1],
  [FORM.ref1, 1],
  [FORM.strx1, 1],
  [FORM.addrx1, 1],
  [FORM.data2, 2],
  [FORM.ref2, 2],
  [FORM.strx2, 2],
  [FORM.addrx2, 2],
  [FORM.strx3, 3],
  [FORM.addrx3, 3],
  [FORM.data4, 4],
  [FORM.ref4, 4],
  [FORM.strx4, 4],
  [FORM.addrx4, 4],
  [FORM.ref_sup4, 4],
  [FORM.data8, 8],
  [FORM.ref8, 8],
  [FORM.ref_sig8, 8],
  [FORM.ref_sup8, 8],
  [FORM.data16, 16],
] as const;
/** By form; -1 where the size is not always the same. */
const FIXED_SIZES = new Int8Array(1 + Math.max(...SIZED_FORMS.map(([form]) => form))).fill(-1);
for (const [form, size] of SIZED_FORMS) FIXED_SIZES[form] = size;
