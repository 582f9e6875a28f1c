import { type ElfFile, joinDebugFile, parseElf } from '@noinit/elf';
import { encodeDictionary, type LogDictionary, readDictionary } from '@noinit/logs';
import type { BuildId } from '@noinit/model';
import { type CachedIndex, loadSymbols, type Symbols } from '@noinit/symbols';

/** All that one ELF file says about its build. */
export interface Build {
  /** Undefined where the file has none: nothing can tell whether it is the build of a crash. */
  readonly id: BuildId | undefined;
  readonly symbols: Symbols;
  readonly dictionary: LogDictionary;
}

/**
 * Reads an ELF file, and the file its debug information was moved to. NoinitError `not-an-elf`, `unsupported-elf`,
 * `parser-limit`; `wrong-symbols` where the two are not of one build.
 */
export function readBuild(file: Uint8Array, debugFile?: Uint8Array): Build {
  const main = parseElf(file);
  const elf = debugFile === undefined ? main : joinDebugFile(main, parseElf(debugFile));
  return { id: elf.buildId, symbols: loadSymbols(elf), dictionary: readDictionary(elf) };
}

/** The same with the file's symbol cache: nothing is decoded until somebody asks. */
export function openBuild(elf: ElfFile, cache: CachedIndex): Build {
  return { id: elf.buildId, symbols: loadSymbols(elf, cache), dictionary: readDictionary(elf) };
}

/** The log sites as they are stored beside the ELF; undefined where the build has none. */
export function storedDictionary({ dictionary }: Build): Uint8Array | undefined {
  return dictionary.size === 0 ? undefined : encodeDictionary(dictionary);
}
