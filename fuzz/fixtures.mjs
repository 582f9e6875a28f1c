// The files that inputs are made of.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { takeApart } from './elf-parts.mjs';

const FOLDER = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Small files show as much as large ones and run more often. */
const MAX_BYTES = 24_000;

/** The bytes of every small ELF file of ours: C by two compilers, DWARF 2 to 5. */
export function elfFiles() {
  return readdirSync(`${FOLDER}elf`)
    .filter((name) => name.endsWith('.elf'))
    .sort()
    .map(elfFile)
    .filter(({ length }) => length <= MAX_BYTES);
}

export function elfFile(name) {
  return new Uint8Array(readFileSync(`${FOLDER}elf/${name}`));
}

export function elfParts() {
  return elfFiles().map(takeApart);
}

/** What fuzzing has found at a door, to be run for ever. */
export function finds(door) {
  const folder = findFolder(door);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.bin'))
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(`${folder}/${name}`)) }));
}

export function findFolder(door) {
  return `${FOLDER}fuzz/${door}`;
}
