/** What a blob file goes through, step by step, so that a test can watch the order. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';

export interface BlobDisk {
  makeFolder(folder: string): Promise<void>;
  read(file: string): Promise<Uint8Array | undefined>;
  /** Writes the bytes and waits until they are on the disk. */
  writeSynced(file: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Waits until the folder's entries are on the disk: a renamed file has its new name only then. */
  syncFolder(folder: string): Promise<void>;
}

export const realDisk: BlobDisk = {
  makeFolder: async (folder) => {
    await mkdir(folder, { recursive: true });
  },
  read: async (file) => {
    const bytes = await readFile(file).catch(absent);
    return bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  },
  writeSynced: async (file, bytes) => {
    const handle = await open(file, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  syncFolder: async (folder) => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** A file that is not there is an answer, every other error is none. */
function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
