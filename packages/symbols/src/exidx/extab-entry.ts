/**
 * Where the unwind instructions of an index entry stand (EHABI 7.2, 9.2, 9.3). They are bytes, the most significant of each
 * word first.
 *
 *     1 000 0000 i i i                      Su16 (personality 0), in the index or in .ARM.extab
 *     1 000 0001 n i i | n words            Lu16, Lu32 (personality 1, 2)
 *     prel31 routine | n i i i | n words    any other personality routine: the GNU and LLVM ones for C++ keep this form
 */
import { address } from '@noinit/model';
import { fromPrel31, type IndexSource } from './index-source.ts';

/** Words behind the first: their number is a byte. */
const MAX_WORDS = 255;

/** Undefined where the entry is of an unknown form, or was not kept. */
export function readExceptionInstructions(content: number, place: number, source: IndexSource): Uint8Array | undefined {
  if (content >>> 31 === 1) return content >>> 24 === 0x80 ? lowBytes(content, 3) : undefined;
  const entry = fromPrel31(content, place);
  const first = readTableWord(entry, source);
  if (first === undefined) return undefined;
  if (first >>> 31 === 0) return readGeneric(entry + 4, source);
  switch (first >>> 24) {
    case 0x80:
      return lowBytes(first, 3);
    case 0x81:
    case 0x82:
      return readWords(lowBytes(first, 2), entry + 4, (first >> 16) & 0xff, source);
    default:
      return undefined;
  }
}

function readGeneric(at: number, source: IndexSource): Uint8Array | undefined {
  const word = readTableWord(at, source);
  return word === undefined ? undefined : readWords(lowBytes(word, 3), at + 4, word >>> 24, source);
}

function readWords(first: Uint8Array, at: number, count: number, source: IndexSource): Uint8Array | undefined {
  if (count > MAX_WORDS) return undefined;
  const bytes = new Uint8Array(first.length + 4 * count);
  bytes.set(first);
  for (let index = 0; index < count; index++) {
    const word = readTableWord(at + 4 * index, source);
    if (word === undefined) return undefined;
    bytes.set(lowBytes(word, 4), first.length + 4 * index);
  }
  return bytes;
}

/** The `count` least significant bytes, the most significant of them first. */
function lowBytes(word: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (word >>> (8 * (count - 1 - index))) & 0xff);
}

function readTableWord(at: number, { read, littleEndian }: IndexSource): number | undefined {
  const bytes = at % 4 === 0 ? read(address(at), 4) : undefined;
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, littleEndian);
}
