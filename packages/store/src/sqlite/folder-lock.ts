/** One store at a time in a folder. The lock is the operating system's, so that it ends with the process however that ends. */
import { join } from 'node:path';
import { NoinitError } from '@noinit/model';
import { openLockFile } from './driver.ts';

export function lockFolder(folder: string): { release(): void } {
  const file = openLockFile(join(folder, 'lock.sqlite'));
  try {
    file.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw new NoinitError('store-unsafe', `${folder} is in use by another server`, { cause: error });
  }
  return { release: () => file.close() };
}
