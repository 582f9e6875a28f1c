// Sections of debug information inside a file that is otherwise whole. Symbols of it are never refused: damage is no answer, not an error.
import { parseElf } from '@noinit/elf';
import { NoinitError } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { askSymbols } from '../ask-symbols.mjs';
import { putTogether } from '../elf-parts.mjs';
import { elfParts } from '../fixtures.mjs';
import { mutate, pick } from '../mutate.mjs';

const files = elfParts();

/** A door whose inputs are ELF files with one of these sections bent. A name that stands twice is met twice as often. */
export function sectionDoor(names, run = (input) => askSymbols(loadSymbols(parseElf(input)))) {
  const usable = files.filter(({ sections }) => sections.some(({ name }) => names.includes(name)));
  return {
    samples: usable.map((file) => putTogether(file, new Map())),
    bend: (random) => {
      const file = pick(usable, random);
      const replaced = new Map();
      for (let count = random.below(4) === 0 ? 2 : 1; count > 0; count--) bendSection(file, names, replaced, random);
      return putTogether(file, replaced);
    },
    run,
    isRefusal: (error) => error instanceof NoinitError,
  };
}

function bendSection(file, names, replaced, random) {
  const wanted = names.flatMap((name) => file.sections.filter((section) => section.name === name));
  const section = pick(wanted, random);
  const others = files.flatMap(({ sections }) => sections.filter(({ name }) => name === section.name).map(({ bytes }) => bytes));
  replaced.set(section.index, mutate(section.bytes, random, others));
}
