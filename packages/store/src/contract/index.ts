/** Tests that every store engine passes. Imported by tests only. */
import { describe } from 'vitest';
import { blobContract } from './blob-contract.ts';
import { crashContract } from './crash-contract.ts';
import type { OpenEngine } from './engine.ts';
import { eventContract } from './event-contract.ts';
import { inboxContract } from './inbox-contract.ts';
import { projectsContract } from './projects-contract.ts';
import { readerContract } from './reader-contract.ts';
import { rebootContract } from './reboot-contract.ts';
import { symbolContract } from './symbol-contract.ts';

export { ageSymbols } from './age-symbols.ts';
export type { OpenEngine, StoreUnderTest } from './engine.ts';
export { readStoredRows, type StoredRows } from './stored-rows.ts';

/** Declares the whole contract as one suite; `open` gives an empty store each time. */
export function storeContract(name: string, open: OpenEngine): void {
  describe(name, () => {
    inboxContract(open);
    blobContract(open);
    projectsContract(open);
    eventContract(open);
    symbolContract(open);
    readerContract(open);
    rebootContract(open);
    crashContract(open);
  });
}
