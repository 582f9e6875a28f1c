/** The folder that everything is kept in: made where it is missing, looked at before anything is opened in it. */
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { NoinitError } from '@noinit/model';

const WHY: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'writing there is not permitted'],
  ['EPERM', 'writing there is not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOENT', 'there is no such folder, and it cannot be made'],
  ['ENOTDIR', 'it is not a folder'],
  ['ENOSPC', 'the disk is full'],
]);

/** NoinitError `store-unsafe`, in one sentence, where nothing can be kept in `folder`. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    const code = codeOf(error);
    const why = WHY.get(code) ?? code;
    throw new NoinitError('store-unsafe', `cannot keep data in ${folder}: ${why}`, { cause: error });
  }
}

/** One level after the other: in places like /proc the recursive `mkdir` of Node never ends. */
async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  const found = await stat(path).catch((error: unknown) => (codeOf(error) === 'ENOENT' ? undefined : Promise.reject(error)));
  if (found?.isDirectory()) return;
  if (found !== undefined) throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR' });
  if (parent !== path) await makeFolder(parent);
  await mkdir(path);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
