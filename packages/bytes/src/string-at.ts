/** Names in string tables: NUL-terminated, found by their offset. */

/** Bytes of one name that are read: names of C++ and Rust run to some thousands. */
export const MAX_NAME_BYTES = 65_536;

/** The name at `offset`; empty outside the table. A name without its NUL ends with the table, one past the limit is cut. */
export function stringAt(table: Uint8Array, offset: number, limit = MAX_NAME_BYTES): string {
  if (offset >= table.length) return '';
  const last = Math.min(table.length, offset + limit);
  const short = Math.min(last, offset + SHORT_NAME);
  let text = '';
  for (let at = offset; at < short; at++) {
    const byte = table[at] ?? 0;
    if (byte === 0) return text;
    if (byte >= 0x80) break;
    text += String.fromCharCode(byte);
  }
  if (offset + text.length === last) return text;
  // Never searched past the limit: many names may lead into one table without an end.
  const rest = table.subarray(offset, last);
  const nul = rest.indexOf(0);
  return UTF8.decode(nul < 0 ? rest : rest.subarray(0, nul));
}

/** Below this a loop is faster than the set-up of TextDecoder. */
const SHORT_NAME = 24;
const UTF8 = new TextDecoder('utf-8');
