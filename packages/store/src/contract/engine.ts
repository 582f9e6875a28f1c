/** What a store must offer to be put through the contract. */
import type { Store } from '../store.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<Store>;
  /** Closes the store and forgets its data. */
  dispose(): Promise<void>;
}

/** Opens an empty store. */
export type OpenEngine = () => Promise<StoreUnderTest>;
