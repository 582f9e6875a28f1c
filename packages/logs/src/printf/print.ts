/** printf on the host: a compiled format and the arguments of one log entry give a line of text. */

import { type BinaryFloat, binary64, binary128 } from './binary-float.ts';
import { renderFloat } from './float.ts';
import { byteText, type Conversion, type FormatPart, fromByteText, MAX_FIELD, toByteText } from './format.ts';
import { type IntegerArgument, renderInteger } from './integer.ts';
import { pad } from './pad.ts';

export type ArgumentType = 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'f128' | 'string' | 'pointer' | 'source';

/** i64 and u64 are bigint, an f128 the bigint of its 128 bits, a NaN that of its 64, strings are their bytes, the others numbers. */
export type ArgumentValue = number | bigint | Uint8Array;

export interface PrintArguments {
  readonly types: readonly ArgumentType[];
  readonly values: readonly ArgumentValue[];
}

/** Bytes of a line; what is longer ends in `…`. */
export const MAX_LINE_BYTES = 4_096;

/** Arguments that are missing show as `<missing>`, those of another kind than the conversion's as `<value>`. */
export function print(format: readonly FormatPart[], given: PrintArguments): string {
  const taker = new ArgumentTaker(given);
  let line = '';
  for (const part of format) {
    line += typeof part === 'string' ? part : convert(part, taker);
    if (line.length > MAX_LINE_BYTES) return fromByteText(line.slice(0, MAX_LINE_BYTES) + ELLIPSIS);
  }
  return fromByteText(line);
}

interface Argument {
  readonly type: ArgumentType;
  readonly value: ArgumentValue;
}

class ArgumentTaker {
  private readonly given: PrintArguments;
  private next = 0;

  constructor(given: PrintArguments) {
    this.given = given;
  }

  take(): Argument | undefined {
    const type = this.given.types[this.next];
    const value = this.given.values[this.next];
    this.next += 1;
    return type === undefined || value === undefined ? undefined : { type, value };
  }

  /** A `*`: an int, or nothing usable. */
  takeField(): number | undefined {
    const argument = this.take();
    const integer = argument && integerOf(argument);
    return integer && Number(integer.value) | 0;
  }
}

function convert(conversion: Conversion, taker: ArgumentTaker): string {
  const { conversion: resolved, width, precision } = resolveFields(conversion, taker);
  const argument = taker.take();
  if (!argument) return '<missing>';
  const shown = convertArgument(resolved, argument, width, precision);
  return shown ?? `<${describe(argument)}>`;
}

/** A `*` width below 0 is the flag `-` and its amount; a `*` precision below 0 is none (C11 7.21.6.1 p5). */
function resolveFields(conversion: Conversion, taker: ArgumentTaker) {
  const { width, precision, flags } = conversion;
  const askedWidth = width === 'argument' ? (taker.takeField() ?? 0) : (width ?? 0);
  const askedPrecision = precision === 'argument' ? taker.takeField() : precision;
  return {
    conversion: askedWidth < 0 ? { ...conversion, flags: { ...flags, left: true } } : conversion,
    width: Math.min(Math.abs(askedWidth), MAX_FIELD),
    precision: askedPrecision === undefined || askedPrecision < 0 ? undefined : Math.min(askedPrecision, MAX_FIELD),
  };
}

/** Undefined where the argument is of a kind that the conversion does not print. */
function convertArgument(
  conversion: Conversion,
  argument: Argument,
  width: number,
  precision: number | undefined,
): string | undefined {
  const { letter, flags } = conversion;
  if (FLOAT_LETTERS.includes(letter)) {
    const float = floatOf(argument);
    return float && renderFloat(conversion, float, width, precision);
  }
  if (letter === 's') {
    if (!(argument.value instanceof Uint8Array)) return undefined;
    return pad(byteText(argument.value).slice(0, precision), { width, left: flags.left });
  }
  const integer = integerOf(argument);
  if (!integer) return undefined;
  if (letter === 'c')
    return pad(String.fromCharCode(Number(BigInt.asUintN(8, BigInt(integer.value)))), { width, left: flags.left });
  return renderInteger(conversion, integer, width, precision);
}

function integerOf({ type, value }: Argument): IntegerArgument | undefined {
  if (value instanceof Uint8Array || isFloat(type)) return undefined;
  return { value, bits: typeof value === 'bigint' ? 64 : 32 };
}

function floatOf({ type, value }: Argument): BinaryFloat | undefined {
  if (type === 'f128') return typeof value === 'bigint' ? binary128(value) : undefined;
  return isFloat(type) && !(value instanceof Uint8Array) ? binary64(value) : undefined;
}

function isFloat(type: ArgumentType): boolean {
  return type === 'f64' || type === 'f32' || type === 'f128';
}

function describe({ type, value }: Argument): string {
  const float = floatOf({ type, value });
  if (float) return renderFloat(SHORT_FLOAT, float, 0, undefined);
  return value instanceof Uint8Array ? byteText(value) : String(value);
}

const SHORT_FLOAT: Conversion = {
  letter: 'g',
  flags: { left: false, plus: false, space: false, alternative: false, zero: false },
  width: undefined,
  precision: undefined,
  size: 'own',
};
const FLOAT_LETTERS = 'fFeEgGaA';
const ELLIPSIS = toByteText('…');
