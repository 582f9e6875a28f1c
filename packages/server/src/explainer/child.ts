/** Entry of the explainer's processes: reads ELF files that nobody has checked, and explains crashes with them. */
import { parseElf } from '@noinit/elf';
import { address, NoinitError, type Trace } from '@noinit/model';
import { loadDisassembler } from '@noinit/postmortem';
import { buildSymbolCache, openSymbolCache } from '@noinit/symbols';
import { explainMessage } from '../explain/explain-message.ts';
import { type Build, openBuild, storedDictionary } from '../explain/read-build.ts';
import { answerJobs } from './answer-jobs.ts';
import { openFile } from './file-on-disk.ts';
import type { CodePlace, ElfJob, ExplainMessageJob, Inspection, InspectJob, LocateJob } from './jobs.ts';
import { keepCache, LoadedBuilds } from './loaded-builds.ts';

const builds = new LoadedBuilds();

function work(job: ElfJob): Inspection | Promise<Trace> | readonly (CodePlace | null)[] {
  switch (job.kind) {
    case 'inspect':
      return inspect(job);
    case 'explain':
      return explain(job);
    case 'locate':
      return locate(job);
  }
}

/** The disassembler is loaded with the first crash that has symbols: without them there is no instruction to show. */
async function explain({ message, symbols }: ExplainMessageJob): Promise<Trace> {
  const build = symbols && builds.open(symbols);
  return explainMessage(message, build, build ? { disassemble: await loadDisassembler() } : {});
}

function locate({ addresses, symbols }: LocateJob): readonly (CodePlace | null)[] {
  const build = builds.open(symbols);
  return addresses.map((at) => placeOf(build, at));
}

/** The innermost function that the code there stands in. Bit 0 says Thumb, not where. */
function placeOf({ symbols }: Build, at: number): CodePlace | null {
  const [scope] = symbols.locate(address(at - (at % 2)));
  if (scope?.function === undefined) return null;
  const { file, line } = scope;
  return { function: scope.function, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
}

/** What can be read of the file is in its symbol cache then: nothing of its tables is left for a crash to stumble over. */
function inspect({ elf: path, cache: cachePath }: InspectJob): Inspection {
  const file = openFile(path);
  try {
    const elf = parseElf(file.contents);
    if (elf.buildId === undefined) throw new NoinitError('no-build-id', 'the file has no GNU build id');
    const cache = buildSymbolCache(elf);
    const opened = openSymbolCache(cache, elf);
    if (typeof opened === 'string') throw new Error(`a cache that was just built is of no use: ${opened}`);
    keepCache(cachePath, cache);
    const build = openBuild(elf, opened);
    const dictionary = storedDictionary(build);
    const { reasons } = build.dictionary;
    return { build: elf.buildId, debugInfo: opened.debugInfo, reasons, ...(dictionary === undefined ? {} : { dictionary }) };
  } finally {
    file.close();
  }
}

// What arrives is what `ElfExplainer` sent.
answerJobs((job) => work(job as ElfJob));
