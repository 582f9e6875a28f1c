/** Integers and pointers as C prints them (C11 7.21.6.1). */
import type { Conversion } from './format.ts';
import { pad } from './pad.ts';

/** `bits` is the argument's own width; a length modifier may ask for another. */
export interface IntegerArgument {
  readonly value: number | bigint;
  readonly bits: 32 | 64;
}

export function renderInteger(
  conversion: Conversion,
  argument: IntegerArgument,
  width: number,
  precision: number | undefined,
): string {
  const value = converted(conversion, argument);
  const digits = digitsOf(conversion, value < 0 ? -value : value, precision);
  const prefix = signOf(conversion, value) + radixPrefix(conversion, value);
  // A precision already says how many zeros there are, so it switches the flag off.
  return pad(digits, { prefix, width, left: conversion.flags.left, zeros: conversion.flags.zero && precision === undefined });
}

/** The argument as the type that the conversion prints: cut to its size, read as signed or not. */
function converted({ letter, size }: Conversion, { value, bits }: IntegerArgument): number | bigint {
  const wanted = size === 'own' ? bits : size;
  const signed = letter === 'd' || letter === 'i';
  if (typeof value === 'number' && wanted <= 32) {
    const shift = 32 - wanted;
    return signed ? (value << shift) >> shift : (value << shift) >>> shift;
  }
  return signed ? BigInt.asIntN(wanted, BigInt(value)) : BigInt.asUintN(wanted, BigInt(value));
}

function digitsOf({ letter, flags }: Conversion, magnitude: number | bigint, precision: number | undefined): string {
  let digits = magnitude.toString(RADIX.get(letter) ?? 10);
  if (letter === 'X') digits = digits.toUpperCase();
  if (precision === 0 && digits === '0') digits = '';
  digits = digits.padStart(precision ?? 0, '0');
  return letter === 'o' && flags.alternative && !digits.startsWith('0') ? `0${digits}` : digits;
}

function signOf({ letter, flags }: Conversion, value: number | bigint): string {
  if (value < 0) return '-';
  if (letter !== 'd' && letter !== 'i') return '';
  if (flags.plus) return '+';
  return flags.space ? ' ' : '';
}

function radixPrefix({ letter, flags }: Conversion, value: number | bigint): string {
  if (letter === 'p') return '0x';
  if (!flags.alternative || Number(value) === 0) return '';
  return letter === 'x' || letter === 'X' ? `0${letter}` : '';
}

const RADIX: ReadonlyMap<string, number> = new Map([
  ['o', 8],
  ['x', 16],
  ['X', 16],
  ['p', 16],
]);
