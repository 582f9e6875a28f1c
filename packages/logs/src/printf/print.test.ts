import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '@noinit/bytes';
import { describeWith, Random } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileFormat } from './format.ts';
import { type ArgumentType, type ArgumentValue, MAX_LINE_BYTES, print } from './print.ts';

interface Case {
  readonly format: string;
  readonly types: readonly ArgumentType[];
  readonly values: readonly ArgumentValue[];
}

function printed({ format, types, values }: Case): string {
  return print(compileFormat(format), { types, values });
}

function one(format: string, type: ArgumentType, value: ArgumentValue): string {
  return printed({ format, types: [type], values: [value] });
}

const text = (value: string) => new TextEncoder().encode(value);

describe('printing on the host', () => {
  it('says where an argument is missing', () => {
    expect(printed({ format: 'a %d b %s', types: ['i32'], values: [1] })).toBe('a 1 b <missing>');
    expect(printed({ format: '%*d', types: ['i32'], values: [5] })).toBe('<missing>');
  });

  it('shows an argument that the conversion does not print in angle brackets', () => {
    expect(one('%s', 'i32', -4)).toBe('<-4>');
    expect(one('%d', 'f64', 1.5)).toBe('<1.5>');
    expect(one('%f', 'u32', 7)).toBe('<7>');
    expect(one('%d', 'string', text('é'))).toBe('<é>');
  });

  it('leaves alone what is no conversion', () => {
    expect(one('%y, %d %', 'i32', 3)).toBe('%y, 3 %');
    expect(one('%n%d', 'i32', 3)).toBe('%n3');
  });

  it('prints a pointer as hex with its prefix, also NULL', () => {
    expect(one('%p|', 'pointer', 0x2000_0100)).toBe('0x20000100|');
    expect(one('%12p|', 'pointer', 0)).toBe('         0x0|');
  });

  it('cuts widths, precisions and lines at named limits', () => {
    expect(one('%99999999999d', 'i32', 1)).toHaveLength(256);
    expect(printed({ format: '%*d', types: ['i32', 'i32'], values: [-2_000_000_000, 1] })).toBe('1'.padEnd(256));
    expect(one('%.99999f', 'f64', 1)).toHaveLength(258);
    expect(one('x'.repeat(MAX_LINE_BYTES + 1), 'i32', 1)).toBe(`${'x'.repeat(MAX_LINE_BYTES)}…`);
    expect(printed({ format: '%256d'.repeat(20), types: Array(20).fill('i32'), values: Array(20).fill(1) })).toHaveLength(
      MAX_LINE_BYTES + 1,
    );
  });

  it('keeps the zeros of %#g where rounding carries into another digit, which glibc 2.36 drops', () => {
    expect(one('%#g', 'f64', 999_999.5)).toBe('1.00000e+06');
    expect(one('%#.3g', 'f64', 99.96)).toBe('100.');
    expect(one('%#g', 'f64', 1.5)).toBe('1.50000');
  });

  it('does not round up to a power of ten while there are digits to show', () => {
    expect(one('%.16e', 'f64', 1e-12)).toBe('9.9999999999999998e-13');
    expect(one('%.17g', 'f64', 1e-12)).toBe('9.9999999999999998e-13');
    expect(one('%.15e', 'f64', 1e-12)).toBe('1.000000000000000e-12');
    expect(one('%.17g', 'f64', 9.999999999999999e22)).toBe('9.9999999999999992e+22');
  });

  it('prints a subnormal number with a 1 in front, as newlib does', () => {
    expect(one('%a', 'f64', 5e-324)).toBe('0x1p-1074');
    expect(one('%a', 'f64', 2.225073858507201e-308)).toBe('0x1.ffffffffffffep-1023');
    expect(one('%.1a', 'f64', 2.225073858507201e-308)).toBe('0x2.0p-1023');
    expect(one('%a', 'f64', -0)).toBe('-0x0p+0');
  });

  it('keeps the sign of a NaN', () => {
    expect(one('%f|', 'f64', 0xfff8_0000_0000_0000n)).toBe('-nan|');
    expect(one('%+06G|', 'f64', 0x7ff8_0000_0000_0000n)).toBe('  +NAN|');
  });

  it('keeps 64-bit numbers whole', () => {
    expect(one('%llu', 'u64', 0xffff_ffff_ffff_ffffn)).toBe('18446744073709551615');
    expect(one('%d', 'i64', -9_007_199_254_740_993n)).toBe('-9007199254740993');
    expect(one('%lld', 'i32', -1)).toBe('-1');
    expect(one('%llu', 'u32', 4_294_967_295)).toBe('4294967295');
  });
});

