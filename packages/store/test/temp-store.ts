/** A store in a folder of its own that goes away with the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreUnderTest } from '../src/contract/index.ts';
import { openStore, type Store, type StoreOptions } from '../src/index.ts';

export interface TempStore extends StoreUnderTest {
  readonly folder: string;
}

export async function openTempStore(options: Omit<StoreOptions, 'folder'> = {}): Promise<TempStore> {
  const folder = await mkdtemp(join(tmpdir(), 'noinit-store-'));
  let current: Store = await openStore({ folder, ...options });
  return {
    folder,
    store: current,
    reopen: async () => {
      await current.close();
      current = await openStore({ folder, ...options });
      return current;
    },
    dispose: async () => {
      await current.close();
      await rm(folder, { recursive: true });
    },
  };
}
