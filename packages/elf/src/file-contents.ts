/** The bytes of a file, in memory or read piece by piece: of a large file only a few sections are ever needed. */
import { TruncatedError } from '@noinit/bytes';

export interface FileContents {
  readonly size: number;
  /** Exactly `length` bytes. Throws TruncatedError where the file does not have them, before anything is allocated. */
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** A file that is in memory: what is read is a view, not a copy. */
export function contentsOf(bytes: Uint8Array): FileContents {
  return {
    size: bytes.length,
    read: (offset, length) => {
      if (!(offset >= 0 && length >= 0 && length <= bytes.length - offset)) {
        throw new TruncatedError(offset, length, Math.max(0, bytes.length - offset));
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}