describeWith(['gcc'], 'printing like the C library', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-printf-'));
  const cases = makeCases(4_000, 20_240_501);
  let expected: readonly string[] = [];

  beforeAll(() => {
    expected = runOracle(folder, cases);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives the same bytes for some thousand random formats', () => {
    expect(expected).toHaveLength(cases.length);
    for (const [index, each] of cases.entries()) {
      expect(printed(each), JSON.stringify(each.format) + describeValues(each)).toBe(expected[index]);
    }
  });
});

function makeCases(count: number, seed: number): readonly Case[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const types: ArgumentType[] = [];
    const values: ArgumentValue[] = [];
    let format = '';
    for (let left = 1 + random.below(4); left > 0; left--) {
      format += pick(random, ['', ' ', 'x=', '%%', 'é', '|']);
      format += makeConversion(random, types, values);
    }
    return { format, types, values };
  });
}

function makeConversion(random: Random, types: ArgumentType[], values: ArgumentValue[]): string {
  const letter = pick(random, [...'diuoxXcspfFeEgGaA']);
  const flags = [...(FLAGS.get(letter) ?? '')].filter(() => random.below(3) === 0).join('');
  const width = makeField(random, types, values, -20);
  const hasPrecision = !'cp'.includes(letter) && random.below(2) === 0;
  const precision = hasPrecision ? `.${makeField(random, types, values, -5)}` : '';
  const { length, type, value } = makeArgument(random, letter);
  types.push(type);
  values.push(value);
  return `%${flags}${width}${precision}${length}${letter}`;
}

/** A number, nothing, or a `*` whose argument may be below 0. */
function makeField(random: Random, types: ArgumentType[], values: ArgumentValue[], least: number): string {
  const choice = random.below(4);
  if (choice === 0) return '';
  if (choice > 1) return String(1 + random.below(choice === 2 ? 20 : 60));
  types.push('i32');
  values.push(least + random.below(40));
  return '*';
}

function makeArgument(random: Random, letter: string): { length: string; type: ArgumentType; value: ArgumentValue } {
  if ('fFeEgGaA'.includes(letter)) {
    const drawn = makeFloat(random);
    // Of a subnormal C leaves the first digit of %a open, and glibc has another than newlib.
    const value = 'aA'.includes(letter) && Math.abs(drawn) < LEAST_SINGLE ? 1 / 3 : drawn;
    return random.below(3) === 0 ? { length: '', type: 'f32', value: Math.fround(value) } : { length: '', type: 'f64', value };
  }
  if (letter === 's')
    return { length: '', type: 'string', value: text(pick(random, ['', 'a', 'motor stalled', 'Wärme 40 °C', '€uro'])) };
  if (letter === 'p') return { length: '', type: 'pointer', value: 1 + random.below(2 ** 32 - 1) };
  if (letter === 'c') return { length: '', type: 'i32', value: 1 + random.below(255) };
  const signed = letter === 'd' || letter === 'i';
  if (random.below(4) === 0) {
    const wide = (BigInt(random.u32()) << 32n) | BigInt(random.u32());
    const value = signed ? BigInt.asIntN(64, wide) : wide;
    return { length: pick(random, ['ll', 'j']), type: signed ? 'i64' : 'u64', value };
  }
  const word = pick(random, [0, 1, 9, 0x7f, 0x80, 0xffff, 0x8000_0000, 0xffff_ffff, random.u32(), random.u32()]);
  return {
    length: pick(random, ['', '', 'h', 'hh', 'l', 'z', 't']),
    type: signed ? 'i32' : 'u32',
    value: signed ? word | 0 : word,
  };
}

/** Normal as a float too. */
const LEAST_SINGLE = 2 ** -126;

