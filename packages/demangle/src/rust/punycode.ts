/** Identifiers with letters beyond ASCII (RFC 3492, with `_` for the `-` that no symbol may hold). */
import { fail } from '../limits.ts';

const BASE = 36;
const MIN = 1;
const MAX = 26;
const SKEW = 38;
const DAMP = 700;
/** Characters of one identifier: each is inserted, so that the work grows with the square of them. */
const MAX_CHARACTERS = 1024;

/** `ascii_delta` or `delta`. Throws NotMangled. */
export function decodePunycode(text: string): string {
  const end = text.lastIndexOf('_');
  const characters = end < 0 ? [] : [...text.slice(0, end)];
  let code = 0x80;
  let at = 0;
  let bias = 72;
  for (let next = end + 1, isFirst = true; next < text.length; isFirst = false) {
    const before = at;
    for (let weight = 1, threshold = BASE - bias, k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(next++));
      at += digit * weight;
      if (at > Number.MAX_SAFE_INTEGER) fail();
      threshold = Math.min(Math.max(k - bias, MIN), MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = characters.length + 1;
    bias = adapt(at - before, count, isFirst);
    code += Math.floor(at / count);
    at %= count;
    if (count > MAX_CHARACTERS || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) fail();
    characters.splice(at++, 0, String.fromCodePoint(code));
  }
  return characters.join('');
}

function digitOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : fail();
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let left = Math.floor(delta / (isFirst ? DAMP : 2));
  left += Math.floor(left / count);
  let k = 0;
  for (; left > ((BASE - MIN) * MAX) / 2; k += BASE) left = Math.floor(left / (BASE - MIN));
  return k + Math.floor(((BASE - MIN + 1) * left) / (left + SKEW));
}
