/** A crash message or a postcard as a device sent it (docs/formats/crash.md, postcard.md). */
import { type Dump, NoinitError } from '@noinit/model';
import { scanCutMessage, scanMessage } from '@noinit/wire';
import { postcardDump } from './postcard-dump.ts';

/** The dump of a whole or cut crash message, or of a postcard. NoinitError `unreadable-dump` where it is none. */
export function readMessage(message: Uint8Array): Dump {
  const whole = scanMessage(message);
  const { record, damage } = whole.record === undefined ? scanCutMessage(message) : whole;
  if (record?.kind === 'crash') return record.dump;
  if (record?.kind === 'postcard') return postcardDump(record);
  const why = record === undefined ? (damage[0]?.detail ?? 'nothing in it can be read') : `it is a ${record.kind} record`;
  throw new NoinitError('unreadable-dump', `this is not a crash: ${why}`);
}
