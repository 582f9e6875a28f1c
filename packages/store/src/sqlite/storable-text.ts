/**
 * Text that a database column can hold. A NUL ends a text early in one SQLite driver and is refused by PostgreSQL; devices can
 * send one, so it becomes U+FFFD, as bytes that are no UTF-8 do.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
