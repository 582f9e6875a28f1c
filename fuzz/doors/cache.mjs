// Symbol cache files. Their check sum is put right after each mutation: it keeps out accidents, not people.
import { crc32 } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { buildSymbolCache, loadSymbols, openSymbolCache } from '@noinit/symbols';
import { askSymbols } from '../ask-symbols.mjs';
import { elfFile } from '../fixtures.mjs';
import { mutate } from '../mutate.mjs';

/** Where the check sum stands, and where what it covers begins. */
const CHECK_SUM = 12;
const COVERED = 16;
/** The header and the table of columns, where most of what can be wrong is said. */
const HEAD = 512;

const elf = parseElf(elfFile('m3-O2-dwarf5.elf'));
const sample = buildSymbolCache(elf);

export const door = { samples: [sample], bend, run, isRefusal: () => false };

function bend(random) {
  if (random.below(2) === 0) return mutate(sample, random, [sample]);
  const head = mutate(sample.slice(0, HEAD), random, [sample]);
  const bent = sample.slice();
  bent.set(head.subarray(0, HEAD));
  return bent;
}

function run(input) {
  const sealed = input.slice();
  if (sealed.length >= COVERED) new DataView(sealed.buffer).setUint32(CHECK_SUM, crc32(sealed.subarray(COVERED)), true);
  const index = openSymbolCache(sealed, elf);
  if (typeof index !== 'string') askSymbols(loadSymbols(elf, index));
}
