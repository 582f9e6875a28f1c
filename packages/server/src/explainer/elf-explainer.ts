/** Reads ELF files and explains crashes in a process that may be killed for it. */
import { fileURLToPath } from 'node:url';
import type { Explainer, ExplainJob, Explanation } from '@noinit/ingest';
import { NoinitError, type Trace } from '@noinit/model';
import type { Store } from '@noinit/store';
import { JobProcess } from './job-process.ts';
import type { ElfJob, Inspection } from './jobs.ts';
import type { ExplainerLimits } from './limits.ts';
import type { WorkFolder } from './work-folder.ts';

/** The child runs compiled code, also when the caller is a test that runs the sources. */
const CHILD_ENTRY = fileURLToPath(new URL('../../dist/explainer/child.js', import.meta.url));

export interface ElfExplainerOptions {
  readonly store: Store;
  readonly work: WorkFolder;
  readonly limits: ExplainerLimits;
  readonly log: (event: string) => void;
}

export class ElfExplainer implements Explainer {
  private readonly store: Store;
  private readonly work: WorkFolder;
  private readonly process: JobProcess;

  constructor(options: ElfExplainerOptions) {
    this.store = options.store;
    this.work = options.work;
    this.process = new JobProcess({ entry: CHILD_ENTRY, limits: options.limits, log: options.log });
  }

  /** What an ELF file is. NoinitError `not-an-elf`, `no-build-id`, `unsupported-elf`, `parser-limit`. */
  async inspect(elf: string): Promise<Inspection> {
    return (await this.process.run({ kind: 'inspect', elf } satisfies ElfJob)) as Inspection;
  }

  async explain(job: ExplainJob): Promise<Explanation> {
    try {
      const trace = (await this.process.run(await this.explainJob(job))) as Trace;
      return { kind: 'trace', trace };
    } catch (error) {
      // `overloaded` and `internal` may pass; everything else is an answer about this crash and this file.
      if (!(error instanceof NoinitError) || error.code === 'overloaded' || error.code === 'internal') throw error;
      return { kind: 'refused', code: error.code, detail: error.message };
    }
  }

  close(): Promise<void> {
    return this.process.close();
  }

  private async explainJob({ project, build, dumpMessage }: ExplainJob): Promise<ElfJob> {
    if (build === undefined) return { kind: 'explain', message: dumpMessage };
    const entry = await this.store.symbols.findSymbols(project, build);
    if (entry === undefined) throw new NoinitError('missing-symbols', `there are no symbols of build ${build}`);
    const elf = await this.work.pathOf(this.store.blobs, project, entry.elf);
    return { kind: 'explain', message: dumpMessage, symbols: { build, elf } };
  }
}
