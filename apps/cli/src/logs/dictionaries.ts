/** The ELF files that were given, by the builds that logs name. */
import { parseElf } from '@noinit/elf';
import { type DictionaryFinder, type LogDictionary, readDictionary } from '@noinit/logs';
import type { BuildPrefix } from '@noinit/model';
import { readInput } from '../read-input.ts';

export interface GivenElf {
  readonly file: string;
  readonly dictionary: LogDictionary;
}

export async function readDictionaries(files: readonly string[]): Promise<readonly GivenElf[]> {
  return Promise.all(
    files.map(async (file) => ({ file, dictionary: readDictionary(parseElf(await readInput(file, 'ELF file'))) })),
  );
}

/** By the first 8 bytes of the build id, which must name one file. `anyBuild`: the only file, whatever the log says. */
export function finderOf(given: readonly GivenElf[], anyBuild: boolean): DictionaryFinder {
  return (build: BuildPrefix) => {
    const [only] = given;
    if (anyBuild && only && given.length === 1) return only.dictionary;
    const [found, ...others] = [...new Map(given.map((each) => [each.dictionary.build, each])).values()].filter(
      ({ dictionary }) => dictionary.build?.startsWith(build),
    );
    if (found === undefined) return { unknown: `no ELF file of build ${build} was given` };
    return others.length === 0 ? found.dictionary : { unknown: `several builds begin with ${build}` };
  };
}
