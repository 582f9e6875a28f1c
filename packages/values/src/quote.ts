/** C's way to write characters and strings, so that no byte of a device acts on a terminal or a page. */

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0, '\\0'],
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [92, '\\\\'],
]);

/** `'a'`, `'\n'`, `'\xff'`; `size` is the character type's in bytes. */
export function quoteCharacter(code: number, size: number): string {
  const text = size === 1 ? byteText(code & 0xff) : codePointText(code);
  return `'${text === "'" ? "\\'" : text}'`;
}

/** `"text"` of bytes that are UTF-8 in the main; a byte that is not is written `\xhh`. */
export function quoteBytes(bytes: Uint8Array): string {
  const text = decodeStrictly(bytes);
  const body =
    text === undefined ? Array.from(bytes, (byte) => byteText(byte)).join('') : [...text].map(escapeCodePoint).join('');
  return `"${body.replaceAll('"', '\\"')}"`;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: the caller writes the bytes one by one.
    return undefined;
  }
}

function escapeCodePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? byteText(code) : codePointText(code);
}

function byteText(byte: number): string {
  const escaped = ESCAPES.get(byte);
  if (escaped !== undefined) return escaped;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Letters, digits, marks, punctuation and symbols stay; what changes how text runs or is not there is written by number. */
function codePointText(code: number): string {
  if (code < 0x80) return byteText(code);
  const isScalar = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  if (isScalar && /^[\p{L}\p{N}\p{M}\p{P}\p{S}]$/u.test(String.fromCodePoint(code))) return String.fromCodePoint(code);
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
