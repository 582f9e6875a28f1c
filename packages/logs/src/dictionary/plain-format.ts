/**
 * Formats of nothing but text and plain %d, %i, %u and %x of 32-bit arguments: most log sites. Their lines are put together
 * without an object for each argument; a test holds them equal to what `print` gives.
 */
import type { FormatPart } from '../printf/format.ts';
import { type ArgumentType, MAX_LINE_BYTES } from '../printf/print.ts';

export interface PlainFormat {
  /** Before, between and behind the numbers. */
  readonly texts: readonly string[];
  readonly radix: readonly ('signed' | 'unsigned' | 'hex')[];
}

/** Digits of a number and its sign. */
const MAX_NUMBER = 11;

/** Undefined where the format asks for more. */
export function plainFormat(parts: readonly FormatPart[], types: readonly ArgumentType[]): PlainFormat | undefined {
  const texts = [''];
  const radix: ('signed' | 'unsigned' | 'hex')[] = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      texts[texts.length - 1] += part;
      continue;
    }
    const { letter, flags, width, precision, size } = part;
    const kind = RADIX.get(letter);
    const type = types[radix.length];
    const isPlain = width === undefined && precision === undefined && size === 'own' && !Object.values(flags).includes(true);
    if (kind === undefined || !isPlain || (type !== 'i32' && type !== 'u32')) return undefined;
    radix.push(kind);
    texts.push('');
  }
  const length = texts.join('').length + MAX_NUMBER * radix.length;
  if (radix.length !== types.length || length > MAX_LINE_BYTES || !ASCII.test(texts.join(''))) return undefined;
  return { texts, radix };
}

const ASCII = /^\p{ASCII}*$/u;
const RADIX: ReadonlyMap<string, PlainFormat['radix'][number]> = new Map([
  ['d', 'signed'],
  ['i', 'signed'],
  ['u', 'unsigned'],
  ['x', 'hex'],
]);
