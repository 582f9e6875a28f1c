/** Opens the embedded store: SQLite files and a folder of blobs. */
import { NoinitError } from '@noinit/model';
import type { Store, StoreOptions } from './store.ts';

/** Opens the store in `options.folder`. NoinitError `store-unsafe` where a database would not sync on commit. */
export async function openStore(options: StoreOptions): Promise<Store> {
  throw new NoinitError('internal', `no engine yet for ${options.folder}`);
}
