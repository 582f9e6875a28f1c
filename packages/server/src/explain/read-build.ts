import { parseElf } from '@noinit/elf';
import { encodeDictionary, type LogDictionary, readDictionary } from '@noinit/logs';
import { type BuildId, NoinitError } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';

/** All that one ELF file says about its build. */
export interface Build {
  readonly id: BuildId;
  readonly symbols: Symbols;
  readonly dictionary: LogDictionary;
}

/** Reads an ELF file. NoinitError `not-an-elf`, `unsupported-elf`, `no-build-id`, `parser-limit`. */
export function readBuild(file: Uint8Array): Build {
  const elf = parseElf(file);
  if (elf.buildId === undefined) throw new NoinitError('no-build-id', 'the file has no GNU build id');
  return { id: elf.buildId, symbols: loadSymbols(elf), dictionary: readDictionary(elf) };
}

/** The log sites as they are stored beside the ELF; undefined where the build has none. */
export function storedDictionary({ dictionary }: Build): Uint8Array | undefined {
  return dictionary.size === 0 ? undefined : encodeDictionary(dictionary);
}
