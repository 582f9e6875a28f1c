/** `.debug_frame` (DWARF 5, 6.4.1) and `.eh_frame`: which entry describes the frame of a function. */
import { ByteReader } from '@noinit/bytes';
import { type Address, address } from '@noinit/model';
import { isDamage, MalformedError, overLimit } from '../damage.ts';
import { readAddress } from '../entry/form-reader.ts';
import { PE, readPointer } from './pointer.ts';

/** Entries of one section: one for each function, an object each. */
export const MAX_FRAMES = 2_000_000;
/** Bytes of instructions in a common entry, which are run for each of its functions; compilers write below a hundred. */
export const MAX_COMMON_INSTRUCTIONS = 1024;

export interface FrameSection {
  readonly kind: 'debug_frame' | 'eh_frame';
  readonly bytes: Uint8Array;
  /** Of the section in the target; pointers of `.eh_frame` count from it. */
  readonly address: Address;
  readonly addressSize: 4 | 8;
  readonly littleEndian: boolean;
}

/** What many functions share (a CIE). */
export interface CommonFrame {
  readonly version: number;
  readonly addressSize: 4 | 8;
  readonly offsetSize: 4 | 8;
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly returnAddressRegister: number;
  readonly signalFrame: boolean;
  readonly pointerEncoding: number;
  readonly hasAugmentationData: boolean;
  /** Where its instructions stand in the section. */
  readonly start: number;
  readonly end: number;
}

/** One function (an FDE). */
export interface FunctionFrame {
  readonly common: CommonFrame;
  readonly begin: Address;
  readonly end: Address;
  readonly instructions: { readonly start: number; readonly end: number };
}

/** All functions of the section, in its order; what cannot be read is left out. Empty ranges are left out. */
export function readFrames(section: FrameSection): readonly FunctionFrame[] {
  const scan = new Scan(section);
  const frames: FunctionFrame[] = [];
  try {
    for (let frame = scan.next(); frame !== 'end'; frame = scan.next()) {
      if (frame && frame.end > frame.begin) frames.push(frame);
      if (frames.length > MAX_FRAMES) throw overLimit(`more than ${MAX_FRAMES} frame entries`);
    }
  } catch (error) {
    // Behind an entry without a length no other can be found.
    if (!isDamage(error)) throw error;
  }
  return frames;
}

class Scan {
  private readonly section: FrameSection;
  private readonly reader: ByteReader;
  private readonly commons = new Map<number, CommonFrame | undefined>();

  constructor(section: FrameSection) {
    this.section = section;
    this.reader = new ByteReader(section.bytes, { littleEndian: section.littleEndian });
  }

  /** The next function, or undefined for an entry of another kind or one that cannot be read. */
  next(): FunctionFrame | undefined | 'end' {
    if (this.reader.atEnd) return 'end';
    const entry = this.readLength(this.reader);
    // A length of zero ends the `.eh_frame` of one object file; linkers put others behind it.
    if (entry.end === entry.start) return undefined;
    this.reader.offset = entry.end;
    const body = this.body(entry);
    // The id of a common entry is all ones, which as 64 bits is the largest address here.
    const id: number = readAddress(body, this.section.kind === 'eh_frame' ? 4 : entry.offsetSize);
    const common = this.commonAt(id, entry.start, entry.offsetSize);
    if (common === 'itself') return undefined;
    return common && this.readFunction(body, common, entry.end);
  }

  /** Length, and where the entry's content begins and ends. */
  private readLength(reader: ByteReader): { start: number; end: number; offsetSize: 4 | 8 } {
    const short = reader.u32();
    const offsetSize: 4 | 8 = short === LONG_LENGTH ? 8 : 4;
    const length = offsetSize === 8 ? reader.u64() : short;
    const start = reader.offset;
    if (length > reader.remaining) throw new MalformedError('a frame entry ends behind its section');
    return { start, end: start + length, offsetSize };
  }

  private body({ start, end }: { start: number; end: number }): ByteReader {
    const { bytes, littleEndian } = this.section;
    return new ByteReader(bytes.subarray(0, end), { offset: start, littleEndian });
  }

  /** The common entry that an id names: an offset in `.debug_frame`, a distance back in `.eh_frame`. */
  private commonAt(id: number, start: number, offsetSize: 4 | 8): CommonFrame | undefined | 'itself' {
    const isEh = this.section.kind === 'eh_frame';
    if (isEh ? id === 0 : id === (offsetSize === 4 ? LONG_LENGTH : Number.MAX_SAFE_INTEGER)) return 'itself';
    const offset = isEh ? start - id : id;
    if (!this.commons.has(offset)) this.commons.set(offset, this.tryReadCommon(offset));
    return this.commons.get(offset);
  }

