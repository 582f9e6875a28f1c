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

/** `"text"` of UTF-8; a byte that is none is written `\xhh`. */
export function quoteBytes(bytes: Uint8Array): string {
  let text = '"';
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] ?? 0;
    const sequence = byte < 0x80 ? undefined : sequenceAt(bytes, index);
    text += sequence ? codePointText(sequence.code) : byte === QUOTE ? '\\"' : byteText(byte);
    index += sequence?.length ?? 1;
  }
  return `${text}"`;
}

const QUOTE = 0x22;

/** `"text"` of code points, or of UTF-16 code units of which pairs are put together. */
export function quoteCodes(codes: readonly number[], size: 2 | 4): string {
  const text = size === 2 ? [...String.fromCharCode(...codes)].map((unit) => unit.codePointAt(0) ?? 0) : codes;
  return `"${text.map(codePointText).join('').replaceAll('"', '\\"')}"`;
}

/** What `char` of Rust may hold: no surrogates, and nothing behind the last code point. */
export function isScalarValue(code: number): boolean {
  return code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

/** The UTF-8 sequence of several bytes that begins at `start`, where it is whole and the shortest for its code point. */
function sequenceAt(bytes: Uint8Array, start: number): { readonly code: number; readonly length: number } | undefined {
  const first = bytes[start] ?? 0;
  const length = first >= 0xf8 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (length === 0 || start + length > bytes.length) return undefined;
  let code = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const next = bytes[start + index] ?? 0;
    if (next >> 6 !== 0b10) return undefined;
    code = (code << 6) | (next & 0x3f);
  }
  return code >= (SMALLEST_CODES[length] ?? 0) && isScalarValue(code) ? { code, length } : undefined;
}

/** By the bytes of a sequence. */
const SMALLEST_CODES = [0, 0, 0x80, 0x800, 0x10000];

function byteText(byte: number): string {
  const escaped = ESCAPES.get(byte);
  if (escaped !== undefined) return escaped;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Letters, digits, marks, punctuation and symbols stay; what changes how text runs or is not there is written by number. */
function codePointText(code: number): string {
  if (code < 0x80 && code >= 0) return byteText(code);
  if (isScalarValue(code) && /^[\p{L}\p{N}\p{M}\p{P}\p{S}]$/u.test(String.fromCodePoint(code))) return String.fromCodePoint(code);
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
