/** Where the corpus finds its sources and puts what it makes. */
import { fileURLToPath } from 'node:url';

export const FIRMWARE = fileURLToPath(new URL('./firmware/', import.meta.url));
export const WORKSHOP = fileURLToPath(new URL('../../../../build/corpus/', import.meta.url));
