/** Values of const generics in a v0 name: numbers, characters, texts, and what is made of them. */
import { fail } from '../limits.ts';
import type { SymbolReader } from './symbol-reader.ts';

/** In the argument list of a type, all but the plainest constants stand in braces. */
type Place = 'value' | 'type';

export class Constants {
  private readonly reader: SymbolReader;
  private readonly path: () => string;

  constructor(reader: SymbolReader, path: () => string) {
    this.reader = reader;
    this.path = path;
  }

  read(place: Place): string {
    return this.reader.within(() => this.readTagged(place));
  }

  private readTagged(place: Place): string {
    const { reader } = this;
    const tag = reader.next();
    if ('htmyoj'.includes(tag)) return integer(reader.hexDigits());
    if ('aslxni'.includes(tag)) return (reader.take('n') ? '-' : '') + integer(reader.hexDigits());
    switch (tag) {
      case 'p':
        return '_';
      case 'b':
        return { 0: 'false', 1: 'true' }[reader.hexDigits()] ?? fail();
      case 'c':
        return quoteCharacter(Number.parseInt(reader.hexDigits(), 16));
      case 'B':
        return reader.backReference(() => this.readTagged(place));
      default:
        return place === 'type' && !(tag === 'R' && reader.peek() === 'e') ? `{${this.compound(tag)}}` : this.compound(tag);
    }
  }

  private compound(tag: string): string {
    const { reader } = this;
    switch (tag) {
      case 'e':
        return `*${this.text()}`;
      case 'R':
        return reader.take('e') ? this.text() : `&${this.read('value')}`;
      case 'Q':
        return `&mut ${this.read('value')}`;
      case 'A':
        return `[${this.untilEnd().join(', ')}]`;
      case 'T': {
        const items = this.untilEnd();
        return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
      }
      case 'V':
        return this.variant();
      default:
        return fail();
    }
  }

  /** A struct or a variant of an enum: alone, as a tuple, with named fields. */
  private variant(): string {
    const { reader } = this;
    const name = this.path();
    switch (reader.next()) {
      case 'U':
        return name;
      case 'T':
        return `${name}(${this.untilEnd().join(', ')})`;
      case 'S': {
        const fields: string[] = [];
        while (!reader.take('E')) fields.push(`${reader.identifier().text}: ${this.read('value')}`);
        return `${name} { ${fields.join(', ')} }`;
      }
      default:
        return fail();
    }
  }

  private untilEnd(): string[] {
    const items: string[] = [];
    while (!this.reader.take('E')) items.push(this.read('value'));
    return items;
  }

  /** UTF-8 as hex. */
  private text(): string {
    const bytes = Uint8Array.from(this.reader.hexBytes().match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return `"${Array.from(decodeUtf8(bytes), (each) => escapeCharacter(each, '"')).join('')}"`;
  }
}

/** Decimal up to 64 bits; beyond, as encoded. */
function integer(digits: string): string {
  return digits.length > 16 ? `0x${digits}` : BigInt(`0x${digits}`).toString();
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not a text that any compiler encoded.
    return fail();
  }
}

function quoteCharacter(code: number): string {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) fail();
  return `'${escapeCharacter(String.fromCodePoint(code), "'")}'`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['\n', '\\n'],
  ['\0', '\\0'],
  ['\\', '\\\\'],
]);

/** As Rust's own debug output: what is not printable by its code point. */
function escapeCharacter(character: string, quote: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  if (character === quote) return `\\${quote}`;
  return /[\p{C}\p{Zl}\p{Zp}\p{M}]/u.test(character) || (/\p{Zs}/u.test(character) && character !== ' ')
    ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    : character;
}
