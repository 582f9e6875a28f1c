/**
 * A printf format, taken apart once and used for every line of its log site. Text is kept as one character a byte of its
 * UTF-8, because C counts widths and precisions in bytes.
 */

/** Widths and precisions beyond this are cut to it: a format comes from an uploaded file. */
export const MAX_FIELD = 256;

export interface Conversion {
  readonly letter: string;
  readonly flags: Flags;
  /** `argument` takes it from the arguments (`*`). */
  readonly width: number | 'argument' | undefined;
  readonly precision: number | 'argument' | undefined;
  readonly size: Size;
}

export interface Flags {
  readonly left: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  readonly alternative: boolean;
  readonly zero: boolean;
}

/** Bits that a length modifier asks for; `own` leaves it to the argument, as l, z and t do on a 32-bit target. */
export type Size = 8 | 16 | 64 | 'own';

/** Literal text, or a conversion. */
export type FormatPart = string | Conversion;

/** Never fails: what is no conversion of C stays in the text as it stands. */
export function compileFormat(format: string): readonly FormatPart[] {
  const bytes = toByteText(format);
  const parts: FormatPart[] = [];
  let literal = '';
  let at = 0;
  for (const match of bytes.matchAll(CONVERSION)) {
    literal += bytes.slice(at, match.index);
    at = match.index + match[0].length;
    const conversion = readConversion(match.groups ?? {});
    if (conversion.letter === '%') {
      literal += '%';
      continue;
    }
    if (literal) parts.push(literal);
    literal = '';
    parts.push(conversion);
  }
  literal += bytes.slice(at);
  return literal ? [...parts, literal] : parts;
}

/** One character for each byte of the text's UTF-8. */
export function toByteText(text: string): string {
  return isAscii(text) ? text : byteText(new TextEncoder().encode(text));
}

export function byteText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The text that the bytes are; broken UTF-8 becomes U+FFFD. */
export function fromByteText(bytes: string): string {
  return isAscii(bytes) ? bytes : UTF8.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}

function readConversion(groups: { readonly [name: string]: string | undefined }): Conversion {
  const flags = groups['flags'] ?? '';
  return {
    letter: groups['letter'] ?? '',
    flags: {
      left: flags.includes('-'),
      plus: flags.includes('+'),
      space: flags.includes(' '),
      alternative: flags.includes('#'),
      zero: flags.includes('0'),
    },
    width: readField(groups['width']),
    precision: readField(groups['precision']),
    size: SIZES.get(groups['length'] ?? '') ?? 'own',
  };
}

/** An empty precision (`%.d`) is 0, an absent one is none. */
function readField(text: string | undefined): number | 'argument' | undefined {
  if (text === undefined) return undefined;
  return text === '*' ? 'argument' : Math.min(Number(text), MAX_FIELD);
}

const CONVERSION =
  /%(?<flags>[-+ #0]*)(?<width>\*|[1-9][0-9]*)?(?:\.(?<precision>\*|[0-9]*))?(?<length>hh|h|ll|l|j|z|t|L)?(?<letter>[diuoxXcspfFeEgGaA%])/g;
const SIZES: ReadonlyMap<string, Size> = new Map([
  ['hh', 8],
  ['h', 16],
  ['ll', 64],
  ['j', 64],
]);
const UTF8 = new TextDecoder('utf-8');
