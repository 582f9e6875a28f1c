/** What a capture needs to know of the firmware: from its ELF file. */
import { type ElfFile, type ElfSymbolTable, findSection, parseElf, readSymbolTable, SHF, SHT, SYMBOL_KIND } from '@noinit/elf';
import { type BuildId, type Machine, NoinitError } from '@noinit/model';
import type { FindSymbol } from './parse-ranges.ts';
import { holds, type Range, sizeOf } from './range.ts';

export interface Program {
  readonly machine: Machine;
  readonly buildId: BuildId;
  /** Where the note with the build id stands in the target's memory; undefined where the linker script dropped it. */
  readonly noteAddress: number | undefined;
  readonly find: FindSymbol;
  /** RAM that the linker gave to objects: `.data`, `.bss`, `.noinit`, a stack. */
  readonly writable: readonly WritableSection[];
  /** The region of the log, which is in no section. */
  readonly log: Range | undefined;
  /** NOINIT_SECRET objects: they never leave the device. */
  readonly secrets: readonly Range[];
  /** Where a stack ends that is in use at this address; undefined where the file does not tell. */
  readonly stackEnd: (sp: number) => number | undefined;
}

export interface WritableSection extends Range {
  readonly name: string;
}

/** NoinitError where it is no ELF file, of another kind of processor, or without a build id. */
export function readProgram(file: Uint8Array): Program {
  const elf = parseElf(file);
  if (elf.addressSize !== 4 || !elf.littleEndian || (elf.machine !== 'arm' && elf.machine !== 'riscv')) {
    throw new NoinitError('unsupported-elf', 'the ELF file is not for a little-endian 32-bit ARM or RISC-V');
  }
  if (elf.buildId === undefined)
    throw new NoinitError('no-build-id', 'the ELF file has no build id: nothing tells what the target runs');
  const table = readSymbolTable(elf);
  const find = symbolFinder(table);
  const writable = writableSections(elf);
  return {
    machine: elf.machine === 'arm' ? 'cortex-m' : 'riscv32',
    buildId: elf.buildId,
    noteAddress: find('__noinit_build_id')?.address ?? allocatedNote(elf),
    find,
    writable,
    log: rangeBetween('__noinit_log_start', '__noinit_log_end', find),
    secrets: findSecrets(elf, find),
    stackEnd: (sp) => findStackEnd(sp, table, find, writable),
  };
}

function symbolFinder(table: ElfSymbolTable): FindSymbol {
  return (name) => {
    const index = table.find(name);
    if (index === undefined) return undefined;
    return { address: table.addresses[index] ?? 0, size: table.sizes[index] ?? 0 };
  };
}

function allocatedNote(elf: ElfFile): number | undefined {
  const note = findSection(elf, '.note.gnu.build-id');
  return note !== undefined && (note.flags & SHF.alloc) !== 0 ? note.address : undefined;
}

function writableSections(elf: ElfFile): readonly WritableSection[] {
  return elf.sections
    .filter(
      ({ flags, type, size }) => (flags & (SHF.alloc | SHF.write)) === (SHF.alloc | SHF.write) && type !== SHT.null && size > 0,
    )
    .map(({ name, address, size }) => ({ name, start: address, end: address + size }));
}

/** Between the two symbols of the linker script; where it has none, the section that the compiler gave them. */
function findSecrets(elf: ElfFile, find: FindSymbol): readonly Range[] {
  const between = rangeBetween('__noinit_secret_start', '__noinit_secret_end', find);
  const sections = elf.sections
    .filter(({ name }) => name === '.bss.noinit_secret')
    .map(({ address, size }) => ({ start: address, end: address + size }));
  return [...(between ? [between] : []), ...sections].filter((range) => sizeOf(range) > 0);
}

/** Between two symbols of the linker script, where it has both. */
function rangeBetween(first: string, last: string, find: FindSymbol): Range | undefined {
  const [start, end] = [find(first)?.address, find(last)?.address];
  return start !== undefined && end !== undefined && end > start ? { start, end } : undefined;
}

/**
 * A stack that an operating system gave to a thread is an object; the main one ends at a symbol that the linker script or the
 * startup code knows, or with its section.
 */
function findStackEnd(
  sp: number,
  table: ElfSymbolTable,
  find: FindSymbol,
  writable: readonly WritableSection[],
): number | undefined {
  const ends: number[] = [];
  for (let index = 0; index < table.count; index++) {
    const [start, size] = [table.addresses[index] ?? 0, table.sizes[index] ?? 0];
    if (table.kinds[index] === SYMBOL_KIND.object && sp >= start && sp < start + size) ends.push(start + size);
  }
  if (ends.length > 0) return Math.min(...ends);
  for (const name of STACK_TOPS) {
    const top = find(name)?.address;
    if (top !== undefined && top > sp && top - sp <= LARGEST_STACK) ends.push(top);
  }
  const section = writable.find((each) => holds(each, sp));
  if (section !== undefined) ends.push(section.end);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

/** Names of the highest address of the main stack: newlib and CMSIS, STM32, Zephyr, cortex-m-rt, ESP-IDF and others. */
const STACK_TOPS = [
  '__stack',
  '__StackTop',
  '_estack',
  '__stack_top',
  '_stack_top',
  '_stack_start',
  '__stack_end__',
  '_stack_end',
  '_sp',
];
const LARGEST_STACK = 1024 * 1024;
