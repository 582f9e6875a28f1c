import { storeContract } from '../src/contract/index.ts';
import { openTempStore } from './temp-store.ts';

storeContract('the SQLite store', () => openTempStore());
