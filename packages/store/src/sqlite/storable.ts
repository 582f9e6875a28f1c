/** What a device may send and a column cannot hold as it is. */

/** Text for a column. A NUL ends a text early in one SQLite driver and is refused by PostgreSQL: it becomes U+FFFD, as bad UTF-8 does. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}

/** Bytes for a column. `node:sqlite` takes an empty array without memory behind it for NULL, a view of some memory for what it is. */
export function storableBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? EMPTY : bytes;
}

const EMPTY = new Uint8Array(1).subarray(0, 0);
