/** Random conversions of printf that C11 7.21.6.1 defines, with the C expressions that they print. */
import type { Random } from '@noinit/testing';
import type { Letters, PrintCall } from './calls.ts';
import { floatValue } from './floats.ts';
import { integerValue, LENGTHS } from './integers.ts';
import { forNewlib } from './newlib.ts';
import { pick } from './pick.ts';
import { TEXTS } from './texts.ts';

export interface ConversionRoom {
  readonly letters: Letters;
  /** So many values may a `*` take. */
  readonly stars: number;
  /** Nothing that prints hundreds of bytes. */
  readonly short: boolean;
}

/** The parts of a conversion, and the values of each. */
export interface Conversion {
  readonly flags: string;
  readonly width: Field;
  readonly precision: Field;
  readonly length: string;
  readonly letter: string;
  readonly value: string;
  /** Infinity or NaN. */
  readonly infinite?: boolean;
}

interface Field {
  readonly text: string;
  readonly values: readonly string[];
}

export function makeConversion(
  random: Random,
  room: ConversionRoom,
): { readonly logged: PrintCall; readonly printed: PrintCall } {
  const conversion = anyConversion(random, room);
  return { logged: written(conversion), printed: written(forNewlib(conversion)) };
}

function written({ flags, width, precision, length, letter, value }: Conversion): PrintCall {
  return {
    format: `%${flags}${width.text}${precision.text}${length}${letter}`,
    values: [...width.values, ...precision.values, value],
  };
}

function anyConversion(random: Random, room: ConversionRoom): Conversion {
  const letter = pick(random, [...(room.letters === 'with hexadecimal floats' ? 'aAaAds' : 'ddiuuoxxXcssspfFeEgG')]);
  const flags = random.shuffled([...(FLAGS.get(letter) ?? '-')].filter(() => random.below(4) === 0)).join('');
  const width = makeField(random, room.stars > 0 && !room.short, -40);
  const starsLeft = room.stars - width.values.length > 0 && !room.short;
  if (letter === 's') return { flags, width, length: '', letter, ...textValue(random, starsLeft, room.short) };
  const mayHavePrecision = letter !== 'c' && letter !== 'p' && random.below(2) === 0;
  const precision = mayHavePrecision ? withPoint(makeField(random, starsLeft, -5)) : NO_FIELD;
  return { flags, width, precision, letter, ...argument(random, letter, room) };
}

const NO_FIELD: Field = { text: '', values: [] };

/** Nothing, a number, or a `*` with a value that may be below 0. */
function makeField(random: Random, mayBeStar: boolean, least: number): Field {
  const choice = random.below(10);
  if (choice < 3) return NO_FIELD;
  if (mayBeStar && choice < 6) return { text: '*', values: [String(least + random.below(60))] };
  return { text: String(1 + random.below(choice === 9 ? 60 : 20)), values: [] };
}

function withPoint({ text, values }: Field): Field {
  return { text: `.${text}`, values };
}

function argument(random: Random, letter: string, room: ConversionRoom): Pick<Conversion, 'length' | 'value' | 'infinite'> {
  if (letter === 'p') return { length: '', value: pick(random, POINTERS) };
  if (letter === 'c') return { length: '', value: pick(random, CHARACTERS) };
  if ('fFeEgGaA'.includes(letter)) return floatValue(random, letter, room.short);
  const signed = letter === 'd' || letter === 'i';
  // Of the target's types the host's int alone is the same: the host prints these too.
  if (room.letters === 'with hexadecimal floats') return { length: '', value: `(int)(${random.u32() | 0}ll)` };
  const length = pick(random, LENGTHS);
  return { length, value: integerValue(random, length, signed) };
}

/** A precision never cuts a character in two: what is broken UTF-8 has no text. */
function textValue(random: Random, mayBeStar: boolean, short: boolean): Pick<Conversion, 'precision' | 'value'> {
  const { name, characters, terminated } = pick(
    random,
    TEXTS.filter(({ characters }) => !short || characters.length < 20),
  );
  if (terminated && random.below(3) === 0) return { precision: NO_FIELD, value: name };
  const kept = random.below(characters.length + 1);
  // More than there is prints it whole.
  const beyond = terminated && kept === characters.length ? random.below(3) : 0;
  const bytes = String(Buffer.byteLength(characters.slice(0, kept).join('')) + beyond);
  if (mayBeStar && random.below(2) === 0) return { precision: { text: '.*', values: [bytes] }, value: name };
  const isBare = bytes === '0' && random.below(2) === 0;
  return { precision: { text: isBare ? '.' : `.${bytes}`, values: [] }, value: name };
}

/** Where a flag has no meaning C leaves open what it does. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ...[...'di'].map((letter) => [letter, '-+ 0'] as const),
  ...[...'oxX'].map((letter) => [letter, '-0#'] as const),
  ...[...'fFeEgGaA'].map((letter) => [letter, '-+ 0#'] as const),
  ['u', '-0'],
]);

const POINTERS = [
  '(void *)0',
  '(void *)0x20000100u',
  '(void *)0xffffffffu',
  '(void *)text_plain',
  '(void *)&word',
  '&word',
  '(uint16_t *)4',
];
const CHARACTERS = [
  "'a'",
  "'\\0'",
  "'%'",
  "' '",
  "'~'",
  '(char)65',
  '(unsigned char)0x7e',
  '(short)48',
  '0x161',
  "'\\t'",
  'letter',
  '(int8_t)33',
];
