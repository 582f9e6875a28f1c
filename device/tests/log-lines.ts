/** The log that a firmware sent in chunks, read with nothing but its ELF file. */
import type { LogLine } from '@noinit/model';
import { decodeLogs, logsOf, recordsOf } from './records.ts';

/** Throws where anything was damaged, lost or not understood: on QEMU nothing is. */
export function logLinesOf(chunks: readonly Uint8Array[], elf: string): readonly LogLine[] {
  const records = recordsOf(chunks);
  const { lines, damage } = decodeLogs(records, [elf]);
  const dropped = logsOf(records).find((log) => log.dropped > 0);
  const unknown = lines.find((line) => line.unknown !== undefined);
  if (damage.length > 0 || dropped || unknown) throw new Error(JSON.stringify({ damage, dropped, unknown }));
  return lines;
}
