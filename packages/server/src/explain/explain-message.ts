/** From a crash message, as a device sent it, to its trace. The server's child process and `noinit explain` both come here. */
import { type Dump, NoinitError, type Trace } from '@noinit/model';
import { explainDump } from '@noinit/postmortem';
import { scanCutMessage, scanMessage } from '@noinit/wire';
import type { Build } from './read-build.ts';

/**
 * Explains a whole or cut crash message. NoinitError `unreadable-dump` where it is none, `wrong-symbols` where `build` is
 * another build than the crash names. Without a build: registers and raw addresses.
 */
export function explainMessage(message: Uint8Array, build: Build | undefined): Trace {
  const dump = readDump(message);
  return build === undefined ? explainDump(dump, undefined) : explainDump(dump, build.symbols, { dictionary: build.dictionary });
}

function readDump(message: Uint8Array): Dump {
  const whole = scanMessage(message);
  const { record, damage } = whole.record === undefined ? scanCutMessage(message) : whole;
  if (record?.kind === 'crash') return record.dump;
  const why = record === undefined ? (damage[0]?.detail ?? 'nothing in it can be read') : `it is a ${record.kind} record`;
  throw new NoinitError('unreadable-dump', `this is not a crash: ${why}`);
}
