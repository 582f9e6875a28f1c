/** Names in string tables: NUL-terminated, found by their offset. */

/** Bytes of one name that are read: names of C++ and Rust run to some thousands. */
export const MAX_NAME_BYTES = 65_536;

/** The name at `offset`; empty outside the table. A name without its NUL ends with the table, one past the limit is cut. */
export function stringAt(table: Uint8Array, offset: number, limit = MAX_NAME_BYTES): string {
  if (offset >= table.length) return '';
  const nul = table.indexOf(0, offset);
  const end = Math.min(nul < 0 ? table.length : nul, offset + limit);
  if (end - offset > SHORT_NAME) return UTF8.decode(table.subarray(offset, end));
  let text = '';
  for (let at = offset; at < end; at++) {
    const byte = table[at] ?? 0;
    if (byte >= 0x80) return UTF8.decode(table.subarray(offset, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Below this a loop is faster than the set-up of TextDecoder. */
const SHORT_NAME = 24;
const UTF8 = new TextDecoder('utf-8');