  private tryReadCommon(offset: number): CommonFrame | undefined {
    try {
      const reader = new ByteReader(this.section.bytes, { offset, littleEndian: this.section.littleEndian });
      return this.readCommon(this.readLength(reader));
    } catch (error) {
      if (!isDamage(error)) throw error;
      return undefined;
    }
  }

  private readCommon(entry: { start: number; end: number; offsetSize: 4 | 8 }): CommonFrame {
    const reader = this.body(entry);
    reader.skip(this.section.kind === 'eh_frame' ? 4 : entry.offsetSize);
    const version = reader.u8();
    if (version !== 1 && version !== 3 && version !== 4) throw new MalformedError(`frame entries of version ${version}`);
    const augmentation = readShortText(reader);
    const addressSize = version >= 4 ? readSizes(reader) : this.section.addressSize;
    const codeAlignment = reader.uleb();
    const dataAlignment = reader.sleb();
    const returnAddressRegister = version === 1 ? reader.u8() : reader.uleb();
    const common = { version, addressSize, offsetSize: entry.offsetSize, codeAlignment, dataAlignment, returnAddressRegister };
    const extra = this.readAugmentation(reader, augmentation, addressSize);
    if (reader.remaining > MAX_COMMON_INSTRUCTIONS)
      throw overLimit(`a common entry of more than ${MAX_COMMON_INSTRUCTIONS} bytes`);
    return { ...common, ...extra, start: reader.offset, end: entry.end };
  }

  /** `zRPLS` in any order behind the `z`: signal frame, pointer encoding, personality and data for exceptions. */
  private readAugmentation(reader: ByteReader, augmentation: string, addressSize: 4 | 8) {
    const hasAugmentationData = augmentation.startsWith('z');
    let pointerEncoding: number = PE.absolute;
    let signalFrame = false;
    if (!hasAugmentationData) {
      if (!WITHOUT_DATA.test(augmentation)) throw new MalformedError(`frame augmentation "${augmentation}" is not known`);
      return { pointerEncoding, signalFrame: augmentation.includes('S'), hasAugmentationData };
    }
    const length = reader.uleb();
    const end = reader.offset + length;
    if (length > reader.remaining) throw new MalformedError('frame augmentation data ends behind its entry');
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') pointerEncoding = reader.u8();
      else if (letter === 'S') signalFrame = true;
      else if (letter === 'L') reader.skip(1);
      else if (letter === 'P') this.skipPersonality(reader, addressSize);
      else if (!LETTERS_WITHOUT_DATA.has(letter)) throw new MalformedError(`frame augmentation "${augmentation}" is not known`);
    }
    reader.offset = end;
    return { pointerEncoding, signalFrame, hasAugmentationData };
  }

  private skipPersonality(reader: ByteReader, addressSize: 4 | 8): void {
    const encoding = reader.u8();
    if (encoding !== PE.omit) readPointer(reader, encoding, addressSize, this.section.address);
  }

  private readFunction(reader: ByteReader, common: CommonFrame, end: number): FunctionFrame | undefined {
    try {
      const [begin, size] = this.readRange(reader, common);
      if (common.hasAugmentationData) reader.skip(reader.uleb());
      if (!Number.isSafeInteger(begin + size) || begin < 0 || size < 0) return undefined;
      return { common, begin: address(begin), end: address(begin + size), instructions: { start: reader.offset, end } };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return undefined;
    }
  }

  private readRange(reader: ByteReader, { addressSize, pointerEncoding }: CommonFrame): [number, number] {
    if (this.section.kind === 'debug_frame') return [readAddress(reader, addressSize), readAddress(reader, addressSize)];
    const begin = readPointer(reader, pointerEncoding, addressSize, this.section.address);
    // A length counts from nothing, whatever the address counts from.
    return [begin, readPointer(reader, pointerEncoding & 0x0f, addressSize, 0)];
  }
}

/** Sizes of addresses and of segment selectors. */
function readSizes(reader: ByteReader): 4 | 8 {
  const addressSize = reader.u8();
  if (reader.u8() !== 0) throw new MalformedError('frame entries with segment selectors');
  if (addressSize !== 4 && addressSize !== 8) throw new MalformedError(`frame addresses of ${addressSize} bytes`);
  return addressSize;
}

/** An augmentation has a letter for each of a handful of features. */
function readShortText(reader: ByteReader): string {
  let text = '';
  for (let byte = reader.u8(); byte !== 0; byte = reader.u8()) {
    if (text.length >= 16) throw new MalformedError('a frame augmentation of more than 16 letters');
    text += String.fromCharCode(byte);
  }
  return text;
}

const LONG_LENGTH = 0xffff_ffff;
/** Letters that need no data stand without a `z` in `.debug_frame`; ARM's compiler says that it follows the standard. */
const WITHOUT_DATA = /^(?:[SBG]*|armcc\+)$/;
/** AArch64: which key signs return addresses, and memory tagging of the frame. */
const LETTERS_WITHOUT_DATA: ReadonlySet<string> = new Set(['B', 'G']);
