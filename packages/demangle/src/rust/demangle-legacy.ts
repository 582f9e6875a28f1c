/** Names of Rust before version 0 of its mangling: a nested C++ name whose last part is a hash, `17h` and 16 hex digits. */
import { fail } from '../limits.ts';

const HASH = /^(_{0,2}ZN.*)17h[0-9a-f]{16}E(?<suffix>\.[A-Za-z0-9_.@$]*)?$/s;

export interface LegacyName {
  readonly path: string;
  /** Of a clone, with its dot; may be empty. */
  readonly suffix: string;
}

/** Undefined where the name is not of this kind. The hash is left out. */
export function demangleLegacy(text: string): LegacyName | undefined {
  // Most names are of C++: they need no more than this.
  if (!text.includes('17h')) return undefined;
  const match = HASH.exec(text);
  if (!match) return undefined;
  const parts = splitParts(match[1] ?? '');
  return parts && { path: parts.map(readable).join('::'), suffix: match.groups?.['suffix'] ?? '' };
}

function splitParts(text: string): string[] | undefined {
  const parts: string[] = [];
  const length = /[0-9]{1,9}/y;
  for (let at = text.indexOf('N') + 1; at < text.length; ) {
    length.lastIndex = at;
    const digits = length.exec(text)?.[0];
    if (digits === undefined) return undefined;
    const start = at + digits.length;
    at = start + Number(digits);
    if (at > text.length || Number(digits) === 0) return undefined;
    parts.push(text.slice(start, at));
  }
  return parts.length > 0 ? parts : undefined;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['SP', '@'],
  ['BP', '*'],
  ['RF', '&'],
  ['LT', '<'],
  ['GT', '>'],
  ['LP', '('],
  ['RP', ')'],
  ['C', ','],
]);

/** `$LT$` and its like, `$u7b$` by code point, `..` for `::`; a name may not begin with `$` and has `_` before it. */
function readable(part: string): string {
  const text = part.startsWith('_$') ? part.slice(1) : part;
  return text.replace(/\.\.|\$([A-Z]+|u[0-9a-f]{1,6})\$/g, (found, code: string | undefined) => {
    if (code === undefined) return '::';
    return ESCAPES.get(code) ?? (code.startsWith('u') ? character(Number.parseInt(code.slice(1), 16)) : found);
  });
}

function character(code: number): string {
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || isControl ? fail() : String.fromCodePoint(code);
}
