/** From a crash to its trace. The server's child process and `noinit explain` both come here. */
import { readMessage } from '@noinit/dumps';
import type { Dump, Trace } from '@noinit/model';
import { type ExplainOptions, explainDump } from '@noinit/postmortem';
import type { Build } from './read-build.ts';

/** The dictionary of log sites is the build's. */
export type CrashOptions = Omit<ExplainOptions, 'dictionary'>;

/**
 * Explains a whole or cut crash message as a device sent it. NoinitError `unreadable-dump` where it is none, `wrong-symbols`
 * where `build` is another build than the crash names. Without a build: registers and raw addresses.
 */
export function explainMessage(message: Uint8Array, build: Build | undefined, options: CrashOptions = {}): Trace {
  return explainCrash(readMessage(message), build, options);
}

/** The same for a crash of any container (`readDump` of `dumps`). */
export function explainCrash(dump: Dump, build: Build | undefined, options: CrashOptions = {}): Trace {
  if (build === undefined) return explainDump(dump, undefined, options);
  return explainDump(dump, build.symbols, { ...options, dictionary: build.dictionary });
}
