/** A file whose bytes are read when they are needed: of a large ELF file that is a small part. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TruncatedError } from '@noinit/bytes';
import type { FileContents } from '@noinit/elf';

export interface FileOnDisk {
  readonly contents: FileContents;
  readonly close: () => void;
}

export function openFile(path: string): FileOnDisk {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  const read = (offset: number, length: number) => {
    if (!(offset >= 0 && length >= 0 && length <= size - offset)) {
      throw new TruncatedError(offset, length, Math.max(0, size - offset));
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(file, bytes, done, length - done, offset + done);
      // Somebody made the file shorter while it was open.
      if (count === 0) throw new TruncatedError(offset + done, length - done, 0);
      done += count;
    }
    return bytes;
  };
  return { contents: { size, read }, close: () => closeSync(file) };
}
