/** Entry of the explainer's process: reads ELF files that nobody has checked, and explains crashes with them. */
import { readFileSync } from 'node:fs';
import { NoinitError, type Trace } from '@noinit/model';
import { loadDisassembler } from '@noinit/postmortem';
import { explainMessage } from '../explain/explain-message.ts';
import { type Build, readBuild, storedDictionary } from '../explain/read-build.ts';
import { answerJobs } from './answer-jobs.ts';
import type { ElfJob, ExplainMessageJob, Inspection } from './jobs.ts';

/** Builds that stay loaded: a fleet runs few at a time, and each keeps its whole ELF file in memory. */
const MAX_LOADED = 4;

/** By path, the last used at the end. */
const loaded = new Map<string, Build>();

function work(job: ElfJob): Inspection | Promise<Trace> {
  switch (job.kind) {
    case 'inspect':
      return inspect(job.elf);
    case 'explain':
      return explain(job);
  }
}

/** The disassembler is loaded with the first crash that has symbols: without them there is no instruction to show. */
async function explain({ message, symbols }: ExplainMessageJob): Promise<Trace> {
  const build = symbols && buildOf(symbols);
  return explainMessage(message, build, build ? { disassemble: await loadDisassembler() } : {});
}

function inspect(path: string): Inspection {
  const build = readBuild(readFileSync(path));
  if (build.id === undefined) throw new NoinitError('no-build-id', 'the file has no GNU build id');
  const dictionary = storedDictionary(build);
  return { build: build.id, debugInfo: build.symbols.debugInfo, ...(dictionary === undefined ? {} : { dictionary }) };
}

function buildOf({ build: wanted, elf }: NonNullable<ExplainMessageJob['symbols']>): Build {
  const build = loaded.get(elf) ?? readBuild(readFileSync(elf));
  if (build.id !== wanted)
    throw new NoinitError('wrong-symbols', `the file is build ${build.id ?? 'without an id'}, not ${wanted}`);
  loaded.delete(elf);
  loaded.set(elf, build);
  for (const oldest of loaded.keys()) {
    if (loaded.size <= MAX_LOADED) break;
    loaded.delete(oldest);
  }
  return build;
}

// What arrives is what `ElfExplainer` sent.
answerJobs((job) => work(job as ElfJob));
