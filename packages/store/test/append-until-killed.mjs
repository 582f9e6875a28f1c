// Appends numbered rows to the store in the folder it is given and prints each number once it is acknowledged.
import { writeSync } from 'node:fs';
import { openStore } from '@noinit/store';

const store = await openStore({ folder: process.argv[2] });
const sender = async (first) => {
  for (let number = first; ; number += SENDERS) {
    const bytes = new Uint8Array(200);
    new DataView(bytes.buffer).setUint32(0, number);
    await store.inbox.append([{ project: 'acme', serial: 'SN-1', receivedAt: 1, bytes }]);
    writeSync(1, `${number}\n`);
  }
};
const SENDERS = 32;
for (let first = 0; first < SENDERS; first++) void sender(first);
