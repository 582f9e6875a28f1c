/** Makes an embedded store look as if a server before all readers had taken its ELF files. */
import { join } from 'node:path';
import { openDatabase } from '../sqlite/driver.ts';

/** The store in `folder` must be closed. */
export function ageSymbols(folder: string): void {
  const database = openDatabase(join(folder, 'events.sqlite'));
  try {
    database.exec('UPDATE symbols SET reader = 0, dictionary = NULL; DELETE FROM reasons');
  } finally {
    database.close();
  }
}
