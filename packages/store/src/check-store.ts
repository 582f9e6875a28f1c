/** Whether a store that nobody has open is whole, page by page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from './sqlite/driver.ts';

const DATABASES = ['inbox.sqlite', 'events.sqlite'] as const;

/**
 * What is wrong with the databases in `folder`, one sentence each; empty where nothing is. Reads every page. The driver of Node 20
 * lets go of a closed file only when its statements are collected: whoever uses the folder again checks in another process.
 */
export function checkStore(folder: string): readonly string[] {
  return DATABASES.filter((name) => existsSync(join(folder, name))).flatMap((name) =>
    checkDatabase(join(folder, name)).map((problem) => `${name}: ${problem}`),
  );
}

function checkDatabase(file: string): readonly string[] {
  const database = openDatabase(file);
  try {
    const rows = database.prepare('PRAGMA integrity_check').all() as { readonly integrity_check: string }[];
    const broken = database.prepare('PRAGMA foreign_key_check').all() as { readonly table: string }[];
    const pages = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    return [...pages, ...broken.map(({ table }) => `a row of ${table} refers to a row that is not there`)];
  } finally {
    database.close();
  }
}
