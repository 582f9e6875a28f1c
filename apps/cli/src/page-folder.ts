import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The built page of apps/web; undefined where it was not built. */
export function pageFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../web/dist/', import.meta.url));
  return existsSync(`${folder}index.html`) ? folder : undefined;
}
