/** Text that people read is compared with a file. `UPDATE_GOLDEN=1` rewrites the file; look at the difference before you keep it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';

/** Fails unless the file at `path` holds exactly `text`. A missing file counts as empty. */
export function matchesGolden(path: string | URL, text: string): void {
  const file = path instanceof URL ? path.pathname : path;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text, `differs from ${file}; UPDATE_GOLDEN=1 rewrites it`).toBe(readGolden(file));
}

function readGolden(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
