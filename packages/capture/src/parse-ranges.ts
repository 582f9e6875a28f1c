/** Ranges as a person writes them: `0x20000000-0x20001000`, `0x20000000+4K`, `buffer`, `buffer+64`, `_sdata-_ebss`; commas between. */
import { NoinitError } from '@noinit/model';
import { ADDRESS_END, type Range } from './range.ts';

/** Where a symbol is, and how long the object is that it names (0: it names none). */
export type FindSymbol = (name: string) => { readonly address: number; readonly size: number } | undefined;

/** NoinitError `bad-request` where a range makes no sense; `find` is undefined without an ELF file. */
export function parseRanges(text: string, find: FindSymbol | undefined): readonly Range[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => parseRange(each, find));
}

function parseRange(text: string, find: FindSymbol | undefined): Range {
  const match = /^(?<first>[^-+\s]+)(?:(?<sign>[-+])(?<second>[^-+\s]+))?$/.exec(text);
  const { first, sign, second } = match?.groups ?? {};
  if (first === undefined) throw bad(text, 'write START-END, START+SIZE or a symbol');
  const start = parsePlace(first, text, find);
  if (sign === undefined || second === undefined) {
    const size = find?.(first)?.size ?? 0;
    if (size === 0) throw bad(text, 'it names no object of a known size; write START-END or START+SIZE');
    return checked({ start, end: start + size }, text);
  }
  const end = sign === '-' ? parsePlace(second, text, find) : start + parseSize(second, text);
  return checked({ start, end }, text);
}

function parsePlace(word: string, text: string, find: FindSymbol | undefined): number {
  if (/^[0-9]/.test(word)) return parseNumber(word, text);
  if (find === undefined) throw bad(text, `${word} is a symbol: give --elf too`);
  const found = find(word);
  if (found === undefined) throw bad(text, `the ELF file has no symbol ${word}`);
  return found.address;
}

function parseSize(word: string, text: string): number {
  const match = /^(?<number>0x[0-9a-f]{1,8}|[0-9]{1,10})(?<unit>[km]?)$/i.exec(word);
  const { number, unit } = match?.groups ?? {};
  if (number === undefined) throw bad(text, `${word} is no size`);
  return Number(number) * ({ k: 1024, m: 1024 * 1024 }[unit?.toLowerCase() ?? ''] ?? 1);
}

function parseNumber(word: string, text: string): number {
  if (!/^(?:0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(word)) throw bad(text, `${word} is no address`);
  return Number(word);
}

function checked(range: Range, text: string): Range {
  if (range.end > ADDRESS_END || range.start >= ADDRESS_END) throw bad(text, 'it ends beyond the 32-bit address space');
  if (range.end <= range.start) throw bad(text, 'it is empty or ends before it begins');
  return range;
}

function bad(text: string, why: string): NoinitError {
  return new NoinitError('bad-request', `--ranges ${text}: ${why}`);
}
