import { NoinitError, type Serial, serial } from '@noinit/model';

/** Names that URL clients resolve away: a device called so could not be asked for again. */
const UNREACHABLE = new Set(['.', '..']);
/** Half of a character: it has no UTF-8, and what stands for it in UTF-8 is another name. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The serial of a path, percent escapes already undone. NoinitError `bad-serial`. */
export function parseSerial(text: string): Serial {
  const found = UNREACHABLE.has(text) ? undefined : serial(text);
  if (found === undefined || LONE_SURROGATE.test(text)) throw new NoinitError('bad-serial', 'this serial cannot be used');
  return found;
}