function makeFloat(random: Random): number {
  const special = [
    0, -0, 1, 0.5, 1.5, 2.5, 0.125, -0.1, 9.995, 99999.5, 999999.5, 1e21, 1e100, 1.7976931348623157e308, 5e-324, 2.2e-310,
  ];
  const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const choice = random.below(4);
  if (choice === 0) return pick(random, [...special, ...infinite]);
  if (choice === 1) return random.below(2) === 0 ? besidePowerOfTen(random) : (random.below(2_000_000) - 1_000_000) / 1_000;
  const view = new DataView(random.bytes(8).buffer);
  const bits = view.getFloat64(0);
  // Which NaN it was is lost in a JavaScript number, and with it the sign that C prints.
  return Number.isNaN(bits) ? 1 / 3 : bits;
}

/** A power of ten as near as a double comes, or one of its neighbours. */
function besidePowerOfTen(random: Random): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Number(`1e${random.below(600) - 300}`));
  view.setBigUint64(0, view.getBigUint64(0) + BigInt(random.below(5)) - 2n);
  return view.getFloat64(0);
}

const FLAGS: ReadonlyMap<string, string> = new Map([
  ...[...'di'].map((letter) => [letter, '-+ 0'] as const),
  ...[...'oxX'].map((letter) => [letter, '-0#'] as const),
  ...[...'fFeEaA'].map((letter) => [letter, '-+ 0#'] as const),
  ...[...'gG'].map((letter) => [letter, '-+ 0'] as const),
  ['u', '-0'],
  ['c', '-'],
  ['s', '-'],
  ['p', '-'],
]);

/** Compiles one program that prints every case with the C library, as hex. */
function runOracle(folder: string, cases: readonly Case[]): readonly string[] {
  const calls = cases.map(({ format, types, values }) => {
    const literals = values.map((value, index) => cLiteral(types[index] ?? 'i32', value));
    return `show(${[cString(text(hostFormat(format))), ...literals].join(', ')});`;
  });
  const halves = Array.from({ length: Math.ceil(calls.length / 200) }, (_, part) => calls.slice(part * 200, (part + 1) * 200));
  const functions = halves.map((part, index) => `static void part${index}(void) {\n${part.join('\n')}\n}`);
  const main = `int main(void) { ${halves.map((_, index) => `part${index}();`).join(' ')} return 0; }`;
  writeFileSync(join(folder, 'oracle.c'), [ORACLE_HEAD, ...functions, main].join('\n'));
  execFileSync('gcc', ['-O0', '-w', '-o', 'oracle', 'oracle.c'], { cwd: folder });
  const output = execFileSync(join(folder, 'oracle'), { maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => new TextDecoder().decode(fromHex(line.slice(1))));
}

/** On the devices long, size_t and ptrdiff_t have 32 bits, as int has on every host. */
function hostFormat(format: string): string {
  return format.replace(/%%|(%[-+ #0]*[*0-9]*(?:\.[*0-9]*)?)(?:l(?!l)|z|t)(?=[diuoxX])/g, (whole, start) => start ?? whole);
}

const ORACLE_HEAD = `#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static double bits(unsigned long long value) { double result; memcpy(&result, &value, 8); return result; }
static void show(const char *format, ...) {
  static char line[65536];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  putchar('=');
  for (int i = 0; i < length; i++) printf("%02x", (unsigned char)line[i]);
  putchar('\\n');
}`;

function cLiteral(type: ArgumentType, value: ArgumentValue): string {
  if (value instanceof Uint8Array) return cString(value);
  if (type === 'f32' || type === 'f64') {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, Number(value));
    return `bits(${view.getBigUint64(0)}ULL)`;
  }
  if (type === 'pointer') return `(void *)(uintptr_t)${value}u`;
  if (type === 'i64') return `(long long)${BigInt.asUintN(64, BigInt(value))}ULL`;
  if (type === 'u64') return `${value}ULL`;
  return type === 'i32' ? `(int)${Number(value) >>> 0}u` : `${value}u`;
}

function cString(bytes: Uint8Array): string {
  return `"${Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`;
}

function describeValues({ values }: Case): string {
  return ` of ${values.map((value) => (value instanceof Uint8Array ? JSON.stringify(new TextDecoder().decode(value)) : String(value))).join(', ')}`;
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)] as Item;
}
