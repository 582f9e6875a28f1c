// Whole ELF files: what an upload is. Only a NoinitError refuses one.
import { findDebugLink, joinDebugFile, parseElf, readBuildAttributes, readSymbolTable, sectionBytes } from '@noinit/elf';
import { NoinitError } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { askSymbols } from '../ask-symbols.mjs';
import { elfFiles } from '../fixtures.mjs';
import { mutate, pick } from '../mutate.mjs';

const samples = elfFiles();
const sound = parseElf(samples[0]);
const HEADER = 52;
const SECTION = 40;

export const door = { samples, bend, run, isRefusal };

/** Half of the mutations meet the headers, which are a twentieth of the file. */
function bend(random) {
  const bytes = pick(samples, random);
  // The tables of other classes and byte orders are met by chance alone.
  const isPlain = bytes[4] === 1 && bytes[5] === 1;
  if (!isPlain || random.below(2) === 0) return mutate(bytes, random, samples);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = random.below(3) === 0 ? 0 : view.getUint32(32, true) + SECTION * random.below(view.getUint16(48, true));
  const end = start + (start === 0 ? HEADER : SECTION);
  const bent = bytes.slice();
  const header = mutate(bytes.slice(start, end), random, [bytes.subarray(0, HEADER)]);
  bent.set(header.subarray(0, end - start), start);
  return bent;
}

function run(input) {
  const elf = parseElf(input);
  const table = readSymbolTable(elf);
  for (let index = 0; index < Math.min(table.count, 100); index++) table.name(index);
  for (const section of elf.sections.slice(0, 100)) unlessRefused(() => sectionBytes(elf, section));
  unlessRefused(() => readBuildAttributes(elf));
  unlessRefused(() => findDebugLink(elf));
  // A bent file as the program and as the debug file of itself and of a sound one.
  for (const [program, debug] of [
    [elf, elf],
    [elf, sound],
    [sound, elf],
  ]) {
    unlessRefused(() => readSymbolTable(joinDebugFile(program, debug)));
  }
  askSymbols(loadSymbols(elf));
}

function unlessRefused(read) {
  try {
    read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function isRefusal(error) {
  return error instanceof NoinitError;
}
