// Addresses in hexadecimal on standard input, functions and lines with inlines on standard output: `node locate.mjs ELF CACHE`.
import { readFileSync, writeSync } from 'node:fs';
import { parseElf } from '@noinit/elf';
import { loadSymbols, openSymbolCache } from '@noinit/symbols';

const PIECE = 1 << 16;
/** Four digits of each half of an address. */
const HALVES = Array.from({ length: 0x1_0000 }, (_, half) => half.toString(16).padStart(4, '0'));
const [elfPath, cachePath] = process.argv.slice(2);
const elf = parseElf(readFileSync(elfPath));
const cache = openSymbolCache(readFileSync(cachePath), elf);
if (typeof cache === 'string') throw new Error(cache);
const symbols = loadSymbols(elf, cache);
answerAll(readFileSync(0));

function answerAll(input) {
  let text = '';
  let pc = 0;
  for (let at = 0; at < input.length; at++) {
    const byte = input[at];
    if (byte !== 0x0a) {
      // '0' to '9', 'a' to 'f', and the x of the prefix, which starts the number anew.
      pc = byte === 0x78 ? 0 : pc * 16 + (byte < 0x3a ? byte - 0x30 : byte - 0x57);
      continue;
    }
    text += answer(pc);
    pc = 0;
    if (text.length > PIECE) {
      write(text);
      text = '';
    }
  }
  write(text);
}

function answer(at) {
  let lines = `0x${HALVES[Math.floor(at / 0x1_0000)] ?? Math.floor(at / 0x1_0000).toString(16)}${HALVES[at % 0x1_0000]}\n`;
  const scopes = symbols.locate(at);
  for (const { function: name = '??', file = '??', line = 0 } of scopes) lines += `${name}\n${file}:${line}\n`;
  return scopes.length === 0 ? `${lines}??\n??:0\n` : lines;
}

function write(text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
}
