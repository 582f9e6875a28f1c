/** A crash message as a device sent it (docs/formats/crash.md). */
import { type Dump, NoinitError } from '@noinit/model';
import { scanCutMessage, scanMessage } from '@noinit/wire';

/** The dump of a whole or cut crash message. NoinitError `unreadable-dump` where it is none. */
export function readMessage(message: Uint8Array): Dump {
  const whole = scanMessage(message);
  const { record, damage } = whole.record === undefined ? scanCutMessage(message) : whole;
  if (record?.kind === 'crash') return record.dump;
  const why = record === undefined ? (damage[0]?.detail ?? 'nothing in it can be read') : `it is a ${record.kind} record`;
  throw new NoinitError('unreadable-dump', `this is not a crash: ${why}`);
}
