/** Random log calls as a project could write them: a format and C expressions of the right types. */
import { Random } from '@noinit/testing';
import { type ConversionRoom, makeConversion } from './conversions.ts';
import { pick } from './pick.ts';

/** What stands between the brackets of a call of printf. */
export interface PrintCall {
  /** As C sees it between the quotes, before escaping. */
  readonly format: string;
  /** C expressions without side effects. */
  readonly values: readonly string[];
}

export interface LogCall {
  readonly logged: PrintCall;
  /** The same for the target's C library, which lacks some conversions (newlib.ts). */
  readonly printed: PrintCall;
}

/** Hexadecimal floats are what no conversion of the target's C library prints; calls with them are printed by the host's. */
export type Letters = 'without hexadecimal floats' | 'with hexadecimal floats';

/** A format may not print more than this, so that the host's limit of a line is never met. */
const LINE_BUDGET = 3_500;
const LONGEST_CONVERSION = 400;
const MAX_VALUES = 32;

export function makeCalls(count: number, letters: Letters, seed: number): readonly LogCall[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => makeCall(random, letters));
}

/** Every number of values from 0 to 32 is met; most calls have few, as in real code. */
function makeCall(random: Random, letters: Letters): LogCall {
  const wanted = random.below(3) === 0 ? random.below(MAX_VALUES + 1) : random.below(6);
  const start = pick(random, WORDS);
  let logged: PrintCall = { format: start, values: [] };
  let printed = logged;
  for (let budget = LINE_BUDGET; logged.values.length < wanted; budget -= LONGEST_CONVERSION) {
    const room: ConversionRoom = { letters, stars: wanted - logged.values.length - 1, short: budget < LONGEST_CONVERSION };
    const made = makeConversion(random, room);
    const word = pick(random, WORDS);
    logged = joined(logged, made.logged, word);
    printed = joined(printed, made.printed, word);
  }
  return { logged, printed };
}

function joined(before: PrintCall, next: PrintCall, word: string): PrintCall {
  return { format: before.format + next.format + word, values: [...before.values, ...next.values] };
}

const WORDS = [
  '',
  '',
  ' ',
  'x=',
  ', ',
  '%%',
  ' 100%% ',
  'é',
  '|',
  '\t',
  '"',
  '\\',
  '€',
  '\x1b[0m',
  '?',
  '??=',
  '%%d',
  '0',
  '-',
  'of',
];
